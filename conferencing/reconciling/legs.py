"""Legs that we know by the network's id, and of which no news has come."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call
from calls.states import LEG_OPEN, LEG_OVER, OPEN_CONFERENCE, EventKind, LegStatus
from conferencing import ending, forwarding, orders, sweeping
from conferencing.reconciling import enquiries
from conferencing.reconciling.asking import Round
from conferencing.telephony import LegReport, network

QUIET = timedelta(seconds=10)  # so long a leg may be without news before it is asked after
LONG_AGO = timedelta(hours=6)  # no leg lives so long
SURELY_LISTED = timedelta(seconds=90)  # the network has caught up with itself by then
_FEW = 8  # more than these are looked up in lists
_MOST = 10_000
_LISTS_LAG = timedelta(seconds=30)
_LISTED_FOR = timedelta(minutes=15)  # what ended before that is asked after one by one
_ASKED_ENOUGH = 20  # for a duration that the network does not tell


def repair(questions: Round) -> int:
    """Ask after quiet legs. Returns how many were not as we thought."""
    quiet = list(_quiet()[:_MOST])
    repaired = 0
    answered: list[str] = []
    for leg, report in _answers(questions, quiet):
        answered.append(leg.id)
        repaired += write_down(leg, report) if report else False
    enquiries.asked(answered)
    return repaired


def _quiet() -> QuerySet[Call]:
    """Those whose conference is over first, then the longest without news."""
    now = timezone.now()
    open_legs = Q(status__in=LEG_OPEN, created_at__lt=now - QUIET, created_at__gt=now - LONG_AGO)
    unmeasured = Q(
        status__in=LEG_OVER,
        duration=None,
        ended_at__lt=now - QUIET,
        ended_at__gt=now - LONG_AGO,
    )
    known = Call.objects.filter(open_legs | unmeasured, sid__isnull=False)
    quiet = known.annotate(
        asked_at=enquiries.asked_at(), times=Coalesce(enquiries.times(), 0)
    ).filter(Q(asked_at=None) | Q(asked_at__lt=now - QUIET))
    enough = Q(status__in=LEG_OVER, times__gte=_ASKED_ENOUGH)
    is_over = Q(conference__isnull=False) & ~Q(conference__status__in=OPEN_CONFERENCE)
    urgency = Case(When(is_over, then=0), default=Value(1), output_field=IntegerField())
    return (
        quiet.exclude(enough)
        .select_related("conference")
        .order_by(urgency, F("asked_at").asc(nulls_first=True), "created_at")
    )


def _answers(questions: Round, legs: list[Call]) -> Iterator[tuple[Call, LegReport | None]]:
    """What the network says of each leg that it says anything of before the time is up."""
    waiting = {str(leg.sid): leg for leg in legs}
    if len(waiting) > _FEW:
        for report in _listed(questions, legs):
            if leg := waiting.pop(report.sid, None):
                yield leg, report
    for sid, leg in waiting.items():
        if questions.over:
            return
        answer = questions.ask(partial(_asked_after, leg, sid))
        if not questions.silent:
            yield leg, answer


def _listed(questions: Round, legs: Iterable[Call]) -> Iterator[LegReport]:
    """What has ended since we last heard of these, and whatever goes on."""
    now = timezone.now()
    last_news = [_last_news(leg) for leg in legs]
    since = max(now - _LISTED_FOR, min(last_news) - _LISTS_LAG)
    yield from questions.each(lambda: network().legs_ended(since))
    yield from questions.each(network().legs_under_way)


def _last_news(leg: Call) -> datetime:
    """Until when we know of a leg; if it has ended, the list shows it by its end."""
    asked_at: datetime | None = leg.asked_at  # type: ignore[attr-defined]
    return leg.ended_at or asked_at or leg.created_at


def _asked_after(leg: Call, sid: str) -> LegReport | None:
    """A leg that the network, asked by its own id, does not know long after it began is over."""
    report = network().leg(sid)
    if report is None and timezone.now() - leg.created_at > SURELY_LISTED:
        return LegReport(sid, LegStatus.COMPLETED, ended_at=timezone.now())
    return report


def write_down(leg: Call, report: LegReport) -> bool:
    """Take in what the network says of a leg, where it is not what we know already."""
    _end_what_should_be_over(leg, report)
    measured = report.duration is not None and leg.duration is None
    if leg.sid and not measured and (report.status == leg.status or leg.status in LEG_OVER):
        return False
    length = f":{report.duration}" if leg.status in LEG_OVER else ""
    found = Happening(
        kind=EventKind.FOUND,
        key=f"{leg.id}:found:{report.status}{length}",
        at=_moment(report),
        detail={"status": report.status},
    )
    recorded = journal.leg_told(
        leg.id,
        report.status,
        found,
        sid=report.sid,
        duration=report.duration,
        answered_at=report.answered_at,
    )
    if report.status in LEG_OVER and leg.conference_id:
        ending.leg_over(leg.conference_id)
    elif report.status in LEG_OVER:
        forwarding.cancel_unrung(leg.id)
    return recorded is Recorded.APPLIED


def _end_what_should_be_over(leg: Call, report: LegReport) -> None:
    is_live = report.status not in LEG_OVER and leg.status not in LEG_OVER
    ending_at = leg.conference.ending_at if leg.conference else None
    if is_live and ending_at and timezone.now() - ending_at > sweeping.GRACE:
        orders.hang_up_again(leg)


def _moment(report: LegReport) -> datetime:
    if report.status in LEG_OVER:
        return report.ended_at or timezone.now()
    return report.answered_at or timezone.now()
