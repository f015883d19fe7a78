"""The newest rows of several lists. An OR would have the database read all of each, and sort."""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)

_BY_ID = (("-id",), ("id",))


class Newest(Generic[M]):
    """Rows that fit any of several conditions, each of which an index answers in their order.

    As far as a pager needs it, it behaves like a QuerySet: of each condition it reads no more rows
    than it gives.
    """

    def __init__(
        self, rows: QuerySet[M], any_of: Sequence[Q], order: Sequence[str] = ("-id",)
    ) -> None:
        self._rows, self._any_of, self._order = rows, any_of, tuple(order)

    def filter(self, *conditions: Q, **columns: Any) -> "Newest[M]":
        return Newest(self._rows.filter(*conditions, **columns), self._any_of, self._order)

    def order_by(self, *order: str) -> "Newest[M]":
        return Newest(self._rows, self._any_of, order)

    def __getitem__(self, part: slice) -> QuerySet[M]:
        fits = self._first(part.stop) if self._order in _BY_ID else self.among_the_first(part.stop)
        found = self._rows.model._default_manager.filter(fits)  # noqa: SLF001
        found.query.select_related = self._rows.query.select_related
        return found.order_by(*self._order)[part]

    def among_the_first(self, count: int) -> Q:
        """Whether a row is one of so many that come first of those that fit one condition."""
        first, *more = self._tops(count)
        return Q(id__in=first.union(*more, all=True) if more else first)

    def _first(self, count: int) -> Q:
        """Whether a row is one of so many first of all: what is read along is read for no more."""
        first, *more = self._tops(count)
        return Q(id__in=first.union(*more).order_by(*self._order)[:count] if more else first)

    def _tops(self, count: int) -> list[QuerySet[M, Any]]:
        """The ids that come first of each list; one that is empty where there is no list."""
        lists = [self._rows.filter(each).order_by(*self._order) for each in self._any_of]
        # SQLite allows no LIMIT within a UNION, unless it stands in a query of its own.
        manager = self._rows.model._default_manager  # noqa: SLF001
        tops = [manager.filter(id__in=each.values("id")[:count]).values("id") for each in lists]
        return tops or [manager.none().values("id")]
