"""The orders: placed as rows with a due time, claimed one by one, settled once.

An order's life:  due → claimed → asked → done | failed | unknown,  or dropped.
A claim has a lease. If its worker dies before the network was asked, the order is due again; if
it dies after, a text or a call may have gone out: `unknown`, and never asked again by itself.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from calls.models import Call, Participant
from calls.states import Mode
from conferencing.models import Lane, Order, OrderKind, OrderState, Pace

LEASE = timedelta(seconds=15)  # an order takes at most one request of 5 seconds
SAFE_TO_REPEAT = (
    OrderKind.END_ROOM,
    OrderKind.HANG_UP,
    OrderKind.FETCH,
    OrderKind.DELETE_RECORDING,
    OrderKind.EMAIL,  # twice is a nuisance, never is a loss
)
_LATENESS = 0.05  # seconds that a worker may come late for a paced order at no cost
_HELD = (OrderState.CLAIMED, OrderState.ASKED)


def place(new: Iterable[Order]) -> None:
    """Write orders; one that was placed before is left as it is."""
    Order.objects.bulk_create(new, ignore_conflicts=True)


def invitation(person: Participant) -> Order:
    kind = OrderKind.TEXT if person.mode == Mode.DIAL_IN else OrderKind.CALL
    return Order.to_do(
        kind, person.id, conference_id=person.conference_id, participant_id=person.id
    )


def hang_up(leg: Call) -> Order:
    return Order.to_do(OrderKind.HANG_UP, leg.id, conference_id=leg.conference_id, call_id=leg.id)


def hang_up_now(leg: Call) -> None:
    """There is news of a leg that must go."""
    due_now(hang_up(leg))


def due_now(order: Order) -> None:
    """Place an order; one that was placed before, and waited or gave up, is due now."""
    place([order])
    waiting = (OrderState.DUE, OrderState.UNKNOWN, OrderState.FAILED, OrderState.DROPPED)
    Order.objects.filter(key=order.key, state__in=waiting).update(
        state=OrderState.DUE, due_at=timezone.now(), settled_at=None
    )


def is_to_be_hung_up(leg: Call) -> bool:
    return Order.objects.filter(kind=OrderKind.HANG_UP, call=leg).exists()


def end_room(conference_id: str) -> Order:
    return Order.to_do(OrderKind.END_ROOM, conference_id, conference_id=conference_id)


def drop_invitation(participant_id: str) -> None:
    _drop(participant_id=participant_id)


def drop_invitations_of(conference_id: str) -> None:
    _drop(conference_id=conference_id)


def _drop(**of: str) -> None:
    waiting = Order.objects.filter(lane=Lane.INVITING, state=OrderState.DUE, **of)
    waiting.update(state=OrderState.DROPPED, settled_at=timezone.now())


@dataclass(frozen=True)
class NotYet:
    """Something is due, but the pace allows it only then."""

    until: datetime


def claim(lane: Lane) -> Order | NotYet | None:
    """Take the next due order of a lane for this worker; None: nothing is due."""
    if not is_due(lane):  # SQLite has one writer at a time: none of them comes in vain
        return None
    with transaction.atomic():
        due = (
            Order.objects.select_for_update(skip_locked=True)
            .filter(lane=lane, state=OrderState.DUE, due_at__lte=timezone.now())
            .order_by("due_at", "id")
        )
        if lane is Lane.ENDING:
            return _held(due.first())
        return _held(due.exclude(kind=OrderKind.CALL).first()) or _claim_paced(
            due.filter(kind=OrderKind.CALL).first()
        )


def _claim_paced(order: Order | None) -> Order | NotYet | None:
    """Dial-outs keep to CALLS_PER_SECOND, all workers together."""
    if order is None:
        return None
    Pace.objects.get_or_create(name=OrderKind.CALL)
    pace = Pace.objects.select_for_update().get(name=OrderKind.CALL)
    now = timezone.now()
    if pace.next_at > now:
        return NotYet(pace.next_at)
    interval = timedelta(seconds=(1 + _LATENESS) / settings.CALLS_PER_SECOND)
    # A claim that came a little late does not push back those behind it. What is caught up so is
    # less than what each interval is longer, so no second ever sees more calls than allowed.
    pace.next_at = max(pace.next_at, now - timedelta(seconds=_LATENESS)) + interval
    pace.save(update_fields=["next_at"])
    return _held(order)


def _held(order: Order | None) -> Order | None:
    if order:
        order.state = OrderState.CLAIMED
        order.attempt += 1
        order.lease_until = timezone.now() + LEASE
        order.save(update_fields=["state", "attempt", "lease_until"])
    return order


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
    return Order.objects.filter(
        lane=lane, state=OrderState.DUE, due_at__lte=timezone.now()
    ).exists()


def under_way(lane: Lane) -> int:
    """How many orders of a lane are in workers' hands now."""
    return Order.objects.filter(lane=lane, state__in=_HELD, lease_until__gte=timezone.now()).count()
