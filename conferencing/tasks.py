"""Celery: each task calls one use case. A task only wakes somebody; the rows are the orders."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from conferencing import answers, invitations, orders, performing, reconciling, stopping, sweeping
from conferencing.messenger import Messenger
from conferencing.models import Heartbeat, Lane, Pace

logger = logging.getLogger(__name__)

_TICK = timedelta(seconds=1)  # beat's, between two sweeps
_TURN = timedelta(seconds=15)  # of who asks the network; after that he has died
_BLINK = 0.01  # seconds to wait at least, lest one that cannot be ended keep us spinning

QUEUES = {
    Lane.INVITING: "orders",
    Lane.ENDING: "deadlines",
    Lane.KEEPING: "orders",
    Lane.ROOM: "deadlines",  # never behind inviting, either
}


def nudge(lane: Lane, workers: int = 1) -> None:
    """Wake workers for what is due in a lane. Never raises: the sweep finds what was lost."""
    if messenger.is_there:
        messenger.tell(lane, workers)
    else:
        _wake(lane, workers)


def _wake(lane: Lane, workers: int) -> None:
    """Most callbacks order nothing, and a look at an index costs less than a worker in vain."""
    try:
        for _ in range(orders.how_many_are_due(lane, min(workers, _most(lane)))):
            work.apply_async((lane.value,), queue=QUEUES[lane], retry=False, expires=60)
    except Exception:
        logger.warning("no worker could be woken for %s", lane.value, exc_info=True)


def _most(lane: Lane) -> int:
    return performing.MOST_AT_ONCE[lane]


messenger = Messenger(_wake)  # where it has not been started, messages go out at once


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Celery waits for its tasks, and then these must not go on from order to order."""
    stopping.asked.set()


@shared_task
def work(lane: str) -> None:
    performing.work(Lane(lane))


@shared_task
def sweep() -> None:
    """Each second: end what is due, and wake the workers for orders whose nudge was lost."""
    _beat_seen()
    _end_due()  # first: whatever goes wrong else, rooms end in time
    invitations.give_up_abandoned()
    for lane in Lane:
        nudge(lane, _most(lane))
    _meet_deadlines(until=timezone.now() + _TICK)


def _meet_deadlines(until: datetime) -> None:
    """A deadline between two sweeps is met to the moment, not at the next sweep."""
    while (deadline := sweeping.next_deadline(before=until)) and timezone.now() < until:
        time.sleep(max(_BLINK, (deadline - timezone.now()).total_seconds()))
        if _end_due():
            performing.work(Lane.ENDING)


def _end_due() -> int:
    """How many have ended. All of them, before workers act upon the first and take the time."""
    ended = 0
    while more := sweeping.end_due():
        ended += more
    if ended:
        nudge(Lane.ENDING, ended)
    return ended


def _beat_seen() -> None:
    Heartbeat.seen(Heartbeat.SWEEP)


@shared_task
def reconcile() -> None:
    Heartbeat.seen(Heartbeat.WORKER)
    _alone("reconcile", reconciling.repair)
    reconciling.forget()
    answers.forget_old_answers()


@shared_task
def look() -> None:
    """Into rooms, for people whose entry nobody told."""
    _alone("look", reconciling.look)


def _alone(name: str, act: Callable[[], object]) -> None:
    """Two beats, or a round that takes longer than expected, do not ask everything twice."""
    if Pace.take_turn(name, _TURN):
        try:
            act()
        finally:
            Pace.next_please(name)
