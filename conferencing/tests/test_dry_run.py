"""The command `dry_run`: what would a caller hear?"""

from datetime import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from calls.models import Call, CallEvent, Line
from calls.states import LineAction, Weekday
from conferencing.tests.office import CALLER, HOME, LINE, a_line, forwards_to, office, opens
from conferencing.tests.people import opened, texted

BEEP = "Please leave a message after the beep. To finish, press hash or hang up."
pytestmark = pytest.mark.django_db


def dry_run(*arguments: str) -> list[str]:
    said = StringIO()
    call_command("dry_run", *arguments, stdout=said)
    return said.getvalue().splitlines()


@pytest.fixture
def line() -> Line:
    line = office(greeting="Hello.", closed_text="We are closed.", time_zone="Europe/Berlin")
    opens(line, Weekday.FRIDAY, time(9), time(17))
    return line


def test_what_would_a_caller_hear_on_saturday_at_10_who_presses_1(line: Line) -> None:
    assert dry_run(LINE, "--at", "2026-11-21 10:00", "--press", "1") == [
        "Saturday, 2026-11-21 10:00 (Europe/Berlin), closed: withheld number calls Office.",
        f"  The caller hears: “We are closed. {BEEP}”",
    ]


def test_and_on_friday(line: Line) -> None:
    forwards_to(line, HOME)
    said = dry_run("+1 212 555 0130", "--at", "2026-11-20 10:00", "--press", "1", "--from", CALLER)
    assert said[0].startswith("Friday, 2026-11-20 10:00 (Europe/Berlin), open: +1 212-555-0103")
    assert said[2] == "The caller presses 1."
    assert [words for words in said if " rings for " in words] == [
        "+1 212-555-0112 rings for 20 s and shows +1 212-555-0130.",
        "+1 212-555-0113 rings for 20 s and shows +1 212-555-0130.",
    ]
    assert "Nobody can take your call" in said[-1]


def test_a_moment_may_have_a_time_zone_of_its_own(line: Line) -> None:
    assert "10:00 (Europe/Berlin), open" in dry_run(LINE, "--at", "2026-11-20T09:00+00:00")[0]


def test_wrong_keys_and_waiting_end_at_the_default_route(line: Line) -> None:
    said = dry_run(LINE, "--at", "2026-11-20 10:00", "--press", "9-", "--press", "-")
    assert said[2:6:2] == ["The caller presses 9.", "The caller waits."]
    assert "Please leave a message" in said[-1]


def test_keys_that_are_missing(line: Line) -> None:
    assert dry_run(LINE, "--at", "2026-11-20 10:00")[-1] == "The line waits for a key."


def test_somebody_who_is_invited_is_asked_for_the_code_first() -> None:
    a_line(("2", LineAction.VOICEMAIL), ("3", LineAction.CONFERENCE), greeting="Hello.")
    opened(texted(CALLER))
    said = dry_run(LINE, "--from", CALLER, "--press", "*", "--press", "3", "--press", "4711")
    assert "conference code. For the menu, press star." in said[1]
    assert "Hello." in said[3]
    assert said[-1] == "What the caller types is judged as the code of a conference."


def test_writes_nothing(line: Line) -> None:
    for keys in ("1", "2", "999"):
        dry_run(LINE, "--press", keys)
    assert not Call.objects.exists()
    assert not CallEvent.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["+12125550199"], "is no line of ours: name one of +12125550130."),
        (["nonsense"], "is no line of ours"),
        ([LINE, "--at", "Saturday"], "--at: Saturday is no time"),
        ([LINE, "--press", "x"], "--press: x is on no keypad"),
    ],
)
def test_what_makes_no_sense_is_said_so(line: Line, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError) as refused:
        dry_run(*arguments)
    assert words in str(refused.value)
