"""How a leg is in the room, told by its entries and exits in whatever order they came."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from calls.sightings import Sighting
from calls.states import EventKind
from calls.stays import Stay, stays


@dataclass(frozen=True)
class Presence:
    """`away`: out of the room, and not for good: in its menu, or on the way back."""

    joined_at: datetime | None = None
    left_at: datetime | None = None
    in_room_since: datetime | None = None
    talk_seconds: int = 0
    away: bool = False
    muted: bool = False
    on_hold: bool = False


def presence(
    sightings: Iterable[Sighting],
    gone_at: datetime | None,
    admitted_at: datetime | None = None,
) -> Presence:
    """Fold a leg's sightings; `gone_at` is when the leg ended, if it has.

    A room numbers its events, so within one room the numbers decide, not the time stamps, which
    have whole seconds only. A leg is in one room at a time: an entry elsewhere closes a stay
    whose exit was lost, and so do the leg's own word that it left and its end.
    """
    seen = list(sightings)
    found = stays(seen, gone_at, admitted_at)
    if not found:
        return Presence()
    open_since = next((start for start, end in found if end is None), None)
    away = not open_since and not _is_gone(seen, found[-1], gone_at)
    return Presence(
        joined_at=found[0][0],
        left_at=None if open_since or away else max(end for _, end in found if end),
        in_room_since=open_since,
        talk_seconds=sum(_seconds(start, end) for start, end in found if end),
        away=away,
        muted=_last_said((s, s.muted) for s in seen),
        on_hold=_last_said((s, s.on_hold) for s in seen),
    )


def _seconds(start: datetime, end: datetime) -> int:
    """The room's time stamps are cut to whole seconds, so an exit by our own clock is cut as well:
    else a stay whose entry came late in its second would be more than one second too long."""
    return int(end.timestamp()) - int(start.timestamp())


def _is_gone(seen: list[Sighting], last: Stay, gone_at: datetime | None) -> bool:
    """Whether the exit from the last stay was for good."""
    start, _ = last
    for_good = (s for s in seen if s.kind is EventKind.LEFT and (s.gone or not s.stream))
    return gone_at is not None or any(s.at >= start for s in for_good)


def _last_said(said: Iterable[tuple[Sighting, bool | None]]) -> bool:
    """The newest word. The room's own news have numbers and time stamps of whole seconds; an
    answer that the network gave us has no number, and yields to the news of its second."""
    words = [(s, word) for s, word in said if word is not None]
    newest = max(words, key=lambda each: (*_moment(each[0]), each[1]), default=None)
    return newest is not None and bool(newest[1])


def _moment(sighting: Sighting) -> tuple[datetime, int, datetime]:
    number = -1 if sighting.sequence is None else sighting.sequence
    return (sighting.at.replace(microsecond=0), number, sighting.at)
