"""FACTS B2, D, D2, A7: recordings of bridges and of rooms."""

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network


def test_a_dial_tells_of_its_recording(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: recordingStatusCallback: CallSid of the parent leg, source DialVerb."""
    app.answers(
        "/voice",
        f"<Dial record='record-from-answer' recordingStatusCallback='{app.listens('/recording')}'>"
        f"<Number>{bob.number}</Number></Dial>",
    )
    sid = alice.dials(line)
    bob.answers()
    until(lambda: network.rest.recordings.list(call_sid=sid), "it is being recorded")
    bob.hangs_up()
    told = app.request("/recording")
    assert (told["CallSid"], told["RecordingStatus"]) == (sid, "completed")
    assert told["RecordingSource"] == "DialVerb"
    assert "From" not in told


def test_a_room_is_recorded_from_two(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: record-from-start starts when two are bridged; hold music is never recorded."""
    callback = app.listens("/recording")
    app.answers(
        "/voice",
        f"<Dial><Conference record='record-from-start' recordingStatusCallback='{callback}'>"
        f"{room}</Conference></Dial>",
    )
    alice.dials(line)
    sid = network.conference(room)["sid"]
    assert network.rest.recordings.list(conference_sid=sid) == []
    bob.dials(line)
    found = until(lambda: network.rest.recordings.list(conference_sid=sid), "it is recorded")
    assert found[0].source == "Conference"
    network.rest.conferences(sid).update(status="completed")
    told = app.request("/recording")
    assert (told["ConferenceSid"], told["RecordingStatus"]) == (sid, "completed")
    assert (told["RecordingSource"], told["RecordingChannels"]) == ("Conference", "1")
    assert "CallSid" not in told
    listed = network.rest.conferences(sid).recordings.list()
    assert [one.sid for one in listed] == [told["RecordingSid"]]


def test_a_room_is_not_recorded_by_default(
    app: Application, network: Network, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """D2: record is do-not-record by default."""
    app.answers("/voice", f"<Dial><Conference>{room}</Conference></Dial>")
    alice.dials(line)
    bob.dials(line)
    until(lambda: network.conference(room)["status"] == "in-progress", "it starts")
    sid = network.conference(room)["sid"]
    network.rest.conferences(sid).update(status="completed")
    assert network.rest.recordings.list(conference_sid=sid) == []
