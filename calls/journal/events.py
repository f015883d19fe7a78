"""Events: written once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.db import connection
from django.utils import timezone

from calls.models import Call, CallEvent
from calls.states import EventKind


class Recorded(Enum):
    APPLIED = auto()
    NOT_APPLIED = auto()  # kept as an event, but it came too late to move anything
    DUPLICATE = auto()  # known already: nothing was written


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is told. Told twice, it has the same `key`; `detail` never holds digits of a code."""

    kind: EventKind
    key: str
    at: datetime = field(default_factory=timezone.now)
    stream: str = ""
    sequence: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def explained(self, error: tuple[str, str] | None) -> "Happening":
        """With the code and the sentence of an error in its detail."""
        if error is None:
            return self
        code, sentence = error
        return replace(self, detail={**self.detail, "error": sentence, "error_code": code})


def note(
    happening: Happening,
    *,
    conference_id: str | None = None,
    participant_id: str | None = None,
    call_id: str | None = None,
    applied: bool = True,
) -> bool:
    """Write an event that moves nothing. False: it was there already."""
    return insert_once(
        CallEvent(
            kind=happening.kind,
            key=happening.key,
            at=happening.at,
            stream=happening.stream,
            sequence=happening.sequence,
            detail=dict(happening.detail),
            conference_id=conference_id,
            participant_id=participant_id,
            call_id=call_id,
            applied=applied,
        )
    )


def insert_once(row: CallEvent | Call) -> bool:
    """INSERT unless a unique key stands against it; the ORM does not tell which of the two."""
    meta = row._meta  # noqa: SLF001 - Django's documented way to a model's fields
    fields = meta.concrete_fields
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(f.column or f.name) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [f.get_db_prep_save(f.pre_save(row, add=True), connection) for f in fields]
    sql = f"INSERT INTO {quoted(meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", values)
        return bool(cursor.rowcount == 1)
