"""Work off the orders of a lane: claim, perform, settle, until nothing is due."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from conferencing import emptying, invitations, keeping, orders
from conferencing.models import Lane, Order, OrderKind, OrderState
from conferencing.telephony import Refused, TelephonyError

logger = logging.getLogger(__name__)

# The rest of the worker's threads stay free for the sweep.
MOST_AT_ONCE = {Lane.INVITING: 4, Lane.ENDING: 6, Lane.KEEPING: 2}
_LONGEST = timedelta(seconds=8)  # then a worker lets others have the thread

_PERFORM: dict[str, Callable[[Order], None]] = {
    OrderKind.TEXT: invitations.text,
    OrderKind.CALL: invitations.call,
    OrderKind.END_ROOM: emptying.end_room,
    OrderKind.HANG_UP: emptying.hang_up,
    OrderKind.FETCH: keeping.fetch,
    OrderKind.DELETE_RECORDING: keeping.delete_recording,
    OrderKind.EMAIL: keeping.email,
}


def work(lane: Lane) -> int:
    """Perform what is due, waiting for the pace where it must. Returns how many were performed."""
    performed = 0
    until = timezone.now() + _LONGEST
    while timezone.now() < until and orders.under_way(lane) < MOST_AT_ONCE[lane]:
        claimed = orders.claim(lane)
        if claimed is None:
            break
        if isinstance(claimed, orders.NotYet):
            wait = min(claimed.until, until) - timezone.now()
            time.sleep(max(0.0, wait.total_seconds()))
            continue
        _perform(claimed)
        performed += 1
    return performed


def _perform(order: Order) -> None:
    try:
        _PERFORM[order.kind](order)
    except Refused as error:
        logger.warning("%s was refused: %s", order, error.detail)
        orders.settle(order, OrderState.FAILED)
    except TelephonyError as error:  # only orders that are safe to repeat let these through
        logger.warning("%s is put off: %s", order, error.detail)
        orders.again(order, seconds=0.5)
