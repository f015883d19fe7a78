"""What the clock decides: deadlines, no-shows, legs that outlive their conference.

Everything here may run twice at once: each move is guarded, each order is placed only once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from calls import journal
from calls.models import Call, Conference
from calls.states import LEG_OPEN, ConferenceStatus, EndReason
from conferencing import ending, orders
from conferencing.models import OrderKind

logger = logging.getLogger(__name__)

GRACE = timedelta(seconds=5)  # for the legs of an ended room to go by themselves
GIVE_UP = timedelta(minutes=3)  # by then the belts on every leg have ended it
CODE_REST = timedelta(minutes=30)  # before the code of an ended conference is drawn again
_AT_ONCE = 1000  # in one transaction


def end_due() -> int:
    """End what is due, hang up what still lives, free codes. Returns how much there was."""
    now = timezone.now()
    live = Conference.objects.filter(status=ConferenceStatus.LIVE, ends_at__lte=now)
    waiting = Conference.objects.filter(status=ConferenceStatus.WAITING, no_show_at__lte=now)
    ended = _end_each(live.order_by("ends_at"), EndReason.TIME_LIMIT)
    ended += _end_each(waiting.order_by("no_show_at"), EndReason.NO_SHOW)
    emptying = Conference.objects.filter(status=ConferenceStatus.ENDING)
    placed = _hang_up_stragglers(emptying.filter(ending_at__lte=now - GRACE))
    _each(emptying.filter(ending_at__lte=now - GIVE_UP), ending.finish)
    journal.release_codes(now - CODE_REST)
    return ended + placed


def is_due(conference: Conference) -> bool:
    """Its time is up, though no sweep has come by yet."""
    waits = conference.status == ConferenceStatus.WAITING
    until = conference.no_show_at if waits else conference.ends_at
    return until is not None and until <= timezone.now()


def next_deadline(before: datetime) -> datetime | None:
    """The next moment, earlier than `before`, at which a live conference is due."""
    live = Conference.objects.filter(status=ConferenceStatus.LIVE, ends_at__lt=before)
    return live.order_by("ends_at").values_list("ends_at", flat=True).first()


def _end_each(due: QuerySet[Conference], reason: EndReason) -> int:
    """All together; one by one where one cannot be ended, which must not hold up the others."""
    try:
        return _end(due[:_AT_ONCE], reason)
    except Exception:
        logger.exception("conferences cannot be ended together")
        return _each(due, lambda each: bool(_end(due.filter(id=each), reason)))


def _end(due: QuerySet[Conference], reason: EndReason) -> int:
    """Those that are due when they are locked: somebody may come in, or have more time.

    Those that another sweep holds are left to it: two at once end others.
    """
    with transaction.atomic():
        mine = due.select_for_update(no_key=True, skip_locked=True).values_list("id", flat=True)
        return len(ending.end_together(list(mine), reason))


def _each(of: QuerySet[Conference], act: Callable[[str], bool]) -> int:
    ids = list(of.values_list("id", flat=True)[:_AT_ONCE])
    return sum(_acted(act, each) for each in ids)


def _acted(act: Callable[[str], bool], conference_id: str) -> bool:
    """One that cannot be ended, for whatever reason, must not hold up the others."""
    try:
        return act(conference_id)
    except Exception:
        logger.exception("%s cannot be ended or closed", conference_id)
        return False


def _hang_up_stragglers(emptying: QuerySet[Conference]) -> int:
    still_open = Call.objects.filter(
        conference__in=emptying, status__in=LEG_OPEN, sid__isnull=False
    ).exclude(order__kind=OrderKind.HANG_UP)
    legs = list(still_open[:_AT_ONCE])
    orders.place(orders.hang_up(leg) for leg in legs)
    return len(legs)


def end_the_forgotten() -> int:
    """End live conferences whose last leg ended while nobody could take note (a crash)."""
    inside = Call.objects.filter(
        conference=OuterRef("pk"), admitted_at__isnull=False, status__in=LEG_OPEN
    )
    live = Conference.objects.filter(status=ConferenceStatus.LIVE)
    empty = live.filter(~Exists(inside))
    under_way = Conference.objects.filter(status=ConferenceStatus.ENDING)
    return _each(empty, ending.end_if_empty) + _each(under_way, ending.finish_if_empty)
