"""Ask the network what is true, and write down what we missed.

A lost callback is not sent again, so a leg without news is asked after. One empty answer proves
nothing: listings lag behind.
"""

import logging
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils import timezone

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call
from calls.states import LEG_OPEN, LEG_OVER, Direction, EventKind, LegStatus
from conferencing import ending, forwarding, keeping, sweeping
from conferencing.telephony import LegReport, Refused, TelephonyError, network

logger = logging.getLogger(__name__)

QUIET = timedelta(seconds=20)  # so long a leg may be open before it is asked after
LONG_AGO = timedelta(hours=6)  # no leg lives so long
_LONGEST = timedelta(seconds=8)  # then a round lets others have the thread
_CLOCKS_DIFFER = timedelta(seconds=5)
SURELY_LISTED = timedelta(seconds=90)  # the network has caught up with itself by then
_AT_ONCE = 100


def repair() -> int:
    """Settle unknown legs, close what has ended. Returns how many legs were repaired."""
    repaired = _repair_legs()
    keeping.ask_after_silent()
    sweeping.end_the_forgotten()
    return repaired


def _repair_legs() -> int:
    """Ask after quiet legs, until the time is up or the network does not answer.

    The next round is never far; a round that went on would keep a worker from the deadlines.
    """
    until = timezone.now() + _LONGEST
    repaired = 0
    for leg in _quiet_legs():
        if timezone.now() > until:
            break
        try:
            repaired += _repaired(leg)
        except Refused as error:
            logger.warning("could not ask after %s: %s", leg.id, error.detail)
        except TelephonyError as error:
            logger.warning("the network does not answer: %s", error.detail)
            break
    return repaired


def _quiet_legs() -> list[Call]:
    now = timezone.now()
    quiet = Call.objects.filter(
        status__in=LEG_OPEN, created_at__lt=now - QUIET, created_at__gt=now - LONG_AGO
    )
    # By lot, so that each has its turn however many there are.
    return list(quiet.order_by("?")[:_AT_ONCE])


def _repaired(leg: Call) -> bool:
    report = _asked_after(leg, leg.sid) if leg.sid else _find(leg)
    if report is None or (leg.sid and report.status == leg.status):
        return False
    found = Happening(
        kind=EventKind.FOUND,
        key=f"{leg.id}:found:{report.status}",
        at=_moment(report),
        detail={"status": report.status},
    )
    recorded = journal.leg_told(
        leg.id, report.status, found, sid=report.sid, duration=report.duration
    )
    if report.status in LEG_OVER and leg.conference_id:
        ending.leg_over(leg.conference_id)
    elif report.status in LEG_OVER:
        forwarding.cancel_unrung(leg.id)
    return recorded is Recorded.APPLIED


def _asked_after(leg: Call, sid: str) -> LegReport | None:
    """A leg that the network, asked by its own id, does not know long after it began is over."""
    report = network().leg(sid)
    if report is None and timezone.now() - leg.created_at > SURELY_LISTED:
        return LegReport(sid, LegStatus.COMPLETED, ended_at=timezone.now())
    return report


def _find(leg: Call) -> LegReport | None:
    """The one call of the network's that fits a leg whose outcome is unknown, if it is only one."""
    if leg.status != LegStatus.UNKNOWN or leg.direction != Direction.OUTBOUND:
        return None
    given_up = leg.events.filter(kind=EventKind.LEG_REFUSED).aggregate(at=Max("at"))["at"]
    if given_up is None or _twins(leg).exists():
        return None
    since, until = leg.created_at - _CLOCKS_DIFFER, given_up + _CLOCKS_DIFFER
    made = network().legs_to(to=leg.to_number, caller_id=leg.from_number, since=since)
    known = set(Call.objects.filter(sid__in=[r.sid for r in made]).values_list("sid", flat=True))
    fitting = [
        report
        for report in made
        if report.sid not in known and report.created_at and since <= report.created_at <= until
    ]
    return fitting[0] if len(fitting) == 1 else None


def _twins(leg: Call) -> QuerySet[Call]:
    """Other legs whose call it might be: unknown too, or just being asked for."""
    nameless = Call.objects.filter(
        to_number=leg.to_number,
        from_number=leg.from_number,
        direction=Direction.OUTBOUND,
        sid__isnull=True,
        status__in=LEG_OPEN,
    )
    return nameless.exclude(id=leg.id)


def _moment(report: LegReport) -> datetime:
    if report.status in LEG_OVER:
        return report.ended_at or timezone.now()
    return report.answered_at or timezone.now()
