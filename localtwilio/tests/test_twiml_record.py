"""FACTS D: <Record>."""

import httpx
import pytest

from localtwilio.exchange.sound import samples_of, wav
from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, TOKEN, Network


@pytest.fixture
def mailbox(app: Application, line: str) -> str:
    app.answers("/voice", f"<Record timeout='40' action='{app.url('/done')}'/><Say>Never</Say>")
    app.answers("/done", "<Say>Thank you</Say>")
    return line


def test_silence_after_speech_ends_it(app: Application, mailbox: str, alice: Handset) -> None:
    """Record: timeout 5 s of silence; then the action, and later verbs are unreachable."""
    alice.dials(mailbox)
    alice.is_asked_for("message")
    alice.speaks(3, "Call me")
    assert app.request("/done")["RecordingDuration"].isdecimal()
    alice.hears("Thank you")
    assert "Never" not in alice.captions


def test_a_beep_comes_first(mailbox: str, alice: Handset) -> None:
    """Record: playBeep is true by default."""
    alice.dials(mailbox)
    alice.hears("beep")


def test_no_beep(app: Application, line: str, alice: Handset) -> None:
    """Record: playBeep=false."""
    app.answers("/voice", f"<Record playBeep='false' action='{app.url('/done')}'/>")
    app.answers("/done", "<Hangup/>")
    alice.dials(line)
    alice.is_asked_for("message")
    assert "beep" not in " ".join(alice.captions).lower()


@pytest.mark.parametrize("key", ["1", "#", "*"])
def test_any_key_ends_it(app: Application, mailbox: str, alice: Handset, key: str) -> None:
    """Record: finishOnKey is any of 1234567890*#."""
    alice.dials(mailbox)
    alice.is_asked_for("message")
    alice.speaks(2)
    alice.tries("press", digits=key).raise_for_status()
    assert app.request("/done")["Digits"] == key


def test_max_length_ends_it(app: Application, line: str, alice: Handset) -> None:
    """Record: maxLength; what was said until then is kept."""
    app.answers("/voice", f"<Record maxLength='60' timeout='800' action='{app.url('/done')}'/>")
    app.answers("/done", "<Say>That was long</Say>")
    alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(2000, "A very long story")
    alice.hears("That was long")
    assert int(app.request("/done")["RecordingDuration"]) <= 61


def test_silence_alone(app: Application, network: Network, mailbox: str, alice: Handset) -> None:
    """Record: a silent recording is saved and the action called, as the current docs say."""
    sid = alice.dials(mailbox)
    alice.is_asked_for("message")
    assert app.request("/done")["CallSid"] == sid
    network.ended(sid)
    saved = until(network.rest.recordings.list, "it is listed")[0]
    until(lambda: saved.fetch().duration == "0", "all of it is silence, and so cut off")


def test_without_action_it_asks_the_current_document(
    app: Application, line: str, alice: Handset
) -> None:
    """Record: action defaults to the current URL: loop danger."""
    app.answers(
        "/voice",
        lambda request: (
            "<Say>Saved</Say>" if "RecordingUrl" in request else "<Record timeout='40'/>"
        ),
    )
    alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(2)
    alice.hears("Saved")


def test_sound_from_a_microphone_is_what_is_recorded(
    app: Application, network: Network, mailbox: str, alice: Handset
) -> None:
    """Pieces of sound, sent while somebody speaks, join; the recording holds those samples."""
    sid = alice.dials(mailbox)
    alice.is_asked_for("message")
    voice = b"\x11\x22" * 8000
    alice.sends_sound(wav(voice), text="(voice)").raise_for_status()
    alice.sends_sound(wav(voice)).raise_for_status()
    recording = app.request("/done")["RecordingSid"]
    resource = network.rest.recordings(recording)
    until(lambda: resource.fetch().status == "completed", "the recording is completed")
    account = f"{network.url}/2010-04-01/Accounts/{ACCOUNT}"
    media = httpx.get(f"{account}/Recordings/{recording}.wav", auth=(ACCOUNT, TOKEN))
    sound = samples_of(media.content)
    assert sound.startswith(voice + voice)
    assert alice.leg(sid)["said"] == [{"after": 1, "text": "(voice)"}]


@pytest.mark.parametrize("content", [b"", b"no sound", b"RIFF" + bytes(2_000_000)])
def test_sound_that_is_none_is_refused(mailbox: str, alice: Handset, content: bytes) -> None:
    alice.dials(mailbox)
    alice.is_asked_for("message")
    answer = alice.sends_sound(content)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("body: ")
