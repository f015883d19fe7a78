"""Which calls a page of the feed shows, each filter by an index that is in the feed's order."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from calls import ids
from calls.models import Call, Voicemail
from calls.states import VoicemailStatus

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
        rows = Call.objects.filter(_conditions(filters, "", before) & _if_unheard(filters))
        return _newest_of([rows.filter(each) for each in _of_numbers(filters.numbers)], limit)
    if filters.unheard:
        unheard = Voicemail.objects.filter(_UNHEARD & _conditions(filters, "call__", before))
        top = unheard.order_by("-call_id").values("call_id")[:limit]
        return Call.objects.filter(id__in=top).order_by("-id")
    return Call.objects.filter(_conditions(filters, "", before)).order_by("-id")[:limit]


def matching(filters: Filters) -> QuerySet[Call]:
    """All that fit, for those who look at a few of them by their ids."""
    side = Q()
    for each in _of_numbers(filters.numbers or ()):
        side |= each
    if filters.numbers == ():
        return Call.objects.none()
    return Call.objects.filter(_conditions(filters, "", "") & _if_unheard(filters) & side)


def _if_unheard(filters: Filters) -> Q:
    return _UNHEARD_CALL if filters.unheard else Q()


def _conditions(filters: Filters, prefix: str, before: str) -> Q:
    """Times are compared by id: ids tell when they were made, and every index ends with them."""
    key = f"{prefix}id" if not prefix else f"{prefix.removesuffix('__')}_id"
    exact = {"outcome": filters.outcome, "direction": filters.direction}
    exact |= {"line_id": filters.line_id, "sid": filters.sid}
    found = Q(**{prefix + name: value for name, value in exact.items() if value})
    if filters.call_id:
        found &= Q(**{key: filters.call_id})
    if filters.since:
        found &= Q(**{f"{key}__gte": ids.call_id_at(filters.since)})
    bounds = [ids.call_id_at(filters.until)] if filters.until else []
    if bounds or before:
        found &= Q(**{f"{key}__lt": min(filter(None, [*bounds, before]))})
    return found


def _of_numbers(numbers: tuple[str, ...]) -> list[Q]:
    some = numbers[:_MOST_NUMBERS]
    return [Q(**{side: number}) for number in some for side in ("from_number", "to_number")]


def _newest_of(parts: list[QuerySet[Call]], limit: int) -> QuerySet[Call]:
    """Of several lists the newest. An OR would have the database read all of each, and sort."""
    if not parts:
        return Call.objects.none()
    tops = [part.order_by("-id").values("id")[:limit] for part in parts]
    first, *more = [Call.objects.filter(id__in=top).values("id") for top in tops]
    return Call.objects.filter(id__in=first.union(*more, all=True)).order_by("-id")[:limit]
