"""How people are in their rooms: muted or on hold, as nobody told us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call
from calls.states import EventKind
from conferencing.reconciling import enquiries
from conferencing.telephony import Seat

_KINDS = {
    ("muted", True): EventKind.MUTED,
    ("muted", False): EventKind.UNMUTED,
    ("on_hold", True): EventKind.HELD,
    ("on_hold", False): EventKind.RESUMED,
}
# Legs of which something is asked that nobody has told to be done.
UNDER_WAY = ~Q(participant__to_be_muted=F("participant__muted")) | ~Q(
    participant__to_be_held=F("participant__on_hold")
)


@dataclass(frozen=True)
class Difference:
    """A leg is otherwise in its room than we believe: `way` is a column of it."""

    leg: Call
    way: str
    is_so: bool

    @property
    def about(self) -> str:
        return _about(self.leg, self.way)


def differences(leg: Call, seat: Seat) -> list[Difference]:
    return list(_differences(leg, seat))


def _differences(leg: Call, seat: Seat) -> Iterator[Difference]:
    for way, believed, is_so in (
        ("muted", leg.muted, seat.muted),
        ("on_hold", leg.on_hold, seat.on_hold),
    ):
        if is_so is not None and is_so != believed:
            yield Difference(leg, way, is_so)


def as_believed(leg: Call, different: Iterable[Difference]) -> list[str]:
    """What need no longer be doubted of a leg."""
    ways = {"muted", "on_hold"} - {each.way for each in different}
    return [_about(leg, way) for way in sorted(ways)]


def repair(different: Iterable[Difference], longer_than: timedelta) -> int:
    """Believe what has been seen for so long: a list may be behind, and news on its way."""
    return sum(_believe(each, longer_than) for each in different)


def _believe(it: Difference, longer_than: timedelta) -> bool:
    since = enquiries.missing_since(it.about, longer_than)
    if since is None:
        return False
    enquiries.seen([it.about])
    seen = Happening(
        kind=_KINDS[it.way, it.is_so],
        key=f"{it.about}:{it.is_so}:{since.timestamp():.0f}",
        at=since,  # whatever was told of a later moment holds
        detail={it.way: it.is_so, "found": True},
    )
    return journal.leg_seen(it.leg.id, seen) is Recorded.APPLIED


def _about(leg: Call, way: str) -> str:
    return f"{leg.id}:{way}"
