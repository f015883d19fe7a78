"""Work off the orders of a lane: claim, perform, settle, until nothing is due."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from conferencing import (
    announcing,
    emptying,
    extending,
    in_the_room,
    invitations,
    keeping,
    orders,
    pacing,
    stopping,
)
from conferencing.models import Lane, Order, OrderKind
from conferencing.outages import in_words
from conferencing.pacing import NotYet
from conferencing.telephony import TelephonyError

logger = logging.getLogger(__name__)

# Of this process: the rest of its threads stay free for the sweep.
MOST_AT_ONCE = {Lane.INVITING: 4, Lane.ENDING: 6, Lane.KEEPING: 2, Lane.ROOM: 3}
_LONGEST = timedelta(seconds=8)  # then a worker lets others have the thread
# Not counted in the rows: what a killed process held would keep the living from their work.
_SEATS = {lane: BoundedSemaphore(most) for lane, most in MOST_AT_ONCE.items()}
# Of those who wait for the pace one in each process asks again: all would get in each other's way.
_QUEUES = {lane: Lock() for lane in Lane}

_PERFORM: dict[str, Callable[[Order], None]] = {
    OrderKind.TEXT: invitations.text,
    OrderKind.CALL: invitations.call,
    OrderKind.END_ROOM: emptying.end_rooms,
    OrderKind.HANG_UP: emptying.hang_up,
    OrderKind.SEE_OFF: emptying.see_off,
    OrderKind.FETCH: keeping.fetch,
    OrderKind.DELETE_RECORDING: keeping.delete_recording,
    OrderKind.EMAIL: keeping.email,
    OrderKind.MUTE: in_the_room.mute,
    OrderKind.HOLD: in_the_room.hold,
    OrderKind.ANNOUNCE: announcing.say,
    OrderKind.WARN: extending.warn,
}


def work(lane: Lane) -> int:
    """Perform what is due, waiting for the pace where it must. Returns how many were performed."""
    if not _SEATS[lane].acquire(blocking=False):
        return 0
    try:
        return _work(lane)
    finally:
        _SEATS[lane].release()


def _work(lane: Lane) -> int:
    performed = 0
    until = timezone.now() + _LONGEST
    while timezone.now() < until and not stopping.asked.is_set():
        order = _next(lane, until)
        if order is None:
            break
        _perform(order)
        performed += 1
    return performed


def _next(lane: Lane, until: datetime) -> Order | None:
    """What is due, as soon as the pace allows it; None: nothing, or not until then."""
    claimed = orders.claim(lane)
    if not isinstance(claimed, NotYet):
        return claimed
    with _QUEUES[lane]:
        while isinstance(claimed, NotYet) and timezone.now() < until:
            wait = min(claimed.until, until) - timezone.now()
            if stopping.asked.wait(max(0.0, wait.total_seconds())):
                return None
            claimed = orders.claim(lane)
    return claimed if isinstance(claimed, Order) else None


def _perform(order: Order) -> None:
    try:
        _act(order)
    except TelephonyError as error:  # only orders that are safe to repeat let these through
        orders.in_trouble(order, error)
    except (OSError, DatabaseError, InterfaceError) as error:
        why = in_words(error)
        logger.error("%s is put off. %s", order, why, exc_info=not why)
        if order.kind in orders.SAFE_TO_REPEAT:
            orders.again(order, seconds=5)


def _act(order: Order) -> None:
    try:
        _PERFORM[order.kind](order)
    finally:
        pacing.give_back(order)
