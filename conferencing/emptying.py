"""Empty a conference's room and hang up legs: orders that a worker has claimed.

Both are safe to repeat, so their network errors are let through: whoever performs orders tries
again.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call
from calls.states import LEG_OVER, EventKind, LegStatus
from conferencing import ending, orders
from conferencing.models import Order, OrderState
from conferencing.telephony import LegReport, TelephonyError, network

_HANDFUL = 8  # rooms
# Theirs are only requests to the network: what they read and write is read and written for them.
_HANDS = ThreadPoolExecutor(32, thread_name_prefix="rooms")
_WAIT_FOR_SID = timedelta(minutes=3)


def end_rooms(order: Order) -> None:
    """End the room of this order's conference, and those of a handful of others that are due.

    The network is asked for all of them at once: mostly one waits for its answer.
    """
    if not orders.about_to_ask(order):
        return
    others = orders.claim_more(order, _HANDFUL - 1)
    answers = _HANDS.map(_end_room, others)  # these are under way while we ask for ours
    outcomes = [(order, _end_room(order)), *zip(others, answers, strict=True)]
    troubles = [(each, it) for each, it in outcomes if isinstance(it, TelephonyError)]
    closed = [(each, it) for each, it in outcomes if not isinstance(it, TelephonyError)]
    orders.settle_together([each for each, _ in closed])
    for each, trouble in troubles:
        orders.in_trouble(each, trouble)
    for each, rooms in closed:
        _note_closed(each.its_conference.id, rooms)


def _end_room(order: Order) -> Mapping[str, datetime] | TelephonyError:
    """Ask for it. In a thread that has no connection to the database, hence no lookups here."""
    conference = order.its_conference
    try:
        return network().end_room(conference.id, conference.room_sid)
    except TelephonyError as error:
        return error


def _note_closed(conference_id: str, rooms: Mapping[str, datetime]) -> None:
    """When its people were let go: their own exits may never be told."""
    for room_sid, at in rooms.items():
        key = f"{room_sid}:closed"
        closed = Happening(kind=EventKind.ROOM_ENDED, key=key, at=at, stream=room_sid)
        journal.note(closed, conference_id=conference_id)


def hang_up(order: Order) -> None:
    """Hang a leg up by its external id, and write down what the network answers."""
    leg = order.call
    assert leg is not None, "an order to hang up names its leg"
    if leg.status in LEG_OVER:
        orders.settle(order, OrderState.DROPPED)
    elif not leg.sid:
        _wait_for_sid(order, leg)
    elif orders.about_to_ask(order):
        _dismiss(leg)
        report = network().hang_up(leg.sid) or LegReport(leg.sid, LegStatus.COMPLETED)
        _write_down(leg, report)
        if report.status in LEG_OVER:
            orders.settle(order, OrderState.DONE)
        else:
            orders.again(order, seconds=2)


def see_off(order: Order) -> None:
    """Say goodbye to a leg that was outside of its room when that ended."""
    leg = order.call
    assert leg is not None, "an order to see somebody off names the leg"
    if leg.status in LEG_OVER or not leg.sid:
        orders.settle(order, OrderState.DROPPED)
    elif orders.about_to_ask(order):
        network().see_off(leg.sid, leg.id)
        orders.settle(order, OrderState.DONE)


def _dismiss(leg: Call) -> None:
    """Before the network is asked: its callback may be here before its answer."""
    if not leg.admitted_at:
        ours = Happening(kind=EventKind.HANG_UP_ASKED, key=f"{leg.id}:dismissed")
        journal.dismissed(leg.id, ours)


def _wait_for_sid(order: Order, leg: Call) -> None:
    """The leg is just being asked for; when it is answered it will hear that all is over."""
    if timezone.now() - leg.created_at > _WAIT_FOR_SID:
        orders.settle(order, OrderState.UNKNOWN)
    else:
        orders.again(order, seconds=1, longest=1)


def _write_down(leg: Call, report: LegReport) -> None:
    """A leg that the network does not know counts as completed: nobody is on it."""
    if report.status not in LEG_OVER:
        return
    told = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{leg.id}:hung_up:{report.status}",
        at=report.ended_at or timezone.now(),
        detail={"status": report.status, "by": "us"},
    )
    journal.leg_told(leg.id, report.status, told, duration=report.duration)
    if leg.conference_id:
        ending.leg_over(leg.conference_id)
