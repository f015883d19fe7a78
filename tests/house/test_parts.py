"""`make test` runs the suite in parts; which tests go together in one of them."""

import pytest

from conftest import company
from tools.console import Steps
from tools.tests import CHAOS, NOTHING_SELECTED, ON_POSTGRES, THE_REST, Ended, Suite


def markers(command: list[str]) -> str:
    return command[command.index("-m", command.index("pytest")) + 1]


def test_chaos_has_the_machine_for_itself() -> None:
    command = CHAOS.command([])

    assert markers(command) == "chaos"
    assert command[command.index("-n") + 1] == "0"
    assert command[-1] == "tests/chaos"
    assert markers(THE_REST.command([])) == "not chaos"


def test_what_is_chosen_is_chosen_among_the_tests_of_a_part() -> None:
    command = CHAOS.command(["-m", "slow or redis", "-x", "tests/chaos/test_kills.py"])

    assert markers(command) == "(slow or redis) and chaos"
    assert command[-2:] == ["-x", "tests/chaos/test_kills.py"]
    assert ON_POSTGRES.command([])[-2:] == ["calls", "conferencing"]


@pytest.mark.parametrize(
    ("ended", "code", "last_line"),
    [
        ([("a", 0, "5 passed"), ("b", 0, "7 passed")], 0, ""),
        ([("a", 1, "1 failed"), ("b", 0, "7 passed")], 1, "a:\n1 failed\n"),
        ([("a", 0, "5 passed"), ("b", 2, "broken")], 2, ""),
        ([("a", 0, "5 passed"), ("b", NOTHING_SELECTED, "no tests ran")], 0, "a:\n5 passed\n"),
        ([("b", NOTHING_SELECTED, "no tests ran")], NOTHING_SELECTED, ""),
    ],
)
def test_the_last_line_is_that_of_a_part_that_failed(
    ended: list[tuple[str, int, str]],
    code: int,
    last_line: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    suite = Suite(Steps(1), [], {})
    suite.ended = [Ended(*each) for each in ended]

    assert suite.verdict() == code
    assert capsys.readouterr().out == last_line


@pytest.mark.parametrize(
    ("test", "together"),
    [
        ("tests/journeys/test_time.py::test_a_short_one_is_not_warned[sqlite]", "time-sqlite"),
        ("tests/journeys/test_ending.py::test_nobody_comes[postgres]", "journeys-postgres"),
        ("tests/journeys/test_roles.py::test_x[sqlite-by keypad]", "journeys-sqlite"),
        ("tests/journeys/test_demo.py::test_the_story_is_told_to_its_end", None),
        ("tests/browser/test_feed.py::TestViewer::test_has_no_buttons", "browser"),
        ("tests/browser/test_feed_of_a_house.py::test_a_caller", None),
        ("localtwilio/tests/test_page.py::test_rings", "phones"),
        ("calls/tests/test_states.py::test_a[sqlite]", None),
    ],
)
def test_who_shares_a_house_or_a_browser_goes_together(test: str, together: str | None) -> None:
    assert company(test) == together
