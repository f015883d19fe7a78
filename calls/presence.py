"""When a leg was in the room, told by its entries and exits in whatever order they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from calls.states import EventKind


@dataclass(frozen=True)
class Sighting:
    """An entry or an exit. `stream` names the room that counted it; empty: told by the leg."""

    kind: EventKind
    at: datetime
    stream: str
    sequence: int | None


@dataclass(frozen=True)
class Presence:
    joined_at: datetime | None = None
    left_at: datetime | None = None
    in_room_since: datetime | None = None
    talk_seconds: int = 0


def presence(sightings: Iterable[Sighting], gone_at: datetime | None) -> Presence:
    """Fold a leg's sightings; `gone_at` is when the leg ended, if it has.

    A room numbers its events, so within one room the numbers decide, not the time stamps, which
    have whole seconds only. A leg is in one room at a time: an entry elsewhere closes a stay
    whose exit was lost, and so does the end of the leg.
    """
    seen = list(sightings)
    told_gone = [s.at for s in seen if not s.stream and s.kind is EventKind.LEFT]
    gone = min([*told_gone, *([gone_at] if gone_at else [])], default=None)
    stays = _without_overlaps(_stays([s for s in seen if s.stream]))
    if not stays:
        return Presence()
    closed = [(start, _earlier(end, gone)) for start, end in stays]
    open_since = next((start for start, end in closed if end is None), None)
    return Presence(
        joined_at=closed[0][0],
        left_at=None if open_since else max(end for _, end in closed if end),
        in_room_since=open_since,
        talk_seconds=sum(_seconds(start, end) for start, end in closed if end),
    )


Stay = tuple[datetime, datetime | None]


def _stays(sightings: list[Sighting]) -> list[Stay]:
    stays: list[Stay] = []
    for room in {s.stream for s in sightings}:
        entered: datetime | None = None
        for s in sorted((s for s in sightings if s.stream == room), key=_number):
            if s.kind is EventKind.JOINED:
                entered = entered or s.at
            elif entered:
                stays.append((entered, s.at))
                entered = None
        if entered:
            stays.append((entered, None))
    return sorted(stays, key=lambda stay: stay[0])


def _number(sighting: Sighting) -> tuple[float, datetime]:
    return (sighting.sequence if sighting.sequence is not None else float("inf"), sighting.at)


def _without_overlaps(stays: list[Stay]) -> list[Stay]:
    closed = [(start, end or following[0]) for (start, end), following in pairwise(stays)]
    return [*closed, *stays[-1:]]


def _earlier(end: datetime | None, gone: datetime | None) -> datetime | None:
    return min(end, gone) if end and gone else end or gone


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))
