"""Pages of calls by their keys, newest first: one query each, and never a COUNT."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import QuerySet

from calls.activity.filters import Filters, matching, newest
from calls.activity.names import with_names
from calls.activity.row import COLUMNS, Row
from calls.models import Call

PAGE = 50
MOST_EXPORTED = 50_000
_MOST_WATCHED = 100
_AT_ONCE = 1000


@dataclass(frozen=True)
class Page:
    """`before` is the key of the next, older page; empty: there is none."""

    rows: list[Row]
    before: str


def page(filters: Filters, before: str = "", size: int = PAGE) -> Page:
    """The `size` newest calls that fit, older than the call `before`."""
    rows = _read(newest(filters, before, size + 1))
    more = len(rows) > size
    return Page(rows[:size], rows[size - 1].id if more else "")


def among(filters: Filters, call_ids: Sequence[str]) -> list[Row]:
    """Those of these calls that still fit: for rows that are shown further down."""
    wanted = sorted(set(call_ids))[-_MOST_WATCHED:]
    return _read(matching(filters).filter(id__in=wanted).order_by("-id")) if wanted else []


def everything(filters: Filters, most: int = MOST_EXPORTED) -> Iterator[Row]:
    """Page after page, so that neither the rows nor a transaction is held for long."""

    def pages() -> Iterator[Row]:
        before = ""
        while True:
            found = page(filters, before, _AT_ONCE)
            yield from found.rows
            before = found.before
            if not before:
                return

    return islice(pages(), most)


def _read(calls: QuerySet[Call]) -> list[Row]:
    return [Row(columns) for columns in with_names(calls).values(*COLUMNS)]
