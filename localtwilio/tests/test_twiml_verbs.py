"""FACTS D: documents, Say, Play, Pause, Redirect, Reject, Hangup."""

import json
import re

import pytest

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network
from localtwilio.tests.support.openapi import ELEMENTS
from localtwilio.twiml import vocabulary

OURS = ("Say", "Play", "Pause", "Gather", "Dial", "Record", "Redirect", "Reject", "Hangup")


def test_verbs_run_from_top_to_bottom(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """D: executed top to bottom; when the last verb finishes Twilio hangs up."""
    app.answers("/voice", "<Say>First</Say><Pause/><Say>Second</Say>")
    leg = network.ended(alice.dials(line))
    words = " ".join(alice.captions)
    assert words.index("First") < words.index("Second")
    assert leg["status"] == "completed"


def test_an_empty_response_hangs_up(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """D: nothing to do: the call ends."""
    app.answers("/voice", "")
    assert network.ended(alice.dials(line))["status"] == "completed"


def test_say_loops(app: Application, line: str, alice: Handset) -> None:
    """Say: loop."""
    app.answers("/voice", "<Say loop='3'>Again</Say>")
    alice.dials(line)
    alice.hears("Again", times=3)


def test_say_zero_loops_without_end(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """Say: loop=0 repeats until the caller hangs up."""
    app.answers("/voice", "<Say loop='0'>Again</Say>")
    sid = alice.dials(line)
    alice.hears("Again", times=8)
    alice.hangs_up()
    assert network.ended(sid)["ended_by"] == "caller"


def test_say_speaks_the_words_inside_ssml(app: Application, line: str, alice: Handset) -> None:
    """Say: nests SSML; only its words are heard."""
    app.answers("/voice", "<Say>Your code is <say-as interpret-as='digits'>0427</say-as>.</Say>")
    alice.dials(line)
    alice.hears("Your code is 0427.")


def test_play_is_shown_as_a_caption(app: Application, line: str, alice: Handset) -> None:
    """Play: a caption says that something is played, for those who cannot hear it."""
    app.answers("/voice", f"<Play>{app.url('/music.mp3')}</Play><Say>After</Say>")
    alice.dials(line)
    alice.hears("music")
    alice.hears("After")


def test_redirect_leaves_the_document(app: Application, line: str, alice: Handset) -> None:
    """Redirect: POST by default, later verbs are unreachable."""
    app.answers("/voice", f"<Redirect>{app.url('/next')}</Redirect><Say>Never</Say>")
    app.answers("/next", "<Say>Next page</Say>")
    alice.dials(line)
    alice.hears("Next page")
    assert app.request("/next").method == "POST"
    assert "Never" not in alice.captions


def test_redirect_by_get(app: Application, line: str, alice: Handset) -> None:
    """Redirect: method."""
    app.answers("/voice", f"<Redirect method='GET'>{app.url('/next')}</Redirect>")
    app.answers("/next", "<Hangup/>")
    alice.dials(line)
    assert app.request("/next").method == "GET"


def test_hangup_ends_the_call(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """Hangup: what follows is unreachable."""
    app.answers("/voice", "<Hangup/><Say>Never</Say>")
    leg = network.ended(alice.dials(line))
    assert leg["status"] == "completed"
    assert leg["answered"] is not None
    assert alice.captions == []


@pytest.mark.parametrize(
    ("verb", "status"),
    [("<Reject/>", "no-answer"), ("<Reject reason='rejected'/>", "no-answer"),
     ("<Reject reason='busy'/>", "busy")],
)  # fmt: skip
def test_reject_does_not_answer(
    app: Application, network: Network, line: str, alice: Handset, verb: str, status: str
) -> None:
    """Reject: as first verb it avoids answering; rejected gives no-answer, busy gives busy."""
    app.answers("/voice", verb)
    leg = network.ended(alice.dials(line))
    assert (leg["status"], leg["answered"], leg["duration"]) == (status, None, 0)


def test_pause_first_delays_the_answer(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """Pause: as first verb it delays answering."""
    app.answers("/voice", "<Pause length='40'/><Say>Hello</Say>")
    sid = alice.dials(line)
    until(lambda: network.leg(sid)["ringing"], "it rings")
    assert network.leg(sid)["answered"] is None
    alice.hears("Hello")
    assert network.leg(sid)["answered"] - network.leg(sid)["ringing"] > 0.5


def test_unknown_elements_and_attributes_are_warnings(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """D, A10: 12200: a schema warning, and the call continues."""
    app.answers("/voice", "<Shout>x</Shout><say>y</say><Say colour='green'>Go on</Say>")
    sid = alice.dials(line)
    alice.hears("Go on")
    messages = [w["message"] for w in network.warnings() if w["sid"] == sid and w["code"] == 12200]
    assert len(messages) == 3
    for name in ("Shout", "say", "colour"):
        assert any(name in message for message in messages)


def test_every_accepted_attribute_is_twilios(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """D: all of Twilio's attributes of our verbs pass without a warning, and no invented one."""
    if not ELEMENTS.exists():
        pytest.skip(f"{ELEMENTS.name} is missing in ../shared/twilio: attributes go unchecked")
    published = json.loads(ELEMENTS.read_text())["elements"]
    ours = vocabulary.ATTRIBUTES
    assert set(OURS) <= set(ours)
    for element, attributes in ours.items():
        assert set(attributes) <= set(published[element]["attributes"]), element


def test_errors_do_not_leak_digits(app: Application, line: str, alice: Handset) -> None:
    """Captions hold what is heard, not what was pressed."""
    app.answers("/voice", f"<Gather timeout='800' numDigits='4' action='{app.url('/d')}'/>")
    app.answers("/d", "<Say>Thank you</Say>")
    alice.dials(line)
    alice.presses("0427")
    alice.hears("Thank you")
    assert not re.search("0427", " ".join(alice.captions))
