"""More time, and the word that it is nearly up."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import CallEvent, Conference
from calls.states import ConferenceStatus, EventKind
from conferencing import announcing, orders
from conferencing.errors import NotPossibleNow
from conferencing.models import Order, OrderKind, OrderState

_LATE = timedelta(seconds=5)  # a warning that comes so late would name a wrong time


@transaction.atomic
def extend(conference_id: str, seconds: int, *, by: str, key: str = "") -> Conference:
    """Let a live conference last so many seconds longer, for everybody in it.

    `key`: asked again with the same one, it is not extended again. `by`: who wants it, in words.
    Raises NotPossibleNow: it has not begun, is over, or would last longer than it may.
    """
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    if key and CallEvent.objects.filter(key=key).exists():
        return conference
    now = timezone.now()
    ends_at = _extended(conference, seconds, now)
    extended = Happening(
        kind=EventKind.EXTENDED,
        key=key or f"{conference.id}:extended:{now.isoformat()}",
        at=now,
        detail={"seconds": seconds, "ends_at": ends_at.isoformat(), "by": by},
    )
    if journal.extend(conference, ends_at, extended):
        conference.ends_at = ends_at
        if ends_at - now > _before():
            _plan_warning(conference, ends_at)
    return conference


def _extended(conference: Conference, seconds: int, now: datetime) -> datetime:
    if conference.status == ConferenceStatus.WAITING:
        raise NotPossibleNow("The conference has not begun: its time does not run yet.", "waiting")
    ends_at = conference.ends_at
    if conference.status != ConferenceStatus.LIVE or not ends_at or ends_at <= now:
        raise NotPossibleNow("The conference is over: it cannot last longer.", "conference_over")
    left = more_to_be_had(conference)
    if seconds > left:
        raise NotPossibleNow(
            f"It may last {longest(conference)} seconds in all: {left} more can be had.", "too_long"
        )
    return ends_at + timedelta(seconds=seconds)


def more_to_be_had(conference: Conference) -> int:
    """By how many seconds a live conference can be extended at most."""
    assert conference.started_at is not None, "whatever is live has begun"
    assert conference.ends_at is not None, "whatever is live has a deadline"
    latest = conference.started_at + timedelta(seconds=longest(conference))
    return max(0, int((latest - conference.ends_at).total_seconds()))


def longest(conference: Conference) -> int:
    """How long a conference may last with all its extensions, in seconds."""
    return max(settings.CONFERENCE_LONGEST_DURATION, conference.max_duration)


def plan_first_warning(conference: Conference) -> None:
    """A conference that begins: it is warned where there is time enough for that to be of use."""
    lasts = timedelta(seconds=conference.max_duration)
    if conference.ends_at and lasts >= 2 * _before():
        _plan_warning(conference, conference.ends_at)


def _plan_warning(conference: Conference, ends_at: datetime) -> None:
    if _before():
        orders.place([_warning(conference, ends_at)])


def _warning(conference: Conference, ends_at: datetime) -> Order:
    """Of this end: another one has another warning."""
    key = f"{conference.id}:{int(ends_at.timestamp())}"
    warning = Order.to_do(OrderKind.WARN, key, conference_id=conference.id)
    warning.due_at = ends_at - _before()
    return warning


def _before() -> timedelta:
    return timedelta(seconds=settings.CONFERENCE_WARNING_BEFORE)


def warn(order: Order) -> None:
    """The time is nearly up, unless somebody has extended it meanwhile."""
    conference = order.its_conference
    if not _is_to_be_warned(conference, order):
        orders.settle(order, OrderState.DROPPED)
        return
    with transaction.atomic():
        if orders.settle(order, OrderState.DONE):
            announcing.place(conference, _words(settings.CONFERENCE_WARNING_BEFORE))


def _is_to_be_warned(conference: Conference, order: Order) -> bool:
    if conference.status != ConferenceStatus.LIVE or not conference.ends_at:
        return False
    wanted = _warning(conference, conference.ends_at)
    return wanted.key == order.key and abs(timezone.now() - wanted.due_at) <= _LATE


def _words(seconds: int) -> str:
    if seconds % 60:
        return f"{seconds} seconds left."
    minutes = seconds // 60
    return "One minute left." if minutes == 1 else f"{minutes} minutes left."
