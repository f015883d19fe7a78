"""Pace: over any second the network counts no more than it takes, however late anybody is."""

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import chain, repeat

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings
from time_machine import Traveller

from calls.tests.threads import together
from conferencing import conferences, orders, pacing, performing, stopping
from conferencing.conferences import Invitee
from conferencing.models import Lane, Order, OrderKind, OrderState, Slot
from conferencing.pacing import NotYet
from conferencing.telephony import TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import ANNA, BERT, called, now, opened, person, texted

pytestmark = [pytest.mark.database, pytest.mark.django_db]

_WORKERS = 4


@dataclass(frozen=True)
class Way:
    """Of a request, in seconds: how late it is sent, is at the network, is answered."""

    late: float = 0.0
    there: float = 0.0
    back: float = 0.0


AT_ONCE = Way()


def many(number: int) -> list[Invitee]:
    return [called(f"+1212556{n:04d}") for n in range(number)]


def claimed() -> Order:
    order = orders.claim(Lane.INVITING)
    assert isinstance(order, Order)
    return order


def at_most(limit: int, seconds: float, moments: list[datetime]) -> bool:
    """No span of so many seconds holds more of them."""
    moments = sorted(moments)
    ends = [bisect_left(moments, start + timedelta(seconds=seconds)) for start in moments]
    return all(end - n <= limit for n, end in enumerate(ends))


@pytest.fixture(autouse=True)
def unlearned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known yet of how quickly the network answers."""
    monkeypatch.setattr(pacing, "_quickest", {kind: pacing.Quickest() for kind in pacing._quickest})


@pytest.fixture
def stopped() -> Iterator[Traveller]:
    """A clock that only goes on when it is put forward."""
    with time_machine.travel("2026-03-02T09:00:00+00:00", tick=False) as traveller:
        yield traveller


def counts(calls: int, clock: Traveller, ways: Iterator[Way]) -> list[datetime]:
    """When the network counts so many calls that four workers ask for."""
    opened(*many(calls))
    counted: list[datetime] = []
    queue = [(timezone.now(), n, _worker(ways, counted)) for n in range(_WORKERS)]
    while queue:
        at, number, worker = heappop(queue)
        clock.move_to(max(timezone.now(), at))
        if goes_on := next(worker, None):
            heappush(queue, (goes_on, number, worker))
    assert len(counted) == calls
    return counted


def _worker(ways: Iterator[Way], counted: list[datetime]) -> Iterator[datetime]:
    """Yields when he goes on."""
    while order := orders.claim(Lane.INVITING):
        if isinstance(order, NotYet):
            yield order.until
            continue
        assert order.turn
        way = next(ways)
        yield max(order.turn.at, timezone.now()) + timedelta(seconds=way.late)
        with pacing.in_turn(order):
            counted.append(timezone.now() + timedelta(seconds=way.there))
            yield timezone.now() + timedelta(seconds=way.there + way.back)
        pacing.give_back(order)


SECONDS = st.sampled_from([0.0, 0.001, 0.01, 0.049, 0.3, 0.9, 0.999, 1.7]) | st.floats(0, 2.4)


@given(
    rate=st.sampled_from([1, 2, 3, 5, 7]),
    ways=st.lists(st.builds(Way, SECONDS, SECONDS, SECONDS), min_size=1, max_size=16),
)
@hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_over_any_second_no_more_are_counted_than_allowed(
    stopped: Traveller, settings: Settings, rate: int, ways: list[Way]
) -> None:
    """However late the workers come, and wherever on its way the network counts a request."""
    settings.CALLS_PER_SECOND = rate
    Order.objects.all().delete()  # those of the last example
    Slot.objects.all().delete()

    counted = counts(len(ways), stopped, iter(ways))

    assert at_most(rate, 1.0, counted)


@pytest.mark.parametrize("rate", [0.5, 1.5])
def test_a_rate_need_not_be_a_whole_number(
    settings: Settings, stopped: Traveller, rate: float
) -> None:
    settings.CALLS_PER_SECOND = rate

    counted = counts(12, stopped, repeat(AT_ONCE))

    at_once = 1 if rate < 1 else 2
    assert at_most(at_once, at_once / rate, counted)
    assert counted[-1] - counted[0] < timedelta(seconds=11 / rate * 1.02)


def test_workers_keep_the_pace_within_two_per_cent(settings: Settings, stopped: Traveller) -> None:
    settings.CALLS_PER_SECOND = 50
    thirds = [Way(late=0.01, there=0.002), AT_ONCE, AT_ONCE]

    counted = counts(150, stopped, chain.from_iterable(repeat(thirds)))

    assert at_most(50, 1.0, counted)
    assert counted[100] - counted[0] < timedelta(seconds=2 * 1.02)


def test_a_network_far_away_is_asked_at_the_same_pace(
    settings: Settings, stopped: Traveller
) -> None:
    """Its first answers tell how far."""
    settings.CALLS_PER_SECOND = 10
    far = [Way(there=0.08, back=0.12), Way(there=0.081, back=0.12)]

    counted = counts(140, stopped, chain.from_iterable(repeat(far)))

    assert at_most(10, 1.0, counted)
    assert counted[139] - counted[39] < timedelta(seconds=10 * 1.02)


def test_texts_have_a_pace_of_their_own(settings: Settings) -> None:
    settings.TEXTS_PER_SECOND = 0.1
    opened(texted(ANNA), texted(BERT), called(ANNA))

    kinds = {claimed().kind for _ in range(2)}

    assert kinds == {OrderKind.TEXT, OrderKind.CALL}
    assert isinstance(orders.claim(Lane.INVITING), NotYet)


def test_a_turn_is_handed_out_shortly_before_it_comes(
    settings: Settings, stopped: Traveller
) -> None:
    """Whoever is not to be called any more seldom is, and no worker waits long."""
    settings.CALLS_PER_SECOND = 1
    opened(*many(2))
    first = asked(claimed(), stopped)

    not_yet = orders.claim(Lane.INVITING)

    assert isinstance(not_yet, NotYet)
    stopped.move_to(not_yet.until)
    assert turn_of(claimed()) - turn_of(first) == timedelta(seconds=1)


def test_a_turn_that_was_not_used_is_another_ones(settings: Settings) -> None:
    """Somebody is no longer to be called: nobody else waits for that."""
    settings.CALLS_PER_SECOND = 0.1
    conference = opened(called(ANNA))
    order = claimed()
    conferences.remove(person(conference, ANNA).id)
    performing._perform(order)

    opened(called(BERT))

    assert Slot.objects.get().free_at <= timezone.now()


def test_what_a_killed_worker_held_is_free_again_once_nobody_can_use_it(
    settings: Settings, stopped: Traveller
) -> None:
    settings.CALLS_PER_SECOND = 1
    opened(*many(2))
    first = claimed()

    stopped.shift(9)
    assert isinstance(orders.claim(Lane.INVITING), NotYet)
    stopped.shift(2)
    assert turn_of(claimed()) - turn_of(first) == timedelta(seconds=11)


def test_whoever_stood_still_does_not_call_when_he_goes_on(
    net: PaperNetwork, stopped: Traveller
) -> None:
    """Somebody else may have his slot by now."""
    opened(called(ANNA))
    order = claimed()
    stopped.shift(5)

    performing._perform(order)

    assert not net.calls
    assert now(order).state == OrderState.DUE


def test_whoever_is_answered_after_all_takes_the_slot_from_nobody(
    settings: Settings, stopped: Traveller
) -> None:
    settings.CALLS_PER_SECOND = 1
    opened(*many(2))
    first = claimed()
    stopped.shift(12)
    second = claimed()

    pacing.give_back(first)

    assert Slot.objects.get().free_at == turn_of(second) + timedelta(seconds=11)


def test_a_slot_is_held_whatever_the_answer(settings: Settings, stopped: Traveller) -> None:
    settings.CALLS_PER_SECOND = 1
    opened(called(ANNA))
    order = claimed()
    stopped.move_to(turn_of(order))

    with pytest.raises(TryLater), pacing.in_turn(order):
        raise TryLater("Busy.")
    pacing.give_back(order)

    assert Slot.objects.get().free_at == timezone.now() + timedelta(seconds=1)


@pytest.mark.django_db(transaction=True)
def test_all_workers_together_keep_the_pace(settings: Settings) -> None:
    settings.CALLS_PER_SECOND = 5
    opened(*many(8))
    moments: list[datetime] = []

    def work_on() -> None:
        while order := orders.claim(Lane.INVITING):
            if isinstance(order, NotYet):
                time.sleep(max(0.0, (order.until - timezone.now()).total_seconds()))
            else:
                with pacing.in_turn(order):
                    moments.append(timezone.now())
                pacing.give_back(order)

    together(*[work_on] * 4)

    assert len(moments) == 8
    assert at_most(5, 1.0, moments)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_texts_and_who_waits_for_calls_do_not_wait_for_each_other(
    settings: Settings,
) -> None:
    """Both paces were held by whoever found that neither had a turn for him, in either order: on
    PostgreSQL four workers who all waited asked for two calls a second instead of twenty."""
    settings.CALLS_PER_SECOND = settings.TEXTS_PER_SECOND = 0.01
    opened(*(texted(f"+1212557{n:04d}") for n in range(12)), *many(12))
    claims: list[Order | NotYet | None] = []

    def wait() -> None:
        claims.extend(orders.claim(Lane.INVITING) for _ in range(25))

    together(*repeat(wait, 8))

    assert Counter(map(type, claims)) == {Order: 2, NotYet: 198}


def test_a_worker_does_not_wait_longer_for_the_pace_than_it_may(
    settings: Settings, net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CALLS_PER_SECOND = 0.02
    opened(called(ANNA))
    opened(called(ANNA))
    slept: list[float] = []
    monkeypatch.setattr(performing, "_LONGEST", timedelta(seconds=0.3))
    monkeypatch.setattr(stopping.asked, "wait", slept.append)

    performing.work(Lane.INVITING)

    assert len(net.calls) == 1
    assert all(wait <= 0.3 for wait in slept)


def turn_of(order: Order) -> datetime:
    assert order.turn
    return order.turn.at


def asked(order: Order, clock: Traveller) -> Order:
    """And answered at once."""
    clock.move_to(turn_of(order))
    with pacing.in_turn(order):
        pass
    pacing.give_back(order)
    return order
