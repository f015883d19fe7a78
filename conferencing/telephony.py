"""The port: what we ask of a telephone network, in our words.

A gateway fulfils it; `settings.TELEPHONY_GATEWAY` names the class, as Django does with mail.

    TelephonyError
    ├── Refused          it said no, and would again: wrong number, not owned, no credit
    │   └── NotAllowed   as long as our credentials are what they are
    ├── TryLater         it did nothing (busy, or not reached): the same request may be sent again
    └── OutcomeUnknown   it may have done it: asking again could call a person twice
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from calls.states import LegStatus


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


class PhoneNetwork(Protocol):
    """Every call raises a `TelephonyError` or returns; none waits longer than 5 seconds."""

    def send_text(self, *, sender: str, to: str, body: str, participant_id: str) -> SentText:
        """Send an SMS; how it fares comes to the participant's callback."""

    def call(
        self, *, caller_id: str, to: str, call_id: str, ring_seconds: int, longest_seconds: int
    ) -> LegReport:
        """Call a phone. What it hears is asked of us when it answers, not before."""

    def hang_up(self, sid: str) -> LegReport | None:
        """End a leg, whatever it does. None: the network knows no such leg."""

    def end_room(self, name: str, room_sid: str) -> None:
        """End the room of that name and let its people go. `room_sid`: its id, if known."""

    def leg(self, sid: str) -> LegReport | None:
        """What is true of a leg now. None: the network knows no such leg."""

    def legs_to(self, *, to: str, caller_id: str, since: datetime) -> list[LegReport]:
        """The legs that we made to a number since then; a very new one may be missing."""

    def legs_in_room(self, name: str) -> set[str]:
        """The external ids of the legs that are in the room of that name now."""

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
