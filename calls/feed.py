"""What people read: the timelines of a conference and of a call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from calls import wording
from calls.models import CallEvent
from calls.states import Direction, EventKind

MOST = 2000  # lines of one timeline: 250 people with eight lines each

_COLUMNS = (
    "id",
    "at",
    "kind",
    "detail",
    "applied",
    "call_id",
    "participant_id",
    "participant__name",
    "participant__phone_number",
    "call__direction",
    "call__from_number",
    "call__to_number",
    "call__participant_id",
    "call__participant__name",
    "call__participant__phone_number",
)
_ECHOED = (
    EventKind.HANG_UP_ASKED,
    EventKind.LEG_STATUS,
    EventKind.ROOM_ENDED,
    EventKind.TEXT_SENT,
    EventKind.TEXT_STATUS,
)


@dataclass(frozen=True)
class Entry:
    """A line of a timeline; `who` is empty where it concerns the conference as a whole."""

    at: datetime
    since: timedelta  # since the line before
    kind: str
    words: str
    who: str
    participant_id: str | None
    call_id: str | None
    too_late: bool  # came after what it tells was overtaken, and moved nothing

    @property
    def after(self) -> str:
        """The time since the line before, in words; empty if it is no second."""
        passed = round(self.since.total_seconds())
        return wording.seconds(passed) if passed else ""


def timeline(conference_id: str) -> list[Entry]:
    """What happened in a conference and on its legs, in one query; at most MOST lines.

    Legs that came in have a past before they were let in, which no event of the conference tells.
    """
    of_conference = CallEvent.objects.filter(conference_id=conference_id)
    # Looked at, not read by index: most events of calls belong to no conference.
    of_legs = CallEvent.objects.alias(of_none=Coalesce("conference_id", Value("")))
    before_it = of_legs.filter(
        of_none="", call__conference_id=conference_id, call__admitted_at__isnull=False
    )
    both = of_conference.values(*_COLUMNS).union(before_it.values(*_COLUMNS), all=True)
    return _entries(both)


def timeline_of_call(call_id: str) -> list[Entry]:
    """What happened on one leg."""
    return _entries(CallEvent.objects.filter(call_id=call_id).values(*_COLUMNS))


def _entries(found: QuerySet[CallEvent, dict[str, Any]]) -> list[Entry]:
    in_order = sorted(found.order_by("at", "id")[:MOST], key=_moment)
    rows = list(_without_echoes(in_order))
    befores = [row["at"] for row in rows[:1] + rows]
    return [_entry(row, before) for row, before in zip(rows, befores, strict=False)]


def _without_echoes(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The answer to our asking and the callbacks often say the same: people read it once."""
    last_words: dict[str | None, str] = {}
    for row in rows:
        about, words = row["call_id"] or row["participant_id"], _words(row)
        if row["kind"] in _ECHOED and last_words.get(about) == words:
            continue
        last_words[about] = words
        yield row


def _moment(row: dict[str, Any]) -> tuple[datetime, str]:
    """The network's stamps have whole seconds: within one, the order is that of hearing of it."""
    return (row["at"].replace(microsecond=0), row["id"])


def _entry(row: dict[str, Any], before: datetime) -> Entry:
    return Entry(
        at=row["at"],
        since=max(timedelta(), row["at"] - before),
        kind=row["kind"],
        words=_words(row),
        who=_who(row),
        participant_id=row["participant_id"] or row["call__participant_id"],
        call_id=row["call_id"],
        too_late=not row["applied"],
    )


def _words(row: dict[str, Any]) -> str:
    return wording.event(row["kind"], row["detail"], row["call__direction"] or "")


def _who(row: dict[str, Any]) -> str:
    for person in ("participant", "call__participant"):
        if row[f"{person}_id"]:
            name: str = row[f"{person}__name"]
            return name or wording.number(row[f"{person}__phone_number"])
    if not row["call_id"]:
        return ""
    inbound = row["call__direction"] == Direction.INBOUND
    return wording.number(row["call__from_number" if inbound else "call__to_number"])
