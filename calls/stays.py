"""From when to when a leg was in a room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from calls.sightings import ENTRIES, PASSAGES, Sighting
from calls.states import EventKind

# Of one entry, the room's callback and its list of people may tell moments so far apart.
ONE_ENTRY = timedelta(seconds=2)
# Longer than whoever is admitted hears before he is in the room.
GREETING = timedelta(seconds=15)

Stay = tuple[datetime, datetime | None]


def stays(
    sightings: Iterable[Sighting],
    gone_at: datetime | None,
    admitted_at: datetime | None = None,
) -> list[Stay]:
    """From when to when a leg was in; the last one's end is None while it is.

    What was found fills in only what was not told. Who left and was never seen to come, came as
    he was admitted; and so did who was never seen at all, and stayed longer than the greeting.
    """
    passages = {s for s in sightings if s.kind in PASSAGES}
    told_gone = [s.at for s in passages if not s.stream and s.kind is EventKind.LEFT]
    rooms = [_Room.of(passages, name) for name in {s.stream for s in passages if s.stream}]
    known = sorted((stay for room in rooms for stay in room.stays()), key=_by_time)
    exits = told_gone + [at for room in rooms for at in room.exits_alone]
    came = admitted_at and _supposed(admitted_at)
    if not known and came and any(at >= came for at in exits):
        known = [(came, min(at for at in exits if at >= came))]
    elif not passages and came and gone_at and gone_at - came > GREETING:
        known = [(came, gone_at)]  # nobody of ours was there to be told anything
    return [
        (start, _end(start, end, told_gone, gone_at)) for start, end in _without_overlaps(known)
    ]


def _supposed(admitted_at: datetime) -> datetime:
    """The next whole second: whoever is admitted hears a few words first, and an exit is told in
    whole seconds that have been cut."""
    return admitted_at + timedelta(microseconds=-admitted_at.microsecond % 1_000_000)


def _by_time(stay: Stay) -> tuple[datetime, bool, datetime]:
    """Of two that began in the same second, the one without an exit is the later one."""
    start, end = stay
    return start, end is None, end or start


@dataclass(frozen=True)
class _Room:
    """What is known of one leg in one room."""

    told: tuple[Stay, ...]
    exits_alone: tuple[datetime, ...]  # told exits of which no entry was told
    found_in: tuple[datetime, ...]

    @classmethod
    def of(cls, seen: Iterable[Sighting], name: str) -> "_Room":
        here = [s for s in seen if s.stream == name]
        told, alone = _told([s for s in here if not s.found])
        found_in = sorted(s.at for s in here if s.found and s.kind in ENTRIES)
        return cls(tuple(told), tuple(alone), tuple(found_in))

    def stays(self) -> list[Stay]:
        known = list(self.told)
        for at in self._untold():
            known = [*_parted(known, at), (at, self._exit(known, at))]
        return known

    def _untold(self) -> list[datetime]:
        """Found entries that are none of those that were told."""
        starts = {start for start, _ in self.told}
        untold = []
        for at in self.found_in:
            same = min(starts, key=lambda start: abs(start - at), default=None)
            if same and abs(same - at) <= ONE_ENTRY:
                starts.discard(same)
            else:
                untold.append(self._not_before_a_near_exit(at))
        return untold

    def _not_before_a_near_exit(self, at: datetime) -> datetime:
        """Out and in again within a moment: the two stays do not overlap."""
        near = [end for start, end in self.told if end and start < at <= end <= at + ONE_ENTRY]
        return max([at, *near])

    def _exit(self, known: list[Stay], at: datetime) -> datetime | None:
        around = next((end for start, end in known if _is_within(at, (start, end))), None)
        return around or _first(self.exits_alone, at)


def _parted(known: list[Stay], at: datetime) -> list[Stay]:
    """The stay that goes on at that moment ends then: its exit was lost, and its leg came back."""
    return [(start, at if _is_within(at, (start, end)) else end) for start, end in known]


def _is_within(at: datetime, stay: Stay) -> bool:
    start, end = stay
    return start < at and (end is None or at < end)


def _told(sightings: list[Sighting]) -> tuple[list[Stay], list[datetime]]:
    told: list[Stay] = []
    alone: list[datetime] = []
    entered: datetime | None = None
    for s in sorted(sightings, key=_order):
        if entered:  # a second entry closes the first one's stay, whose exit was lost
            told.append((entered, max(entered, s.at)))
        elif s.kind is EventKind.LEFT:
            alone.append(s.at)
        entered = s.at if s.kind in ENTRIES else None
    if entered:
        told.append((entered, None))
    return told, sorted(alone)


def _order(sighting: Sighting) -> tuple[float, datetime, bool]:
    number = sighting.sequence if sighting.sequence is not None else float("inf")
    return (number, sighting.at, sighting.kind is EventKind.LEFT)


def _first(moments: Iterable[datetime], since: datetime) -> datetime | None:
    return min((at for at in moments if at >= since), default=None)


def _without_overlaps(known: list[Stay]) -> list[Stay]:
    cut = [
        (start, min(end, following) if end else following)
        for (start, end), (following, _) in pairwise(known)
    ]
    return [*cut, *known[-1:]]


def _end(
    start: datetime, end: datetime | None, told_gone: list[datetime], gone_at: datetime | None
) -> datetime | None:
    """The first of all exits; the clocks of network and leg may differ, so never before `start`."""
    told_later = [at for at in told_gone if at >= start]  # the others are of an earlier stay
    exits = [at for at in (end, gone_at, *told_later) if at]
    return max(start, min(exits)) if exits else None
