"""The port: what we ask of a telephone network, in our words.

A gateway fulfils it; `settings.TELEPHONY_GATEWAY` names the class, as Django does with mail.

    TelephonyError
    ├── Refused          it said no, and would again: wrong number, not owned, no credit
    │   ├── NotAllowed   as long as our credentials are what they are
    │   └── NotThere     what it is about is not there: the leg, the room
    ├── TryLater         it did nothing (busy, or not reached): the same request may be sent again
    └── OutcomeUnknown   it may have done it: asking again could call a person twice
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from calls.states import LegStatus, TextStatus


class TelephonyError(Exception):
    """`code` is the network's own, if it gave one; `detail` is a sentence for people."""

    def __init__(self, detail: str, code: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


class Refused(TelephonyError):
    """Not done, and asking again would not help."""


class NotAllowed(Refused):
    """Our credentials do not do: somebody has to mend that first."""


class NotThere(Refused):
    """There is no such thing at the network, or not any more."""


class TryLater(TelephonyError):
    """Not done; asking again is safe and may help."""


class OutcomeUnknown(TelephonyError):
    """Done or not, nobody knows; never asked again by itself."""


@dataclass(frozen=True)
class SentText:
    sid: str
    status: str  # queued, sent, delivered, undelivered, failed, …


@dataclass(frozen=True)
class LegReport:
    """What the network says of a leg. `duration` in seconds, once it is over."""

    sid: str
    status: LegStatus
    from_number: str = ""
    to_number: str = ""
    created_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration: int | None = None


@dataclass(frozen=True)
class TextReport:
    """What the network says of an SMS; `error` is a code and a sentence."""

    sid: str
    status: TextStatus
    body: str = ""
    created_at: datetime | None = None
    error: tuple[str, str] | None = None


@dataclass(frozen=True)
class RoomReport:
    """A room that is not over. After it another one may have the same name."""

    sid: str
    name: str


@dataclass(frozen=True)
class Seat:
    """Somebody who is in a room, by the network's id of his leg. None: it does not say."""

    leg_sid: str
    entered_at: datetime | None = None
    muted: bool | None = None
    on_hold: bool | None = None


@dataclass(frozen=True)
class Recording:
    content: bytes
    content_type: str  # such as audio/x-wav


@dataclass(frozen=True)
class RecordingReport:
    """`ready`: its audio can be had; `absent`: there is none, and will be none.

    `duration` in seconds, once it is known, without the silence at both ends.
    """

    sid: str
    ready: bool
    duration: int | None = None
    absent: bool = False


@dataclass(frozen=True)
class LineSetup:
    """Where the network sends what happens on one of our numbers."""

    number: str
    voice_url: str
    already_ours: bool
    occupied_by: str  # another application's webhook; empty: none


@dataclass(frozen=True)
class Room:
    """`sid` is the network's id of the room of that name, as far as we have heard of it.

    The network may have ended that one meanwhile, and made another of the same name.
    """

    name: str
    sid: str = ""


class PhoneNetwork(Protocol):
    """Every call raises a `TelephonyError` or returns; none waits longer than 5 seconds."""

    def send_text(
        self, *, sender: str, to: str, body: str, participant_id: str, attempt: int
    ) -> SentText:
        """Send an SMS; how it fares comes to the callback of the participant's attempt."""

    def call(
        self, *, caller_id: str, to: str, call_id: str, ring_seconds: int, longest_seconds: int
    ) -> LegReport:
        """Call a phone. What it hears is asked of us when it answers, not before."""

    def hang_up(self, sid: str) -> LegReport | None:
        """End a leg, whatever it does. None: the network knows no such leg."""

    def see_off(self, sid: str, call_id: str) -> None:
        """Whatever a leg that was picked up hears, it hears goodbye now. What that is, is asked
        of us. Raises Refused: it is over, or not picked up."""

    def end_room(self, name: str, room_sid: str) -> Mapping[str, datetime]:
        """End the room of that name and let its people go. `room_sid`: its id, if known.

        When each room that was ended by this did end, by its id.
        """

    def mute(self, room: Room, leg_sid: str, *, muted: bool) -> None:
        """Let a room hear a leg, or not. Raises NotThere: the leg is not in the room."""

    def hold(self, room: Room, leg_sid: str, *, on_hold: bool) -> None:
        """Part a leg from its room, with music, or back. Raises NotThere, as `mute`."""

    def announce(self, room: Room, announcement_id: str, leg_sid: str = "") -> None:
        """Say something to all in a room, or to one leg. The words are asked of us; when they
        have been said we are told. Raises NotThere, as `mute`."""

    def leg(self, sid: str) -> LegReport | None:
        """What is true of a leg now. None: the network knows no such leg."""

    def legs_to(self, *, to: str, caller_id: str, since: datetime) -> list[LegReport]:
        """The legs that we made to a number since then; a very new one may be missing."""

    def legs_under_way(self) -> Iterator[LegReport]:
        """All legs of the account that are not over, page by page; a very new one may be missing,
        and one that has just ended may still be there."""

    def legs_ended(self, since: datetime) -> Iterator[LegReport]:
        """All legs of the account that ended since then, page by page."""

    def rooms(self, name: str = "") -> list[RoomReport]:
        """The rooms that are not over: all of the account, or those of that name."""

    def people_in(self, room_sid: str) -> list[Seat]:
        """Who is in a room now."""

    def text(self, sid: str) -> TextReport | None:
        """What is true of an SMS now. None: the network knows no such SMS."""

    def texts_to(self, *, to: str, sender: str) -> list[TextReport]:
        """The newest SMS that we sent to a number; a very new one may be missing."""

    def texts_sent(self, since: datetime) -> Iterator[TextReport]:
        """All SMS of the account that were sent since then, page by page."""

    def recording(self, sid: str) -> Recording:
        """The audio of a recording. Raises TryLater while the network is still making it,
        NotAllowed where our credentials do not do, Refused for what is no audio or too much."""

    def recordings_of(self, leg_sid: str) -> list[RecordingReport]:
        """The recordings that were made on a leg; a very new one may be missing."""

    def delete_recording(self, sid: str) -> None:
        """Delete a recording at the network; one that is gone already is fine."""

    def line_setups(self) -> list[LineSetup]:
        """How our own numbers are set up at the network."""

    def set_up_line(self, number: str) -> None:
        """Let one of our numbers send its calls to us."""


@cache
def network() -> PhoneNetwork:
    gateway: type[PhoneNetwork] = import_string(settings.TELEPHONY_GATEWAY)
    return gateway()
