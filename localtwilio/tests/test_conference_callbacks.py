"""FACTS B4: conference status callbacks."""

import pytest

from localtwilio.tests.support.application import Application, Request
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, Network

EVERYTHING = "start end join leave mute hold modify speaker announcement"


@pytest.fixture
def door(app: Application, line: str, room: str) -> str:
    """A line into a room whose every event is told to /conference, labelled by number."""

    def document(request: Request) -> str:
        return (
            f"<Dial><Conference statusCallback='{app.url('/conference')}' "
            f"statusCallbackEvent='{EVERYTHING}' participantLabel='{request['From'][1:]}'>"
            f"{room}</Conference></Dial>"
        )

    app.answers("/voice", document)
    app.listens("/conference")
    return line


def told(app: Application, event: str, **wanted: str) -> Request:
    return app.request("/conference", StatusCallbackEvent=event, **wanted)


def test_a_conference_tells_its_life(
    network: Network, app: Application, door: str, room: str, alice: Handset, bob: Handset
) -> None:
    """B4: join, start, leave, end, each with its own SequenceNumber."""
    first = alice.dials(door)
    told(app, "participant-join", CallSid=first)
    second = bob.dials(door)
    told(app, "participant-join", CallSid=second)
    start = told(app, "conference-start")
    bob.hangs_up()
    told(app, "participant-leave", CallSid=second)
    alice.hangs_up()
    end = told(app, "conference-end")
    until(lambda: len(app.requests("/conference")) == 6, "six events")
    numbers = sorted(int(r["SequenceNumber"]) for r in app.requests("/conference"))
    assert numbers == list(range(numbers[0], numbers[0] + 6))
    for request in app.requests("/conference"):
        assert request["ConferenceSid"] == network.conference(room)["sid"]
        assert (request["FriendlyName"], request["AccountSid"]) == (room, ACCOUNT)
        assert request["Timestamp"].endswith("+0000")
        assert "From" not in request
        assert "To" not in request
    assert "CallSid" not in start
    assert end["ReasonConferenceEnded"] == "last-participant-left"
    assert end["CallSidEndingConference"] == first
    assert end["ParticipantLabelEndingConference"] == alice.number[1:]


def test_a_join_describes_the_participant(app: Application, door: str, alice: Handset) -> None:
    """B4: CallSid Muted Hold Coaching EndConferenceOnExit StartConferenceOnEnter, label if set."""
    alice.dials(door)
    join = told(app, "participant-join")
    assert join["ParticipantLabel"] == alice.number[1:]
    flags = ("Muted", "Hold", "Coaching", "EndConferenceOnExit", "StartConferenceOnEnter")
    assert [join[flag] for flag in flags] == ["false", "false", "false", "false", "true"]


def test_a_leave_says_why(app: Application, door: str, alice: Handset) -> None:
    """B4: ReasonParticipantLeft=participant_hung_up, ParticipantCallStatus=completed."""
    alice.dials(door)
    told(app, "participant-join")
    alice.hangs_up()
    leave = told(app, "participant-leave")
    assert leave["ReasonParticipantLeft"] == "participant_hung_up"
    assert leave["ParticipantCallStatus"] == "completed"


def test_leaving_by_new_twiml(
    network: Network, app: Application, door: str, alice: Handset
) -> None:
    """D2: a leg whose TwiML is replaced leaves with participant_updated_via_api."""
    sid = alice.dials(door)
    told(app, "participant-join")
    network.rest.calls(sid).update(twiml="<Response><Say>Out you go</Say></Response>")
    leave = told(app, "participant-leave")
    assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
    alice.hears("Out you go")


def test_an_end_by_rest_says_so(
    network: Network, app: Application, door: str, room: str, alice: Handset, bob: Handset
) -> None:
    """B4: conference_ended_via_api for each leave, conference-ended-via-api for the end."""
    for person in (alice, bob):
        person.dials(door)
    told(app, "conference-start")
    network.rest.conferences(network.conference(room)["sid"]).update(status="completed")
    assert told(app, "conference-end")["ReasonConferenceEnded"] == "conference-ended-via-api"
    until(lambda: len(leaves(app)) == 2, "both leave")
    reasons = {leave["ReasonParticipantLeft"] for leave in leaves(app)}
    assert reasons == {"conference_ended_via_api"}


def leaves(app: Application) -> list[Request]:
    return [
        request
        for request in app.requests("/conference")
        if request["StatusCallbackEvent"] == "participant-leave"
    ]


def test_mute_and_hold_are_told(
    network: Network, app: Application, door: str, room: str, alice: Handset
) -> None:
    """B4: mute covers unmute, hold covers unhold, modify covers EndConferenceOnExit."""
    sid = alice.dials(door)
    told(app, "participant-join")
    one = network.rest.conferences(network.conference(room)["sid"]).participants(sid)
    one.update(muted=True)
    assert told(app, "participant-mute")["Muted"] == "true"
    one.update(muted=False)
    assert told(app, "participant-unmute")["Muted"] == "false"
    one.update(hold=True)
    assert told(app, "participant-hold")["Hold"] == "true"
    one.update(hold=False)
    assert told(app, "participant-unhold")["Hold"] == "false"
    one.update(end_conference_on_exit=True)
    assert told(app, "participant-modify")["EndConferenceOnExit"] == "true"


def test_an_announcement_is_told(
    network: Network, app: Application, door: str, room: str, alice: Handset, bob: Handset
) -> None:
    """B4: announcement-end with AnnounceUrl."""
    for person in (alice, bob):
        person.dials(door)
    told(app, "conference-start")
    url = app.answers("/announce", "<Say>Attention</Say>")
    network.rest.conferences(network.conference(room)["sid"]).update(announce_url=url)
    assert told(app, "announcement-end")["AnnounceUrl"] == url


def test_the_first_participant_decides(
    network: Network, app: Application, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """B4: the first participant sets callback and events; later values are ignored."""

    def document(request: Request) -> str:
        mine = "/first" if request["From"] == alice.number else "/second"
        events = "join" if mine == "/first" else EVERYTHING
        return (
            f"<Dial><Conference statusCallback='{app.url(mine)}' "
            f"statusCallbackEvent='{events}'>{room}</Conference></Dial>"
        )

    app.answers("/voice", document)
    app.listens("/first")
    app.listens("/second")
    alice.dials(line)
    app.request("/first")
    second = bob.dials(line)
    app.request("/first", CallSid=second)
    bob.hangs_up()
    alice.hangs_up()
    until(lambda: network.conference(room)["ended"], "the conference ends")
    assert app.requests("/second") == []
    assert {r["StatusCallbackEvent"] for r in app.requests("/first")} == {"participant-join"}


def test_nothing_subscribed_nothing_sent(
    network: Network, app: Application, line: str, room: str, alice: Handset
) -> None:
    """D2: statusCallbackEvent has no default: a callback URL alone is told nothing."""
    callback = app.listens("/conference")
    app.answers(
        "/voice", f"<Dial><Conference statusCallback='{callback}'>{room}</Conference></Dial>"
    )
    alice.dials(line)
    network.conference(room)
    alice.hangs_up()
    until(lambda: network.conference(room)["ended"], "the conference ends")
    assert app.requests("/conference") == []
