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
    whose exit was lost, and so do the leg's own word that it left and its end.
    """
    seen = list(sightings)
    told_gone = [s.at for s in seen if not s.stream and s.kind is EventKind.LEFT]
    stays = [
        (start, _end(start, end, told_gone, gone_at))
        for start, end in _without_overlaps(_stays([s for s in seen if s.stream]))
    ]
    if not stays:
        return Presence()
    open_since = next((start for start, end in stays if end is None), None)
    return Presence(
        joined_at=stays[0][0],
        left_at=None if open_since else max(end for _, end in stays if end),
        in_room_since=open_since,
        talk_seconds=sum(round((end - start).total_seconds()) for start, end in stays if end),
    )


Stay = tuple[datetime, datetime | None]


def _stays(sightings: list[Sighting]) -> list[Stay]:
    stays: list[Stay] = []
    for room in {s.stream for s in sightings}:
        entered: datetime | None = None
        for s in sorted((s for s in sightings if s.stream == room), key=_order):
            if entered:  # a second entry closes the first one's stay, whose exit was lost
                stays.append((entered, max(entered, s.at)))
            entered = s.at if s.kind is EventKind.JOINED else None
        if entered:
            stays.append((entered, None))
    # Of two that began in the same second, the one without an exit is the later one.
    return sorted(stays, key=lambda stay: (stay[0], stay[1] is None, stay[1] or stay[0]))


def _order(sighting: Sighting) -> tuple[float, datetime, bool]:
    number = sighting.sequence if sighting.sequence is not None else float("inf")
    return (number, sighting.at, sighting.kind is EventKind.LEFT)


def _without_overlaps(stays: list[Stay]) -> list[Stay]:
    cut = [
        (start, min(end, following) if end else following)
        for (start, end), (following, _) in pairwise(stays)
    ]
    return [*cut, *stays[-1:]]


def _end(
    start: datetime, end: datetime | None, told_gone: list[datetime], gone_at: datetime | None
) -> datetime | None:
    """The first of all exits; the clocks of network and leg may differ, so never before `start`."""
    told_later = [at for at in told_gone if at >= start]  # the others are of an earlier stay
    exits = [at for at in (end, gone_at, *told_later) if at]
    return max(start, min(exits)) if exits else None
