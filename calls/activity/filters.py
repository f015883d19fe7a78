"""Which calls a page of the feed shows, each filter by an index that is in the feed's order."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from calls import ids
from calls.models import Call, Voicemail
from calls.newest import Newest
from calls.states import VoicemailStatus

M = TypeVar("M", bound=Model)

_MOST_NUMBERS = 12
_UNHEARD = Q(status=VoicemailStatus.KEPT, heard_at=None)
_UNHEARD_CALL = Q(voicemail__status=VoicemailStatus.KEPT, voicemail__heard_at=None)


@dataclass(frozen=True)
class Filters:
    """Empty: all calls. `since` and `until` are moments; a call at `until` is not shown any more.

    `numbers` are E.164, or as the network sent them; None: any. An empty list finds nothing.
    """

    outcome: str = ""
    direction: str = ""
    line_id: str = ""
    unheard: bool = False
    since: datetime | None = None
    until: datetime | None = None
    numbers: tuple[str, ...] | None = None
    call_id: str = ""
    sid: str = ""


def newest(filters: Filters, before: str, limit: int) -> QuerySet[Call]:
    """The `limit` newest that fit, older than the call `before`, newest first."""
    if filters.numbers is not None:
        rows = _by_columns(Call.objects.all(), filters, by_index=False)
        rows = rows.filter(_period(filters, "id", before) & _if_unheard(filters))
        return Newest(rows, _of_numbers(filters.numbers))[:limit]
    if filters.unheard:
        unheard = Voicemail.objects.filter(_UNHEARD & _period(filters, "call_id", before))
        unheard = _by_columns(unheard, filters, "call__", by_index=False)
        top = unheard.order_by("-call_id").values("call_id")[:limit]
        return Call.objects.filter(id__in=top).order_by("-id")
    rows = _by_columns(Call.objects.all(), filters)
    return rows.filter(_period(filters, "id", before)).order_by("-id")[:limit]


def matching(filters: Filters) -> QuerySet[Call]:
    """All that fit, for those who look at a few of them by their ids."""
    side = Q()
    for each in _of_numbers(filters.numbers or ()):
        side |= each
    if filters.numbers == ():
        return Call.objects.none()
    rows = _by_columns(Call.objects.all(), filters)
    return rows.filter(_period(filters, "id", "") & _if_unheard(filters) & side)


def _if_unheard(filters: Filters) -> Q:
    return _UNHEARD_CALL if filters.unheard else Q()


def _by_columns(
    rows: QuerySet[M], filters: Filters, prefix: str = "", *, by_index: bool = True
) -> QuerySet[M]:
    """Not `by_index`: something else that fits fewer calls is to be read, and these are only looked
    at. Databases that know no better would read all calls of an outcome to find those of a number.
    """
    exact = {"outcome": filters.outcome, "direction": filters.direction}
    exact |= {"line_id": filters.line_id, "sid": filters.sid}
    chosen = {name: value for name, value in exact.items() if value}
    if by_index:
        return rows.filter(**{prefix + name: value for name, value in chosen.items()})
    for name, value in chosen.items():
        rows = rows.filter(Exact(Coalesce(prefix + name, Value("")), value))
    return rows


def _period(filters: Filters, key: str, before: str) -> Q:
    """Times are compared by id: ids tell when they were made, and every index ends with them."""
    found = Q(**{key: filters.call_id}) if filters.call_id else Q()
    if filters.since:
        found &= Q(**{f"{key}__gte": ids.call_id_at(filters.since)})
    bounds = [ids.call_id_at(filters.until)] if filters.until else []
    if bounds or before:
        found &= Q(**{f"{key}__lt": min(filter(None, [*bounds, before]))})
    return found


def _of_numbers(numbers: tuple[str, ...]) -> list[Q]:
    some = numbers[:_MOST_NUMBERS]
    return [Q(**{side: number}) for number in some for side in ("from_number", "to_number")]
