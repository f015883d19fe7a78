"""Never more in any second than the network takes, whatever the load: all workers together.

There are as many slots as there may be requests in a second. A request holds one of them until a
second after its answer. The network counts it somewhere between our sending and its answer, so
two requests of the same slot are counted a second apart at least, and over any second it counts
no more than there are slots. Whoever is late holds his slot for longer; nothing is caught up.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.conf import settings
from django.utils import timezone

from conferencing.models import Order, OrderKind, Pace, Slot, Turn
from conferencing.telephony import TryLater

_PREPARING = timedelta(seconds=0.05)  # that a worker has between his claim and his moment
_AHEAD = timedelta(seconds=0.1)  # earlier than that no moment is handed out
_LOOK_AGAIN = timedelta(seconds=1)  # what is under way may be answered at any time
_EVEN = 0.95  # of the second; the rest is what answers take
_ASLEEP = timedelta(seconds=4)  # who is later than that may no longer have his slot
_DEAD = timedelta(seconds=10)  # who has not been answered by then, in 5 seconds, never will be


@dataclass(frozen=True)
class NotYet:
    """Something is due, but the pace allows it only then."""

    until: datetime


class Quickest:
    """How long the network's quickest answer took.

    Each request takes at least so long on its way, hence none is late by it: a slot is free that
    much earlier. Where answers come from far away the pace would be missed by just as much.
    """

    _ENOUGH = 30  # answers: the first of each thread opens a connection
    _HAIR = timedelta(seconds=0.002)

    def __init__(self) -> None:
        self._answers, self._least = 0, timedelta.max
        self._lock = Lock()

    def learn(self, took: timedelta) -> timedelta:
        with self._lock:
            self._answers += 1
            self._least = min(self._least, took)
            enough = self._answers >= self._ENOUGH
            return max(timedelta(), self._least - self._HAIR) if enough else timedelta()


_quickest = {kind: Quickest() for kind in (OrderKind.TEXT, OrderKind.CALL)}


def turn(kind: str) -> Turn | NotYet:
    """The next one for this kind of order. The caller holds the transaction."""
    pace, slot, now = _pace(kind), _next_slot(kind), timezone.now()
    at = max(pace.next_at, slot.free_at, now + _PREPARING)
    if at - _AHEAD > now:
        return NotYet(min(at - _AHEAD, now + _LOOK_AGAIN))
    pace.next_at = at + timedelta(seconds=_EVEN / _rate(kind))
    pace.save(update_fields=["next_at"])
    slot.free_at = at + _DEAD + _hold(kind)
    slot.save()
    return Turn(slot, at)


@contextmanager
def in_turn(order: Order) -> Iterator[None]:
    """Ask the network, at the order's moment. Raises TryLater: it has gone by for good."""
    turn = order.turn
    assert turn is not None, "an order that is paced holds a turn"
    time.sleep(max(0.0, (turn.at - timezone.now()).total_seconds()))
    began = timezone.now()
    if began > turn.at + _ASLEEP:
        raise TryLater("Its turn has gone by: this machine stood still.")
    try:
        yield
    finally:
        answered = timezone.now()
        spare = _quickest[OrderKind(order.kind)].learn(answered - began)
        turn.free_again = answered - spare + _hold(order.kind)


def give_back(order: Order) -> None:
    """The slot: at once where it was not used."""
    if turn := order.turn:
        mine = Slot.objects.filter(id=turn.slot.id, free_at=turn.slot.free_at)
        mine.update(free_at=turn.free_again or timezone.now())


def _pace(kind: str) -> Pace:
    """Locked: whoever holds it chooses a slot, and keeps the requests apart from each other."""
    locked = Pace.objects.select_for_update()
    return locked.filter(name=kind).first() or locked.get_or_create(name=kind)[0]


def _next_slot(kind: str) -> Slot:
    """The one that is free first. They are made when they are first needed."""
    slots = Slot.objects.filter(kind=kind, number__lt=_slots(kind))
    first = slots.order_by("free_at").first()
    if first and first.free_at <= timezone.now():
        return first
    made = slots.count()
    return Slot(kind=kind, number=made) if made < _slots(kind) or not first else first


def _rate(kind: str) -> float:
    texts = kind == OrderKind.TEXT
    rate: float = settings.TEXTS_PER_SECOND if texts else settings.CALLS_PER_SECOND
    return rate


def _slots(kind: str) -> int:
    return math.ceil(_rate(kind))


def _hold(kind: str) -> timedelta:
    """A second; a little more where the rate is no whole number, much more where it is below 1."""
    return timedelta(seconds=_slots(kind) / _rate(kind))
