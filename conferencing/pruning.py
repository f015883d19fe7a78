"""What is not needed any more: our own notes of what is settled, and, if asked for, old calls.

The ledger of a conference must answer a year later. So by themselves only those rows go which
nothing is ever read from again: what they led to stands in events, legs and people, which stay.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from calls.journal import removal
from calls.states import LEG_OVER, ConferenceStatus
from conferencing import answers
from conferencing.codes import DAY
from conferencing.models import Enquiry, Guess, Heartbeat, Order, OrderKind, OrderState

DAYS = 30
_AT_ONCE = 1000  # rows in one transaction, so that nobody waits long for a lock
_CONFERENCES_AT_ONCE = 100
_SETTLED = (OrderState.DONE, OrderState.DROPPED, OrderState.FAILED, OrderState.UNKNOWN)
# All that these did stands in events. A kind that is not named here is kept.
_LEAVES_EVENTS = (
    OrderKind.TEXT,
    OrderKind.CALL,
    OrderKind.END_ROOM,
    OrderKind.HANG_UP,
    OrderKind.SEE_OFF,
    OrderKind.FETCH,
    OrderKind.DELETE_RECORDING,
    OrderKind.EMAIL,
)


def needless(days: int) -> dict[str, QuerySet[Any]]:
    """By their name, the rows that nothing is read from any more."""
    since = timezone.now() - timedelta(days=days)
    return {
        "settled orders": _old_orders(since),
        "expired idempotency keys": answers.old(),
        "old guesses": _old_guesses(),
        "enquiries of long ago": Enquiry.objects.filter(asked_at__lt=since),
        "heartbeats of programs long silent": Heartbeat.objects.filter(at__lt=since),
    }


def _old_orders(since: datetime) -> QuerySet[Order]:
    """An order's key keeps it from being placed twice, so it stays while anything is open."""
    return Order.objects.filter(
        Q(conference=None) | Q(conference__status=ConferenceStatus.ENDED),
        Q(call=None) | Q(call__status__in=LEG_OVER),
        kind__in=_LEAVES_EVENTS,
        state__in=_SETTLED,
        settled_at__lt=since,
    )


def _old_guesses() -> QuerySet[Guess]:
    """Out of the day's sum; those at a conference are counted for as long as it is open."""
    return Guess.objects.filter(
        Q(conference=None) | Q(conference__status=ConferenceStatus.ENDED),
        call__status__in=LEG_OVER,
        at__lt=timezone.now() - DAY,
    )


def delete(rows: QuerySet[Any]) -> int:
    """In batches; each row is looked at once more as it goes. Returns how many have gone."""
    gone = 0
    while keys := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
        with transaction.atomic():
            deleted, _ = rows.filter(pk__in=keys).delete()
        if not deleted:
            break
        gone += deleted
    return gone


def old_calls(before: datetime) -> Counter[str]:
    """How many rows of each kind belong to conferences and calls that were over before then."""
    conferences, calls = removal.old_conferences(before), removal.old_calls(before)
    return removal.count(conferences.values("id"), calls.values("id"))


def delete_calls(before: datetime) -> Counter[str]:
    """Those rows go, and their audio; a batch is a transaction, so it may be stopped any time."""
    gone: Counter[str] = Counter()
    for conferences in _batches(removal.old_conferences(before)):
        gone += removal.remove(conferences, [])
    for calls in _batches(removal.old_calls(before)):
        gone += removal.remove([], calls)
    return gone


def _batches(rows: QuerySet[Any]) -> Iterator[list[str]]:
    """The ids of the oldest rows, again and again until there are none."""
    while ids := list(rows.order_by("id").values_list("id", flat=True)[:_CONFERENCES_AT_ONCE]):
        yield ids
