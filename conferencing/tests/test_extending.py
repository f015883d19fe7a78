"""More time: for everybody, up to the longest; and the word that it is nearly up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Announcement, Conference
from calls.states import ConferenceStatus, EndReason, EventKind, ParticipantStatus
from calls.tests.threads import together
from conferencing import conferences, extending, room_menu, sweeping
from conferencing.errors import NotPossibleNow
from conferencing.models import Order, OrderKind, OrderState
from conferencing.steps import Goodbye, Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    both_in,
    called,
    dials_in,
    enters_room,
    invited,
    leaves_room,
    leg_of,
    now,
    opened,
    person,
    picks_up,
    presses,
    rings_in,
    takes_part,
    texted,
    types,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

THE_DESK = "Dora"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(NotPossibleNow) as error:
        yield
    assert error.value.code == code, error.value.detail


def longer(conference: Conference, seconds: int, **more: str) -> Conference:
    return extending.extend(conference.id, seconds, by=THE_DESK, **more)


# --- Extend ---------------------------------------------------------------------------------------


def test_it_ends_so_much_later_for_everybody(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited(max_duration=60)
    both_in(conference)
    before = now(conference).ends_at

    longer(conference, 30)

    assert now(conference).ends_at == before + timedelta(seconds=30)
    stopped_clock.shift(61)
    assert sweeping.end_due() == 0
    stopped_clock.shift(30)
    assert sweeping.end_due() == 1
    assert now(conference).end_reason == EndReason.TIME_LIMIT
    told = conference.events.get(kind=EventKind.EXTENDED).detail
    assert (told["seconds"], told["by"]) == (30, THE_DESK)


def test_who_comes_after_it_has_all_of_that_time(net: PaperNetwork) -> None:
    conference = invited(max_duration=60)
    dials_in(ANNA, conference)
    longer(conference, 240)

    bert = leg_of(person(conference, BERT))
    picks_up(bert)
    step = presses(bert, "1")

    assert isinstance(step, Join)
    assert 298 <= step.seconds_left <= 300


def test_time_that_does_not_run_yet_cannot_be_extended(net: PaperNetwork) -> None:
    conference = opened()

    with refused("waiting"):
        longer(conference, 60)


def test_what_is_over_cannot_be_extended(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    conferences.end_by_request(conference.id)

    with refused("conference_over"):
        longer(conference, 60)
    work()
    with refused("conference_over"):
        longer(conference, 60)


def test_at_the_second_of_the_deadline_it_is_over(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    """Also if the sweep has not come by yet: nobody may be told that he has more time, and be
    hung up by it."""
    conference = invited(max_duration=60)
    both_in(conference)
    stopped_clock.move_to(now(conference).ends_at)

    with refused("conference_over"):
        longer(conference, 60)

    assert sweeping.end_due() == 1


def test_there_is_a_longest(net: PaperNetwork, settings: Settings) -> None:
    settings.CONFERENCE_LONGEST_DURATION = 100
    conference = invited(max_duration=60)
    both_in(conference)

    longer(conference, 30)
    with pytest.raises(NotPossibleNow) as error:
        longer(conference, 11)
    assert error.value.code == "too_long"
    assert error.value.detail == "It may last 100 seconds in all: 10 more can be had."
    longer(conference, 10)

    began = now(conference).started_at
    assert now(conference).ends_at == began + timedelta(seconds=100)


def test_who_has_asked_for_more_than_the_longest_has_it_and_no_more(
    net: PaperNetwork, settings: Settings
) -> None:
    settings.CONFERENCE_LONGEST_DURATION = 100
    conference = invited(max_duration=200)
    both_in(conference)

    with refused("too_long"):
        longer(conference, 1)


def test_one_wish_that_is_told_twice_is_one(net: PaperNetwork) -> None:
    conference = invited(max_duration=60)
    leg, _ = both_in(conference)

    longer(conference, 30, key=f"{leg.id}:menu:1")
    longer(conference, 30, key=f"{leg.id}:menu:1")

    lasts = now(conference).ends_at - now(conference).started_at
    assert lasts == timedelta(seconds=90)


@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_once_both_get_their_time(net: PaperNetwork) -> None:
    for _ in range(4):
        conference = invited(max_duration=60)
        both_in(conference)

        together(partial(longer, conference, 30), partial(longer, conference, 60))

        lasts = now(conference).ends_at - now(conference).started_at
        assert lasts == timedelta(seconds=150)
        conferences.end_by_request(conference.id)


# --- Legs whose own time runs out ---------------------------------------------------------------


def test_a_leg_whose_time_runs_out_comes_back_into_an_extended_room(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    leg = rings_in(ANNA)
    first = types(leg, conference.code)
    assert isinstance(first, Join)
    enters_room(leg)
    takes_part(leg_of(person(conference, BERT)))
    longer(conference, 300)
    stopped_clock.shift(75)

    leaves_room(leg)
    assert now(person(conference, ANNA)).status == ParticipantStatus.JOINED
    back = room_menu.left_room(leg.id, first.deadline, first.stay, gone=False)
    assert now(person(conference, ANNA)).status == ParticipantStatus.JOINED
    enters_room(leg)

    assert isinstance(back, Join)
    assert (back.rejoins, back.stay) == (True, 1)
    assert 283 <= back.seconds_left <= 285
    anna = now(person(conference, ANNA))
    assert (anna.status, anna.left_at) == (ParticipantStatus.JOINED, None)
    passages = leg.events.filter(kind__in=["joined", "returned", "left"]).order_by("sequence")
    assert [event.kind for event in passages] == ["joined", "left", "returned"]
    assert net.hung_up == []


def test_a_leg_whose_time_runs_out_in_its_old_room_goes(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    leg = rings_in(ANNA)
    step = types(leg, conference.code)
    enters_room(leg)
    stopped_clock.shift(75)

    assert isinstance(room_menu.left_room(leg.id, step.deadline, step.stay, gone=False), Goodbye)


def test_a_called_leg_lives_long_enough_for_all_extensions(
    net: PaperNetwork, settings: Settings
) -> None:
    settings.CONFERENCE_NO_SHOW_AFTER, settings.CONFERENCE_LONGEST_DURATION = 600, 1000
    waiting = invited(called(ANNA), max_duration=60)
    assert waiting.status == ConferenceStatus.WAITING
    assert 1715 <= net.calls[-1].longest_seconds <= 1720  # 600 + 1000, and the belt of 120

    live = opened(texted(ANNA), called(BERT), max_duration=60)
    dials_in(ANNA, live)
    work()
    assert 1115 <= net.calls[-1].longest_seconds <= 1120


# --- The warning ----------------------------------------------------------------------------------


def said(conference: Conference) -> list[str]:
    return [each.text for each in Announcement.objects.filter(conference=conference)]


def test_a_minute_before_the_end_everybody_hears_so(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(239)
    work()
    assert said(conference) == []

    stopped_clock.shift(1.5)
    work()

    warning = Announcement.objects.get(conference=conference)
    assert (warning.text, warning.participant, warning.asked_by) == ("One minute left.", None, "")
    assert net.announced == [(warning.id, "")]


def test_a_lone_caller_hears_it_too(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    stopped_clock.shift(241)
    work()

    assert [leg for _, leg in net.announced] == [""]


@pytest.mark.parametrize(("lasts", "warned"), [(119, False), (120, True)])
def test_a_short_one_is_not_warned(
    net: PaperNetwork, stopped_clock: Traveller, lasts: int, warned: bool
) -> None:
    conference = invited(max_duration=lasts)
    both_in(conference)
    stopped_clock.shift(lasts - 59)
    work()

    assert bool(said(conference)) == warned


def test_the_setting_says_how_long_before(
    net: PaperNetwork, stopped_clock: Traveller, settings: Settings
) -> None:
    settings.CONFERENCE_WARNING_BEFORE = 90
    conference = invited(max_duration=180)
    both_in(conference)
    stopped_clock.shift(91)
    work()
    assert said(conference) == ["90 seconds left."]


def test_there_may_be_none_at_all(
    net: PaperNetwork, stopped_clock: Traveller, settings: Settings
) -> None:
    settings.CONFERENCE_WARNING_BEFORE = 0
    conference = invited()
    both_in(conference)
    stopped_clock.shift(299)
    work()
    assert said(conference) == []
    assert not Order.objects.filter(kind=OrderKind.WARN).exists()


def test_the_warning_waits_for_the_new_end(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    longer(conference, 120)
    stopped_clock.shift(241)
    work()
    assert said(conference) == []
    assert Order.objects.filter(kind=OrderKind.WARN, state=OrderState.DROPPED).count() == 1

    stopped_clock.shift(120)
    work()

    assert said(conference) == ["One minute left."]


def test_who_was_warned_is_warned_again_after_an_extension(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(241)
    work()
    longer(conference, 300)
    stopped_clock.shift(300)
    work()

    assert said(conference) == ["One minute left."] * 2


def test_a_little_more_time_moves_the_warning_and_does_not_lose_it(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(230)
    longer(conference, 30)
    stopped_clock.shift(11)
    work()
    assert said(conference) == []

    stopped_clock.shift(30)
    work()

    assert said(conference) == ["One minute left."]


def test_a_very_little_more_time_is_not_warned_of_twice(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    """Both warnings would be near enough to their time."""
    conference = invited(max_duration=300)
    both_in(conference)
    longer(conference, 3)
    stopped_clock.shift(240)
    for _ in range(6):
        work()
        stopped_clock.shift(1)

    assert said(conference) == ["One minute left."]


def test_a_warning_that_comes_too_late_is_not_said(
    net: PaperNetwork, stopped_clock: Traveller
) -> None:
    """Every worker was down: "one minute left" would be wrong."""
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(260)
    work()

    assert said(conference) == []


def test_what_is_over_is_not_warned(net: PaperNetwork, stopped_clock: Traveller) -> None:
    conference = invited(max_duration=300)
    both_in(conference)
    stopped_clock.shift(240)
    conferences.end_by_request(conference.id)
    stopped_clock.shift(1)
    work()

    assert said(conference) == []
