"""Ask the network what is true, and write down what we missed.

A lost callback is not sent again, so a leg without news is asked after. One empty answer proves
nothing: listings lag behind.
"""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call
from calls.states import LEG_OPEN, LEG_OVER, Direction, EventKind, LegStatus
from conferencing import ending, sweeping, voicemails
from conferencing.telephony import LegReport, TelephonyError, network

logger = logging.getLogger(__name__)

QUIET = timedelta(seconds=20)  # so long a leg may be open before it is asked after
_AT_ONCE = 100


def repair() -> int:
    """Settle unknown legs, close what has ended. Returns how many legs were repaired."""
    repaired = sum(map(_repaired, _quiet_legs()))
    voicemails.ask_after_silent()
    sweeping.end_the_forgotten()
    return repaired


def _quiet_legs() -> list[Call]:
    before = timezone.now() - QUIET
    quiet = Call.objects.filter(status__in=LEG_OPEN, created_at__lt=before)
    return list(quiet.order_by("-created_at")[:_AT_ONCE])


def _repaired(leg: Call) -> bool:
    try:
        report = network().leg(leg.sid) if leg.sid else _find(leg)
    except TelephonyError as error:
        logger.warning("could not ask after %s: %s", leg.id, error.detail)
        return False
    if report is None or (leg.sid and report.status == leg.status):
        return False
    found = Happening(
        kind=EventKind.FOUND,
        key=f"{leg.id}:found:{report.status}",
        at=_moment(report),
        detail={"status": report.status},
    )
    journal.leg_told(leg.id, report.status, found, sid=report.sid, duration=report.duration)
    if report.status in LEG_OVER and leg.conference_id:
        ending.leg_over(leg.conference_id)
    return True


def _find(leg: Call) -> LegReport | None:
    """The one call of the network's that fits a leg whose outcome is unknown, if it is only one."""
    if leg.status != LegStatus.UNKNOWN or leg.direction != Direction.OUTBOUND:
        return None
    since = leg.created_at - timedelta(seconds=5)
    made = network().legs_to(to=leg.to_number, caller_id=leg.from_number, since=since)
    known = set(Call.objects.filter(sid__in=[r.sid for r in made]).values_list("sid", flat=True))
    fitting = [report for report in made if report.sid not in known]
    twins = Call.objects.filter(
        to_number=leg.to_number, from_number=leg.from_number, status=LegStatus.UNKNOWN
    )
    return fitting[0] if len(fitting) == 1 and twins.count() == 1 else None


def _moment(report: LegReport) -> datetime:
    if report.status in LEG_OVER:
        return report.ended_at or timezone.now()
    return report.answered_at or timezone.now()
