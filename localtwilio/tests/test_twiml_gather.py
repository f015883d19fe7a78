"""FACTS D: <Gather>."""

import pytest

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network


def test_it_waits_for_the_finish_key(app: Application, line: str, alice: Handset) -> None:
    """Gather: finishOnKey is # by default. (Long time-outs here: people are fast, tests slow.)"""
    app.answers(
        "/voice", f"<Gather timeout='800' action='{app.url('/d')}'><Say>Code please</Say></Gather>"
    )
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.hears("Code please")
    alice.presses("12")
    assert app.requests("/d") == []
    alice.presses("34#")
    assert app.request("/d")["Digits"] == "1234"


def test_it_stops_at_num_digits(app: Application, line: str, alice: Handset) -> None:
    """Gather: numDigits ends it without a finish key."""
    app.answers("/voice", f"<Gather timeout='800' numDigits='4' action='{app.url('/d')}'/>")
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.presses("0427")
    assert app.request("/d")["Digits"] == "0427"


def test_it_stops_when_no_further_key_comes(app: Application, line: str, alice: Handset) -> None:
    """Gather: the timer starts again after each key; what was pressed goes to the action."""
    app.answers("/voice", f"<Gather timeout='40' action='{app.url('/d')}'/>")
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.presses("7")
    assert app.request("/d")["Digits"] == "7"


def test_silence_falls_through_to_the_next_verb(
    app: Application, line: str, alice: Handset
) -> None:
    """Gather: timeout with no key: action not called, next verb runs."""
    app.answers("/voice", f"<Gather action='{app.url('/d')}'/><Say>Nobody there</Say>")
    alice.dials(line)
    alice.hears("Nobody there")
    assert app.requests("/d") == []


def test_the_finish_key_alone_falls_through(app: Application, line: str, alice: Handset) -> None:
    """Gather: only the finish key counts as no key."""
    app.answers(
        "/voice", f"<Gather timeout='800' action='{app.url('/d')}'/><Say>Nothing entered</Say>"
    )
    alice.dials(line)
    alice.presses("#")
    alice.hears("Nothing entered")
    assert app.requests("/d") == []


def test_an_empty_result_may_be_asked_for(app: Application, line: str, alice: Handset) -> None:
    """Gather: actionOnEmptyResult=true requests the action with no digits."""
    app.answers(
        "/voice", f"<Gather actionOnEmptyResult='true' timeout='1' action='{app.url('/d')}'/>"
    )
    app.answers("/d", "<Say>Empty</Say>")
    alice.dials(line)
    assert not app.request("/d").get("Digits")


def test_a_key_stops_the_prompt(app: Application, line: str, alice: Handset) -> None:
    """Gather: a key stops the prompt: what comes after it in the prompt is not heard."""
    app.answers(
        "/voice",
        f"<Gather timeout='800' numDigits='1' action='{app.url('/d')}'><Say>Press one</Say>"
        "<Pause length='600'/><Say>Never heard</Say></Gather>",
    )
    app.answers("/d", "<Say>Thanks</Say>")
    alice.dials(line)
    alice.hears("Press one")
    alice.presses("1")
    alice.hears("Thanks")
    assert "Never heard" not in alice.captions


def test_verbs_after_an_action_are_unreachable(
    app: Application, line: str, alice: Handset, network: Network
) -> None:
    """D: an action that fires replaces the document."""
    app.answers(
        "/voice", f"<Gather timeout='800' numDigits='1' action='{app.url('/d')}'/><Say>Never</Say>"
    )
    app.answers("/d", "<Say>Done</Say>")
    sid = alice.dials(line)
    alice.presses("1")
    network.ended(sid)
    assert "Never" not in " ".join(alice.captions)


def test_without_action_it_asks_the_current_document(
    app: Application, line: str, alice: Handset
) -> None:
    """Gather: action defaults to the current URL."""
    app.answers(
        "/voice",
        lambda request: (
            "<Say>Got it</Say>" if "Digits" in request else "<Gather timeout='800' numDigits='1'/>"
        ),
    )
    alice.dials(line)
    alice.presses("5")
    assert app.request("/voice", Digits="5")
    alice.hears("Got it")


def test_relative_actions_resolve_against_the_document(
    app: Application, line: str, alice: Handset
) -> None:
    """D: relative URLs resolve against the current document."""
    app.answers("/voice", "<Gather timeout='800' numDigits='1' action='digits?x=1'/>")
    app.answers("/digits", "<Hangup/>")
    alice.dials(line)
    alice.presses("5")
    assert app.request("/digits").query["x"] == ["1"]


def test_method_get(app: Application, line: str, alice: Handset) -> None:
    """Gather: method; digits then travel in the query string."""
    app.answers(
        "/voice", f"<Gather timeout='800' numDigits='1' method='GET' action='{app.url('/d')}'/>"
    )
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.presses("5")
    request = app.request("/d")
    assert (request.method, request.query["Digits"]) == ("GET", ["5"])


@pytest.mark.parametrize(("finish", "digits"), [("*", "12#"), ("", "12#*")])
def test_another_finish_key(
    app: Application, line: str, alice: Handset, finish: str, digits: str
) -> None:
    """Gather: finishOnKey may be another key, or empty for none."""
    app.answers("/voice", f"<Gather timeout='40' finishOnKey='{finish}' action='{app.url('/d')}'/>")
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.presses("12#*")
    assert app.request("/d")["Digits"] == digits


def test_keys_before_it_asks_are_lost(app: Application, line: str, alice: Handset) -> None:
    """D: keys pressed while nothing gathers them do not count as an answer."""
    app.answers(
        "/voice",
        "<Say>Wait</Say><Pause length='40'/>"
        f"<Gather timeout='800' numDigits='1' action='{app.url('/d')}'/>",
    )
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.hears("Wait")
    alice.tries("press", digits="9")
    alice.is_asked_for("digits")
    alice.presses("5")
    assert app.request("/d")["Digits"] == "5"


def test_speech_is_gathered(app: Application, line: str, alice: Handset) -> None:
    """Gather, B2: input=speech gives SpeechResult and Confidence."""
    app.answers("/voice", f"<Gather input='speech' timeout='800' action='{app.url('/said')}'/>")
    app.answers("/said", "<Hangup/>")
    alice.dials(line)
    until(lambda: alice.tries("speak", seconds=1, text="Sales, please").is_success, "she speaks")
    said = app.request("/said")
    assert said["SpeechResult"] == "Sales, please"
    assert 0 <= float(said["Confidence"]) <= 1
