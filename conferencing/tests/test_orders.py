"""Orders: claimed by one worker, fenced off by the attempt, paced, and never lost."""

from contextlib import ExitStack
from datetime import timedelta
from threading import Event

import pytest
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Participant
from calls.states import LegStatus
from calls.tests.threads import together
from conferencing import conferences, invitations, orders, performing, stopping, tasks
from conferencing.conferences import Invitee
from conferencing.models import LANES, Lane, Order, OrderKind, OrderState
from conferencing.pacing import NotYet
from conferencing.telephony import OutcomeUnknown, Refused, TelephonyError, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    called,
    dials_in,
    invited,
    leg_of,
    now,
    opened,
    person,
    takes_part,
    texted,
    told,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def many(number: int) -> list[Invitee]:
    return [called(f"+1212556{n:04d}") for n in range(number)]


def claimed(lane: Lane = Lane.INVITING) -> Order:
    order = orders.claim(lane)
    assert isinstance(order, Order)
    return order


# --- Claiming -----------------------------------------------------------------------------------


def test_nothing_due_is_nothing_claimed() -> None:
    assert orders.claim(Lane.INVITING) is None


def test_each_lane_has_its_own_orders() -> None:
    opened(texted(ANNA))

    assert orders.claim(Lane.ENDING) is None
    assert claimed().kind == OrderKind.TEXT


def test_the_longest_due_is_claimed_first() -> None:
    first, second = opened(texted(ANNA)), opened(texted(ANNA))
    Order.objects.filter(conference=second).update(due_at=timezone.now() - timedelta(seconds=9))

    assert [claimed().conference_id for _ in range(2)] == [second.id, first.id]


def test_what_is_due_later_is_not_claimed_now() -> None:
    opened(texted(ANNA))
    Order.objects.update(due_at=timezone.now() + timedelta(seconds=2))

    assert orders.claim(Lane.INVITING) is None


def test_texts_do_not_wait_behind_calls_that_are_paced(settings: Settings) -> None:
    settings.CALLS_PER_SECOND = 1
    opened(called(ANNA))
    opened(called(ANNA))
    opened(texted(ANNA))

    kinds = {claimed().kind for _ in range(2)}

    assert kinds == {OrderKind.TEXT, OrderKind.CALL}
    assert isinstance(orders.claim(Lane.INVITING), NotYet)


def test_an_order_placed_twice_stands_once() -> None:
    conference = opened(texted(ANNA))
    orders.place([orders.invitation(person(conference, ANNA))])

    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_order_is_claimed_by_two_workers(settings: Settings) -> None:
    settings.CALLS_PER_SECOND = 1000
    opened(*many(12), *[texted(f"+1212557{n:04d}") for n in range(12)])
    taken: list[int] = []

    def work_on() -> None:
        while order := orders.claim(Lane.INVITING):
            if isinstance(order, Order):
                taken.append(order.id)

    together(*[work_on] * 4)

    assert len(taken) == 24
    assert len(set(taken)) == 24


@pytest.mark.django_db(transaction=True)
def test_four_workers_text_and_call_everybody_once(net: PaperNetwork) -> None:
    opened(*many(8), *[texted(f"+1212557{n:04d}") for n in range(8)])

    together(*[work] * 4)

    assert len({call.to for call in net.calls}) == len(net.calls) == 8
    assert len({text.to for text in net.texts}) == len(net.texts) == 8


# --- Fencing and leases -------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["about_to_ask", "settle", "again"])
def test_a_worker_whose_lease_ran_out_no_longer_moves_the_order(
    clock: Traveller, verb: str
) -> None:
    opened(texted(ANNA))
    slow = claimed()
    clock.shift(16)
    orders.abandoned()
    quick = claimed()
    assert (slow.id, slow.attempt + 1) == (quick.id, quick.attempt)

    arguments = {"about_to_ask": (), "settle": (OrderState.DONE,), "again": (1.0,)}[verb]

    assert not getattr(orders, verb)(slow, *arguments)
    assert now(quick).state == OrderState.CLAIMED
    assert getattr(orders, verb)(quick, *arguments)


def test_a_worker_that_died_before_asking_leaves_the_order_due(clock: Traveller) -> None:
    opened(texted(ANNA))
    order = claimed()
    assert orders.abandoned() == []
    assert now(order).state == OrderState.CLAIMED

    clock.shift(16)

    assert orders.abandoned() == []
    assert now(order).state == OrderState.DUE
    assert claimed().id == order.id


def test_what_a_killed_worker_had_in_hand_is_done_14_seconds_later(
    net: PaperNetwork, clock: Traveller
) -> None:
    opened(texted(ANNA))
    claimed()

    clock.shift(14)  # claimed in the moment of the kill, and the worker back at once
    tasks.sweep()
    work()

    assert [text.to for text in net.texts] == [ANNA]


@pytest.mark.parametrize("invitee", [texted(ANNA), called(ANNA)])
def test_a_worker_that_died_while_asking_leaves_an_unknown_outcome(
    net: PaperNetwork, clock: Traveller, invitee: Invitee
) -> None:
    conference = opened(invitee)

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    net.call = net.send_text = die
    with pytest.raises(Killed):
        work()
    del net.call, net.send_text

    clock.shift(16)
    invitations.give_up_abandoned()
    work()

    assert person(conference, ANNA).status == "unknown"
    assert Order.objects.get().state == OrderState.UNKNOWN
    assert net.calls == net.texts == []


@pytest.mark.parametrize("kind", [OrderKind.END_ROOM, OrderKind.HANG_UP])
def test_a_worker_that_died_while_ending_is_followed_by_another(
    net: PaperNetwork, clock: Traveller, kind: OrderKind
) -> None:
    conference = invited(texted(ANNA), called("+12125550121"))
    dials_in(ANNA, conference)
    conferences.end_by_request(conference.id)
    Order.objects.filter(kind=kind).update(
        state=OrderState.ASKED, attempt=1, lease_until=timezone.now()
    )
    clock.shift(1)

    orders.abandoned()
    work()

    assert net.rooms_ended == [(conference.id, "CF1")]
    assert net.hung_up == [net.calls[0].sid]


def test_texts_and_calls_are_never_safe_to_repeat() -> None:
    assert {OrderKind.TEXT, OrderKind.CALL}.isdisjoint(orders.SAFE_TO_REPEAT)
    assert {kind for kind in OrderKind if LANES[kind] is Lane.ENDING} <= set(orders.SAFE_TO_REPEAT)


# --- Trying again -------------------------------------------------------------------------------


def test_each_wait_is_about_twice_the_one_before_and_half_a_minute_at_most(
    clock: Traveller,
) -> None:
    opened(texted(ANNA))
    waits = []
    for _ in range(8):
        order = claimed()
        orders.again(order, 1.0)
        waits.append((now(order).due_at - timezone.now()).total_seconds())
        clock.shift(60)

    assert all(0.6 * 2**n <= waits[n] <= 1.31 * 2**n for n in range(5))
    assert max(waits) <= 40
    assert len({round(wait / 2 ** min(n, 5), 4) for n, wait in enumerate(waits)}) > 1  # jitter


@pytest.mark.parametrize("error", [TryLater("Busy."), OutcomeUnknown("No answer.")])
def test_hanging_up_is_tried_again_whatever_became_of_it(
    net: PaperNetwork, error: TelephonyError
) -> None:
    conference = invited(called(ANNA))
    net.will("hang_up", error)
    conferences.end_by_request(conference.id)
    for _ in range(2):
        work()
        Order.objects.filter(state=OrderState.DUE).update(due_at=timezone.now())

    assert net.hung_up == [net.calls[0].sid]
    assert now(conference).status == "ended"


def test_a_hang_up_that_is_refused_is_not_tried_again(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    net.will("hang_up", Refused("Not allowed."))
    conferences.end_by_request(conference.id)
    for _ in range(2):
        work()

    assert Order.objects.get(kind=OrderKind.HANG_UP).state == OrderState.FAILED
    assert net.hung_up == []


def test_a_leg_that_the_network_does_not_know_is_over(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    net.legs.clear()
    conferences.end_by_request(conference.id)
    work()

    assert leg_of(person(conference, ANNA)).status == LegStatus.COMPLETED
    assert now(conference).status == "ended"


def test_a_leg_that_ended_by_itself_is_not_hung_up(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    conferences.end_by_request(conference.id)
    told(leg_of(person(conference, ANNA)), LegStatus.NO_ANSWER)
    work()

    assert net.hung_up == []
    assert Order.objects.get(kind=OrderKind.HANG_UP).state == OrderState.DROPPED


def test_an_ended_leg_that_talked_keeps_its_own_end(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    conferences.remove(person(conference, ANNA).id)
    net.becomes(str(leg.sid), LegStatus.IN_PROGRESS)
    work()

    assert now(leg).status == LegStatus.COMPLETED
    assert now(conference).end_reason == "everyone_left"


# --- Workers -------------------------------------------------------------------------------------


def test_a_lane_has_as_many_workers_at_once_as_it_may(net: PaperNetwork) -> None:
    opened(*many(10))
    with ExitStack() as seats:
        for _ in range(performing.MOST_AT_ONCE[Lane.INVITING]):
            seats.enter_context(performing._SEATS[Lane.INVITING])
        assert performing.work(Lane.INVITING) == 0

    assert performing.work(Lane.INVITING) == 10


def test_what_a_killed_worker_held_keeps_nobody_from_the_rest(net: PaperNetwork) -> None:
    opened(*many(10))
    held = [claimed() for _ in range(6)]

    assert performing.work(Lane.INVITING) == 10 - len(held)


def test_a_worker_that_is_told_to_stop_takes_nothing_new(
    net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(*many(3))
    monkeypatch.setattr(stopping, "asked", Event())
    net.while_calling = lambda _: tasks.stop()

    assert performing.work(Lane.INVITING) == 1
    assert Order.objects.filter(state=OrderState.DUE).count() == 2
    assert not Order.objects.filter(state__in=[OrderState.CLAIMED, OrderState.ASKED]).exists()


def test_people_who_are_not_called_hold_no_order() -> None:
    conference = opened(texted(ANNA))
    Participant.objects.filter(conference=conference).update(status="failed")
    order = claimed()
    performing._perform(order)

    assert now(order).state == OrderState.DROPPED
