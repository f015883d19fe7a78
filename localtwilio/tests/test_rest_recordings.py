"""FACTS A7: recordings and their media."""

import httpx
import pytest

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, TOKEN, Network

Recorded = tuple[str, str]


@pytest.fixture
def recorded(network: Network, app: Application, line: str, alice: Handset) -> Recorded:
    """A finished message of Alice's: call SID and recording SID."""
    callback = app.listens("/recording")
    app.answers(
        "/voice",
        f"<Record timeout='40' action='{app.url('/done')}' recordingStatusCallback='{callback}'/>",
    )
    app.answers("/done", "<Hangup/>")
    call = alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(6, "Please call me back")
    return call, app.request("/recording")["RecordingSid"]


def media(network: Network, sid: str, ending: str, **options: object) -> httpx.Response:
    url = f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}{ending}"
    return httpx.get(url, **options)  # type: ignore[arg-type]


def test_a_recording_resource(network: Network, recorded: Recorded) -> None:
    """A7: source RecordVerb, status completed, duration a string of seconds, channels a number."""
    call, sid = recorded
    found = network.http.get(f"/Recordings/{sid}.json").json()
    assert (found["call_sid"], found["conference_sid"]) == (call, None)
    assert (found["source"], found["status"], found["channels"]) == ("RecordVerb", "completed", 1)
    assert found["duration"].isdecimal()


def test_recordings_are_listed(network: Network, recorded: Recorded) -> None:
    """A7: by account, filtered by CallSid, and under the call."""
    call, sid = recorded
    assert [one.sid for one in network.rest.recordings.list(call_sid=call)] == [sid]
    assert [one.sid for one in network.rest.calls(call).recordings.list()] == [sid]


@pytest.mark.parametrize(
    ("ending", "kind"), [("", "audio/x-wav"), (".wav", "audio/x-wav"), (".mp3", "audio/mpeg")]
)
def test_media_is_served(network: Network, recorded: Recorded, ending: str, kind: str) -> None:
    """A7: without extension or .wav it is audio/x-wav, .mp3 audio/mpeg."""
    answer = media(network, recorded[1], ending, auth=(ACCOUNT, TOKEN))
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert len(answer.content) > 100
    assert answer.content.startswith(b"RIFF") == (kind == "audio/x-wav")


@pytest.mark.parametrize("ending", ["", ".wav", ".mp3"])
def test_media_needs_credentials(network: Network, recorded: Recorded, ending: str) -> None:
    """A7: Basic auth is enforced on recording media URLs."""
    assert media(network, recorded[1], ending).status_code == 401
    assert media(network, recorded[1], ending, auth=(ACCOUNT, "wrong")).status_code == 401


def test_no_media_before_it_is_completed(
    network: Network, app: Application, line: str, alice: Handset
) -> None:
    """A7: only when completed, otherwise 404."""
    app.answers("/voice", f"<Record action='{app.url('/done')}' timeout='600'/>")
    app.answers("/done", "<Hangup/>")
    call = alice.dials(line)
    alice.is_asked_for("message")
    found = until(lambda: network.rest.recordings.list(call_sid=call), "it is being recorded")
    assert found[0].status in ("in-progress", "processing")
    assert media(network, found[0].sid, ".mp3", auth=(ACCOUNT, TOKEN)).status_code == 404


def test_two_channels_cannot_be_had_of_one(network: Network, recorded: Recorded) -> None:
    """A7: RequestedChannels=2 is a 400 if dual is not available."""
    answer = media(network, recorded[1], ".wav?RequestedChannels=2", auth=(ACCOUNT, TOKEN))
    assert answer.status_code == 400


def test_deleted_media_is_gone_and_metadata_stays(network: Network, recorded: Recorded) -> None:
    """A7: after DELETE media is gone at once; IncludeSoftDeleted still shows the metadata."""
    call, sid = recorded
    assert network.rest.recordings(sid).delete()
    assert media(network, sid, ".mp3", auth=(ACCOUNT, TOKEN)).status_code == 404
    assert network.rest.recordings.list(call_sid=call) == []
    kept = network.rest.recordings.list(call_sid=call, include_soft_deleted=True)
    assert [(one.sid, one.status) for one in kept] == [(sid, "deleted")]


def test_the_ledger_has_it(network: Network, recorded: Recorded) -> None:
    """Contract: recordings with sid, call_sid, duration, status."""
    call, sid = recorded
    row = next(row for row in network.ledger()["recordings"] if row["sid"] == sid)
    assert (row["call_sid"], row["status"]) == (call, "completed")
    assert float(row["duration"]) >= 1
