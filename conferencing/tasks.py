"""Celery: each task calls one use case. A task only wakes somebody; the rows are the orders."""

import logging
import time
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from conferencing import answers, invitations, orders, performing, sweeping
from conferencing.models import Heartbeat, Lane
from conferencing.reconcile import repair

logger = logging.getLogger(__name__)

_TICK = timedelta(seconds=1)  # beat's, between two sweeps
_BLINK = 0.01  # seconds to wait at least, lest one that cannot be ended keep us spinning

QUEUES = {Lane.INVITING: "orders", Lane.ENDING: "deadlines", Lane.KEEPING: "orders"}


def nudge(lane: Lane, workers: int = 1) -> None:
    """Wake workers for a lane, if anything is due. Never raises: the sweep finds what was lost.

    Most callbacks order nothing, and a look at an index costs less than a worker who comes in vain.
    """
    try:
        if orders.is_due(lane):
            for _ in range(min(workers, performing.MOST_AT_ONCE[lane])):
                work.apply_async((lane.value,), queue=QUEUES[lane], retry=False, expires=60)
    except Exception:
        logger.warning("no worker could be woken for %s", lane.value, exc_info=True)


@shared_task
def work(lane: str) -> None:
    performing.work(Lane(lane))


@shared_task
def sweep() -> None:
    """Each second: end what is due, and wake the workers for orders whose nudge was lost."""
    _beat_seen()
    nudge(Lane.ENDING, sweeping.end_due())  # first: whatever goes wrong else, rooms end in time
    invitations.give_up_abandoned()
    for lane in Lane:
        nudge(lane)
    _meet_deadlines(until=timezone.now() + _TICK)


def _meet_deadlines(until: datetime) -> None:
    """A deadline between two sweeps is met to the moment, not at the next sweep."""
    while (deadline := sweeping.next_deadline(before=until)) and timezone.now() < until:
        time.sleep(max(_BLINK, (deadline - timezone.now()).total_seconds()))
        if ended := sweeping.end_due():
            nudge(Lane.ENDING, ended - 1)
            performing.work(Lane.ENDING)


def _beat_seen() -> None:
    Heartbeat.seen(Heartbeat.SWEEP)


@shared_task
def reconcile() -> None:
    Heartbeat.seen(Heartbeat.WORKER)
    repair()
    answers.forget_old_answers()
