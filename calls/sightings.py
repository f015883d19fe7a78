"""What tells where a leg is: entries into a room, exits, and changes of how it is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calls.states import EventKind

ENTRIES = frozenset({EventKind.JOINED, EventKind.RETURNED, EventKind.FOUND_IN})
PASSAGES = ENTRIES | {EventKind.LEFT}
CHANGES = frozenset({EventKind.MUTED, EventKind.UNMUTED, EventKind.HELD, EventKind.RESUMED})
SIGHTINGS = PASSAGES | CHANGES


@dataclass(frozen=True)
class Sighting:
    """An entry, an exit, or a change of how somebody is in the room.

    `stream` names the room that counted it; empty: told by the leg, which then is out for good.
    `gone`: whoever left has hung up. `found`: nobody told us, we saw the leg in the room's list of
    people, which gives the moment. `muted` and `on_hold` are None where nothing is said of them.
    """

    kind: EventKind
    at: datetime
    stream: str
    sequence: int | None
    gone: bool = False
    muted: bool | None = None
    on_hold: bool | None = None
    found: bool = False


def sighting(
    kind: str, at: datetime, stream: str, sequence: int | None, detail: Mapping[str, Any]
) -> Sighting:
    """An event's columns, read as what it says of somebody in the room."""
    return Sighting(
        EventKind(kind),
        at,
        stream,
        sequence,
        gone=bool(_flag(detail.get("gone"))),
        muted=_flag(detail.get("muted")),
        on_hold=_flag(detail.get("on_hold")),
        found=kind == EventKind.FOUND_IN or bool(_flag(detail.get("found"))),
    )


def _flag(word: Any) -> bool | None:
    return None if word is None else str(word).lower() == "true"
