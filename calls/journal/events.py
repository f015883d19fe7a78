"""Events: written once, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.utils import timezone

from calls import statements
from calls.models import CallEvent
from calls.rows import table
from calls.statements import Write
from calls.states import EventKind


class Recorded(Enum):
    APPLIED = auto()
    NOT_APPLIED = auto()  # kept as an event, but it came too late to move anything
    DUPLICATE = auto()  # known already: nothing was written
    NOT_OURS = auto()  # told of another leg than the one that it was told about


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


def note(happening: Happening, *, applied: bool = True, **about: str | None) -> bool:
    """Write an event that moves nothing. False: it was there already. `about` as in `noting`."""
    return statements.write(*noting(happening, applied=applied, **about)) == 1


def noting(
    happening: Happening,
    *,
    conference_id: str | None = None,
    participant_id: str | None = None,
    call_id: str | None = None,
    applied: bool = True,
) -> Write:
    """How to write an event, unless it is there already."""
    row = _row(
        happening,
        conference_id=conference_id,
        participant_id=participant_id,
        call_id=call_id,
        applied=applied,
    )
    return table(CallEvent).insertion(row)


def note_each(told: Iterable[tuple[Happening, str]]) -> None:
    """Write what happened to many conferences, each with its id."""
    rows = (_row(happening, conference_id=each) for happening, each in told)
    table(CallEvent).insert_each_once(rows)


def _row(happening: Happening, **about: Any) -> CallEvent:
    return CallEvent(
        kind=happening.kind,
        key=happening.key,
        at=happening.at,
        stream=happening.stream,
        sequence=happening.sequence,
        detail=dict(happening.detail),
        **about,
    )
