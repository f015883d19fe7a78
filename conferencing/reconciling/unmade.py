"""Legs that we asked for without hearing whether they were made: found, or settled in words.

Never asked for again by itself. Within a minute each is bound to its call, is known never to have
been made, or is shown as unknown; and then it holds its conference no longer than somebody may
still be on the phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max, Q
from django.utils import timezone

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    OPEN_CONFERENCE,
    Direction,
    EventKind,
    LegStatus,
)
from conferencing import ending, orders
from conferencing.reconciling import enquiries, legs
from conferencing.reconciling.asking import Round
from conferencing.telephony import LegReport, network

AT_ONCE = 500
NEW = timedelta(seconds=5)  # its callbacks may be on their way
CLOCKS_DIFFER = timedelta(seconds=5)
_FURTHER = timedelta(minutes=1)  # a call so near may be the one after all: then nothing is sure
SURELY_LISTED = timedelta(seconds=15)  # after the request broke off, by when a list shows its call
TWO_LOOKS = timedelta(seconds=10)  # apart: one empty list proves nothing
RUNG_OUT = timedelta(minutes=3)  # by then no phone that was called rings any more

_REFUSED = Q(events__kind=EventKind.LEG_REFUSED)
NEVER_MADE = ("never_made", "The network never made this call.")
NOBODY_KNOWS = ("outcome_unknown", "It cannot be told which of several calls this was.")


@dataclass(frozen=True)
class Lost:
    """A leg that was asked for at some moment between these two."""

    asked_at: datetime
    given_up_at: datetime
    twins: bool  # there are other legs whose call it might be


@dataclass(frozen=True)
class Candidates:
    """Calls to the leg's number that are no other leg's: those of its time, and all near it."""

    fitting: Sequence[LegReport]
    near: Sequence[LegReport]


def candidates(lost: Lost, made: Iterable[LegReport], known: set[str]) -> Candidates:
    strange = [report for report in made if report.sid not in known]
    since, until = lost.asked_at - CLOCKS_DIFFER, lost.given_up_at + CLOCKS_DIFFER
    fitting = [r for r in strange if r.created_at and since <= r.created_at <= until]
    return Candidates(fitting, strange)


def the_one(lost: Lost, found: Candidates) -> LegReport | None:
    """The call of this leg, if it can be no other."""
    return found.fitting[0] if len(found.fitting) == 1 and not lost.twins else None


def is_over_anyway(lost: Lost, found: Candidates, now: datetime) -> bool:
    """Whichever call it was, nobody is on the phone."""
    rung_out = now - lost.given_up_at > RUNG_OUT
    return rung_out and all(report.status in LEG_OVER for report in found.near)


def settle(questions: Round) -> int:
    """Settle what can be settled. Returns how many legs."""
    settled = 0
    for leg in _unmade():
        if questions.over:
            break
        since = leg.created_at - _FURTHER
        made = questions.ask(
            partial(network().legs_to, to=leg.to_number, caller_id=leg.from_number, since=since)
        )
        if made is not None:
            settled += _settle(leg, made)
    return settled


def _unmade() -> list[Call]:
    now = timezone.now()
    unknown = Call.objects.filter(
        status=LegStatus.UNKNOWN,
        direction=Direction.OUTBOUND,
        sid=None,
        created_at__lt=now - NEW,
        created_at__gt=now - legs.LONG_AGO,
    )
    given_up = Max("events__at", filter=_REFUSED)
    return list(
        unknown.select_related("conference")
        .annotate(given_up_at=given_up, asked_at=enquiries.asked_at())
        .filter(given_up_at__isnull=False)
        .order_by("asked_at", "created_at")[:AT_ONCE]
    )


def _settle(leg: Call, made: list[LegReport]) -> bool:
    lost = Lost(leg.created_at, leg.given_up_at, _has_twins(leg))  # type: ignore[attr-defined]
    known = Call.objects.filter(sid__in=[report.sid for report in made])
    found = candidates(lost, made, {str(each.sid) for each in known})
    enquiries.asked([leg.id])
    if report := the_one(lost, found):
        return _bind(leg, report)
    now = timezone.now()
    if not found.near and now - lost.given_up_at > SURELY_LISTED:
        return enquiries.missing_since(leg.id, TWO_LOOKS) is not None and _close(leg, NEVER_MADE)
    if found.near:
        enquiries.seen([leg.id])
    return is_over_anyway(lost, found, now) and _close(leg, NOBODY_KNOWS)


def _bind(leg: Call, report: LegReport) -> bool:
    repaired = legs.write_down(leg, report)
    if leg.conference and leg.conference.status not in OPEN_CONFERENCE:
        orders.hang_up_again(leg)
    return repaired


def _close(leg: Call, why: tuple[str, str]) -> bool:
    found = Happening(
        kind=EventKind.FOUND, key=f"{leg.id}:found:{why[0]}", detail={"status": LegStatus.FAILED}
    )
    recorded = journal.leg_told(leg.id, LegStatus.FAILED, found, error=why)
    if leg.conference_id:
        ending.leg_over(leg.conference_id)
    return recorded is Recorded.APPLIED


def _has_twins(leg: Call) -> bool:
    """Other legs whose call it might be: unknown too, or just being asked for."""
    nameless = Call.objects.filter(
        to_number=leg.to_number,
        from_number=leg.from_number,
        direction=Direction.OUTBOUND,
        sid__isnull=True,
        status__in=LEG_OPEN,
    )
    return nameless.exclude(id=leg.id).exists()
