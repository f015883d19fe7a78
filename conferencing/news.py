"""What the telephone network tells us unasked, in our words: the carrier writes, `progress` reads.

Times are the network's own where it gives one, else the moment of reception. `stream` and
`sequence` are the network's numbering, where it numbers.
"""

from dataclasses import dataclass, field
from datetime import datetime

from calls.states import EventKind, LegStatus, TextStatus


@dataclass(frozen=True)
class IncomingCall:
    """Somebody calls one of our lines. `from_number` is as it came, and may be no number."""

    sid: str
    from_number: str
    to_number: str


@dataclass(frozen=True)
class LegNews:
    """A leg has come to a status. `key` tells a repeat of the same news from other news."""

    sid: str
    status: LegStatus
    at: datetime
    key: str
    sequence: int | None = None
    duration: int | None = None  # seconds, once it is over
    error: tuple[str, str] | None = None  # a code and a sentence
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RoomNews:
    """Something happened in a room: JOINED, LEFT, MUTED, HELD, ROOM_STARTED, ROOM_ENDED, ….

    `announcement_id`: it is about this announcement, which is over; with `error`, it failed.
    """

    room_sid: str
    kind: EventKind
    at: datetime
    sequence: int | None
    call_id: str = ""  # our leg, for what concerns one person
    leg_sid: str = ""
    detail: dict[str, str] = field(default_factory=dict)
    announcement_id: str = ""
    error: tuple[str, str] | None = None


@dataclass(frozen=True)
class DialNews:
    """How the ringing of forwarded phones went: `connected` is whether two people talked.

    `sid` is the network's id of the leg that it is about; empty: it could make none.
    """

    at: datetime
    connected: bool
    sid: str = ""
    seconds: int = 0  # of talk


@dataclass(frozen=True)
class RecordingNews:
    """What has become of the recording of a message; `absent`: there is none."""

    sid: str
    at: datetime
    absent: bool = False
    duration: int | None = None  # seconds


@dataclass(frozen=True)
class TextNews:
    """How an SMS fares; `error` is a code and a sentence, `attempt` which of a person's it is."""

    sid: str
    status: TextStatus
    at: datetime
    error: tuple[str, str] | None = None
    attempt: int = 1
