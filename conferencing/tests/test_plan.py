"""The menu on paper: whatever is pressed in whatever order, the caller is led somewhere."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.models import Line, OpeningHours
from calls.states import LineAction, LineRoute, Weekday
from conferencing import plan
from conferencing.plan import MISSES, Route, Sheet, To

_TEXTS = st.text(max_size=20)
sheets = st.builds(
    Sheet,
    is_open=st.booleans(),
    greeting=_TEXTS,
    closed_text=_TEXTS,
    default=st.sampled_from([LineAction(each) for each in LineRoute]),
    closed=st.sampled_from([LineAction(each) for each in LineRoute]),
    options=st.dictionaries(
        st.sampled_from("1234567890"), st.tuples(st.sampled_from(LineAction), _TEXTS)
    ),
)
# What a phone can send, and what only a broken one does; None: the caller waits.
keys = st.none() | st.sampled_from("1234567890*#") | st.sampled_from(["hangup", "", "12", "A"])

OFFICE = Sheet(
    greeting="Hello.",
    options={
        "1": (LineAction.FORWARD, ""),
        "2": (LineAction.VOICEMAIL, ""),
        "3": (LineAction.CONFERENCE, ""),
        "4": (LineAction.SAY, "We are in Main Street."),
    },
)


def go_on(sheet: Sheet, route: Route, pressed: list[str | None]) -> Route:
    for key in pressed:
        if route.star:
            route = plan.without_code(sheet)
        elif route.to is To.MENU and key is None:
            route = plan.miss(sheet, route.misses + 1)
        elif route.to is To.MENU:
            route = plan.press(sheet, key or "", route.misses)
    return route


@given(sheet=sheets, invited=st.booleans(), pressed=st.lists(keys, max_size=30))
def test_any_keys_lead_somewhere(sheet: Sheet, invited: bool, pressed: list[str | None]) -> None:
    route = go_on(sheet, plan.arrive(sheet, invited=invited), pressed)
    assert route.to in To
    assert route.to is not To.MENU or sheet.options
    assert route.misses <= MISSES


@given(sheet=sheets, invited=st.booleans())
def test_who_only_waits_is_let_go_from_any_menu(sheet: Sheet, invited: bool) -> None:
    route = go_on(sheet, plan.arrive(sheet, invited=invited), [None] * (MISSES + 2))
    assert route.to is not To.MENU
    assert not route.star


@given(before=sheets, after=sheets, key=keys, misses=st.integers(0, MISSES))
def test_a_menu_edited_under_a_caller_still_leads_somewhere(
    before: Sheet, after: Sheet, key: str | None, misses: int
) -> None:
    plan.arrive(before, invited=False)
    route = plan.press(after, key or "", misses)
    assert route.to is not To.MENU or after.options


@pytest.mark.parametrize(
    ("key", "to", "preface"),
    [
        ("1", To.FORWARD, ""),
        ("2", To.VOICEMAIL, ""),
        ("3", To.CODE, ""),
        ("4", To.MENU, "We are in Main Street."),
    ],
)
def test_each_key_has_its_place(key: str, to: To, preface: str) -> None:
    assert plan.press(OFFICE, key, 0) == Route(to, preface, key=key)


def test_a_wrong_key_and_silence_repeat_the_menu_twice() -> None:
    first = plan.press(OFFICE, "9", 0)
    assert (first.to, first.misses, first.key) == (To.MENU, 1, "")
    assert plan.miss(OFFICE, 2).to is To.MENU
    assert plan.miss(OFFICE, 3) == Route(To.VOICEMAIL)
    assert plan.press(OFFICE, "*", 2) == Route(To.VOICEMAIL)


def test_who_heard_the_information_may_miss_anew() -> None:
    assert plan.press(OFFICE, "4", 2).misses == 0


class TestWhoIsInvited:
    def test_is_asked_for_the_code_first(self) -> None:
        assert plan.arrive(OFFICE, invited=True) == Route(To.CODE, star=True)

    def test_gets_the_menu_after_all(self) -> None:
        assert plan.without_code(OFFICE) == Route(To.MENU, "Hello.")

    def test_is_let_in_outside_of_the_opening_hours_too(self) -> None:
        closed = Sheet(is_open=False, closed_text="Come tomorrow.", options=OFFICE.options)
        assert plan.arrive(closed, invited=True).to is To.CODE
        assert plan.without_code(closed) == Route(To.VOICEMAIL, "Come tomorrow.")

    def test_hears_the_menu_of_a_line_that_takes_no_codes(self) -> None:
        sheet = Sheet(options={"1": (LineAction.FORWARD, "")})
        assert plan.arrive(sheet, invited=True).to is To.MENU


def test_a_line_without_a_menu_goes_its_default_way_with_its_greeting() -> None:
    sheet = Sheet(greeting="Hello.", default=LineAction.CONFERENCE)
    assert plan.arrive(sheet, invited=False) == Route(To.CODE, "Hello.")


BERLIN = ZoneInfo("Europe/Berlin")


def hours(day: Weekday, opens: time, closes: time) -> OpeningHours:
    return OpeningHours(line=Line(), weekday=day, opens=opens, closes=closes)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-20T07:59:59+00:00", False),  # a Friday, 08:59:59 in Berlin
        ("2026-11-20T08:00:00+00:00", True),
        ("2026-11-20T15:59:59+00:00", True),
        ("2026-11-20T16:00:00+00:00", False),  # closes at 17:00, and is closed then
        ("2026-11-21T09:00:00+00:00", False),
        ("2026-07-17T07:00:00+00:00", True),  # summer time
        ("2026-07-17T15:00:00+00:00", False),
    ],
)
def test_opening_hours_are_those_of_the_lines_own_clock(at: str, is_open: bool) -> None:
    friday = hours(Weekday.FRIDAY, time(9), time(17))
    assert friday.covers(datetime.fromisoformat(at).astimezone(BERLIN)) is is_open


def test_midnight_as_closing_time_is_the_end_of_the_day() -> None:
    late = hours(Weekday.FRIDAY, time(22), time(0))
    assert late.covers(datetime(2026, 11, 20, 23, 59, 59, tzinfo=BERLIN))
    assert not late.covers(datetime(2026, 11, 21, 0, 0, tzinfo=BERLIN))
    assert not late.covers(datetime(2026, 11, 20, 21, 59, tzinfo=UTC).astimezone(UTC))
