"""Empty a conference's room and hang up legs: orders that a worker has claimed.

Both are safe to repeat, so their network errors are let through: whoever performs orders tries
again.
"""

from datetime import timedelta

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call
from calls.states import LEG_OVER, EventKind, LegStatus
from conferencing import ending, orders
from conferencing.models import Order, OrderState
from conferencing.telephony import LegReport, network

_WAIT_FOR_SID = timedelta(minutes=3)


def end_room(order: Order) -> None:
    if orders.about_to_ask(order):
        conference = order.its_conference
        network().end_room(conference.id, conference.room_sid)
        orders.settle(order, OrderState.DONE)


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
