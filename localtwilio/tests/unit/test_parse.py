"""TwiML to verbs: fatal for the document, or a warning and on it goes (FACTS A10, D)."""

import pytest

from localtwilio.twiml.parse import Unparsable, parse
from localtwilio.twiml.verbs import Dial, Gather, Hangup, Say, Verb


def verbs(inside: str) -> tuple[tuple[Verb, ...], list[int]]:
    codes: list[int] = []
    document = parse(f"<Response>{inside}</Response>", None, lambda code, _: codes.append(code))
    return document.verbs, codes


@pytest.mark.parametrize(
    ("text", "code"),
    [("", 11770), ("  \n", 11770), ("<Response>", 12100), ("<Reply/>", 12100), ("hello", 12100)],
)
def test_fatal_documents(text: str, code: int) -> None:
    with pytest.raises(Unparsable) as failure:
        parse(text, None, lambda *_: None)
    assert failure.value.code == code


def test_unknown_words_are_warnings() -> None:
    assert verbs("<Shout>x</Shout><say>x</say><Hangup/>") == ((Hangup(),), [12200, 12200])
    assert verbs("<Say tone='high'>x</Say>") == ((Say("x"),), [12200])


def test_a_bad_value_is_a_warning_and_the_default() -> None:
    assert verbs("<Gather timeout='soon'/>") == ((Gather(),), [12200])
    assert verbs("<Dial timeout='4'>+12125550101</Dial>")[1] == [13212]


def test_an_empty_finish_key_switches_it_off() -> None:
    (gather,), _ = verbs("<Gather finishOnKey=''/>")
    assert isinstance(gather, Gather)
    assert gather.finish_on_key == ""


def test_a_room_name_is_trimmed() -> None:
    (dial,), codes = verbs("<Dial><Conference>\n  My room \n</Conference></Dial>")
    assert isinstance(dial, Dial)
    assert dial.room
    assert (dial.room.name, codes) == ("My room", [])
