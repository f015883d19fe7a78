"""The orders: placed as rows with a due time, claimed one by one, settled once.

An order's life:  due → claimed → asked → done | failed | unknown,  or dropped.
A claim has a lease. If its worker dies before the network was asked, the order is due again; if
it dies after, a text or a call may have gone out: `unknown`, and never asked again by itself.
"""

import logging
import random
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from calls.models import Call, Participant
from calls.questions import question
from calls.rows import table
from calls.states import Mode
from conferencing import pacing
from conferencing.models import Lane, Order, OrderKind, OrderState
from conferencing.pacing import NotYet
from conferencing.telephony import Refused, TelephonyError

logger = logging.getLogger(__name__)

# An order takes a request of 5 seconds, some take two. What a killed worker had in hand is taken up
# within 15 s of its restart: after this, and the wait for the next sweep.
LEASE = timedelta(seconds=10)
SAFE_TO_REPEAT = (
    OrderKind.END_ROOM,
    OrderKind.HANG_UP,
    OrderKind.SEE_OFF,
    OrderKind.FETCH,
    OrderKind.DELETE_RECORDING,
    OrderKind.EMAIL,  # twice is a nuisance, never is a loss
    OrderKind.ANNOUNCE,
    OrderKind.MUTE,
    OrderKind.HOLD,
    OrderKind.WARN,
)
_HELD = (OrderState.CLAIMED, OrderState.ASKED)


def place(new: Iterable[Order]) -> None:
    """Write orders; one that was placed before is left as it is."""
    table(Order).insert_each_once(new)


def invitation(person: Participant) -> Order:
    kind = OrderKind.TEXT if person.mode == Mode.DIAL_IN else OrderKind.CALL
    again = f":{person.attempt}" if person.attempt > 1 else ""
    about = {"conference_id": person.conference_id, "participant_id": person.id}
    return Order.to_do(kind, f"{person.id}{again}", **about)


def hang_up(leg: Call) -> Order:
    return Order.to_do(OrderKind.HANG_UP, leg.id, conference_id=leg.conference_id, call_id=leg.id)


def see_off(leg: Call) -> Order:
    return Order.to_do(OrderKind.SEE_OFF, leg.id, conference_id=leg.conference_id, call_id=leg.id)


def hang_up_now(leg: Call) -> None:
    """There is news of a leg that must go."""
    due_now(hang_up(leg))


def hang_up_again(leg: Call) -> None:
    """A leg that was to be hung up, and perhaps was, lives."""
    due_now(hang_up(leg), also=(OrderState.DONE,))


def end_room_again(conference_id: str) -> None:
    due_now(end_room(conference_id), also=(OrderState.DONE,))


def due_now(order: Order, also: tuple[OrderState, ...] = ()) -> None:
    """Place an order; one that was placed before, and waited or gave up, is due now."""
    place([order])
    waiting = (OrderState.DUE, OrderState.UNKNOWN, OrderState.FAILED, OrderState.DROPPED, *also)
    Order.objects.filter(key=order.key, state__in=waiting).update(
        state=OrderState.DUE, due_at=timezone.now(), settled_at=None
    )


def is_to_be_hung_up(leg: Call) -> bool:
    return _hang_up_of.any(leg.id)


@question
def _hang_up_of(call_id: str) -> QuerySet[Order, tuple[int]]:
    return hang_ups_of(call_id).values_list("id")[:1]


def hang_ups_of(call_id: str) -> QuerySet[Order]:
    return Order.objects.filter(kind=OrderKind.HANG_UP, call_id=call_id)


def end_room(conference_id: str) -> Order:
    return Order.to_do(OrderKind.END_ROOM, conference_id, conference_id=conference_id)


def invite_now(conference_id: str) -> None:
    """Those who had to wait need wait no longer."""
    waiting = Order.objects.filter(
        lane=Lane.INVITING, state=OrderState.DUE, conference_id=conference_id
    )
    waiting.update(due_at=timezone.now())


def drop_invitation(participant_id: str) -> None:
    _drop(participant_id=participant_id)


def drop_invitations_of(conference_ids: Collection[str]) -> None:
    _drop(conference_id__in=conference_ids)


def _drop(**of: Any) -> None:
    waiting = Order.objects.filter(lane=Lane.INVITING, state=OrderState.DUE, **of)
    waiting.update(state=OrderState.DROPPED, settled_at=timezone.now())


def claim(lane: Lane) -> Order | NotYet | None:
    """Take the next due order of a lane for this worker; None: nothing is due."""
    if not is_due(lane):  # SQLite has one writer at a time: none of them comes in vain
        return None
    if lane is Lane.INVITING:
        return _claim_invitation()
    with transaction.atomic():
        return _held(_due_now(lane).first())


def _due_now(lane: Lane) -> QuerySet[Order]:
    """Those that nobody holds, the oldest first."""
    due = Order.objects.filter(lane=lane, state=OrderState.DUE, due_at__lte=timezone.now())
    return due.select_for_update(skip_locked=True).order_by("due_at", "id")


def _claim_invitation() -> Order | NotYet | None:
    """A text that has to wait for its turn holds up no call, nor the other way round."""
    kinds = [OrderKind.TEXT, OrderKind.CALL]
    random.shuffle(kinds)  # where workers are few neither takes them all
    first = _claim_paced(kinds[0])
    if isinstance(first, Order):
        return first
    second = _claim_paced(kinds[1])
    return _earlier(first, second) if isinstance(second, NotYet) else second or first


def _claim_paced(kind: OrderKind) -> Order | NotYet | None:
    """Texts and dial-outs keep to their settings, all workers together.

    In a transaction of its own: whoever held one kind's pace and waited for the other's would
    wait for ever for who does it the other way round.
    """
    with transaction.atomic():
        order = _due_now(Lane.INVITING).filter(kind=kind).first()
        if order is None:
            return None
        turn = pacing.turn(kind)
        if isinstance(turn, NotYet):
            return turn
        order.turn = turn
        return _held(order)


def _earlier(one: NotYet | None, other: NotYet) -> NotYet:
    return min(one, other, key=lambda each: each.until) if one else other


def _held(order: Order | None) -> Order | None:
    if order:
        order.state = OrderState.CLAIMED
        order.attempt += 1
        order.lease_until = timezone.now() + LEASE
        order.save(update_fields=["state", "attempt", "lease_until"])
    return order


def claim_more(like: Order, most: int) -> list[Order]:
    """As many others of the same kind as are due now, held by the same worker."""
    with transaction.atomic():
        due = Order.objects.filter(kind=like.kind, state=OrderState.DUE, due_at__lte=timezone.now())
        theirs = due.select_for_update(skip_locked=True, of=("self",)).select_related("conference")
        more = list(theirs.order_by("due_at", "id")[:most])
        for order in more:
            order.state, order.attempt = OrderState.CLAIMED, order.attempt + 1
            order.lease_until = timezone.now() + LEASE
        Order.objects.bulk_update(more, ["state", "attempt", "lease_until"])
    return more


def settle_together(done: Collection[Order]) -> None:
    """What was safe to repeat, and has been done; all of them in one statement."""
    mine = Q()
    for order in done:
        mine |= Q(id=order.id, attempt=order.attempt)
    if done:
        held = Order.objects.filter(mine, state__in=_HELD)
        held.update(state=OrderState.DONE, settled_at=timezone.now(), lease_until=None)


def in_trouble(order: Order, error: TelephonyError) -> None:
    """The network has not done what is safe to ask for again: give up, or try again soon."""
    if isinstance(error, Refused):
        logger.warning("%s was refused: %s", order, error.detail)
        settle(order, OrderState.FAILED)
    else:
        logger.warning("%s is put off: %s", order, error.detail)
        again(order, seconds=0.5)


def about_to_ask(order: Order) -> bool:
    """Say, for good, that the network is being asked now. False: somebody else has the order."""
    return _move(order, OrderState.ASKED, lease_until=timezone.now() + LEASE)


def settle(order: Order, state: OrderState) -> bool:
    return _move(order, state, settled_at=timezone.now(), lease_until=None)


def again(order: Order, seconds: float, longest: float = 30.0) -> bool:
    """The same order once more, about so many seconds later (jittered, doubling each time)."""
    wait = min(longest, seconds * 2 ** min(order.attempt - 1, 6)) * random.uniform(0.7, 1.3)  # noqa: S311
    due_at = timezone.now() + timedelta(seconds=wait)
    return _move(order, OrderState.DUE, due_at=due_at, lease_until=None)


def _move(order: Order, to: OrderState, **columns: datetime | None) -> bool:
    """Guarded by the attempt: a worker whose lease ran out no longer moves anything."""
    mine = Order.objects.filter(id=order.id, attempt=order.attempt, state__in=_HELD)
    moved = mine.update(state=to, **columns)
    return bool(moved)


def abandoned() -> list[Order]:
    """Put back what workers left behind; returns those of which nobody knows the outcome."""
    now = timezone.now()
    expired = Order.objects.filter(state__in=_HELD, lease_until__lt=now)
    expired.filter(state=OrderState.CLAIMED).update(state=OrderState.DUE, lease_until=None)
    asked = expired.filter(state=OrderState.ASKED)
    asked.filter(kind__in=SAFE_TO_REPEAT).update(state=OrderState.DUE, lease_until=None)
    unclear = asked.exclude(kind__in=SAFE_TO_REPEAT)
    return list(unclear.select_related("participant", "call"))


def is_due(lane: Lane) -> bool:
    return _due.any(str(lane), timezone.now())


@question
def _due(lane: str, by: datetime) -> QuerySet[Order, tuple[int]]:
    due = Order.objects.filter(lane=lane, state=OrderState.DUE, due_at__lte=by)
    return due.values_list("id")[:1]


def how_many_are_due(lane: Lane, most: int) -> int:
    if not is_due(lane):
        return 0
    due = Order.objects.filter(lane=lane, state=OrderState.DUE, due_at__lte=timezone.now())
    return due[:most].count() if most > 1 else most
