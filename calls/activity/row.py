"""One line of the feed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from calls import wording
from calls.activity import badges, people
from calls.states import Direction, Outcome, VoicemailStatus

COLUMNS = (
    "id",
    "sid",
    "direction",
    "from_number",
    "to_number",
    "other_number",
    "name",
    "taker_number",
    "taker_name",
    "status",
    "outcome",
    "error_detail",
    "menu_path",
    "created_at",
    "answered_at",
    "ended_at",
    "duration",
    "forwarded_at",
    "taken_at",
    "in_room_since",
    "conference_id",
    "conference__name",
    "line__label",
    "line__number",
    "parent__from_number",
    "voicemail__id",
    "voicemail__status",
    "voicemail__duration",
    "voicemail__heard_at",
    "voicemail__transcription",
)
_MESSAGES = {
    VoicemailStatus.RECORDING: "no message yet",
    VoicemailStatus.FETCHING: "the audio is being fetched",
    VoicemailStatus.ABSENT: "no message",
    VoicemailStatus.LOST: "the audio was lost",
    VoicemailStatus.DELETED: "the message was deleted",
}


@dataclass(frozen=True)
class Message:
    """The voicemail of a call. `seconds` may not be known yet."""

    id: str
    status: str
    seconds: int | None
    heard: bool
    transcription: str

    @property
    def kept(self) -> bool:
        return self.status == VoicemailStatus.KEPT

    @property
    def unheard(self) -> bool:
        return self.kept and not self.heard

    @property
    def state(self) -> str:
        """Why it cannot be played, in words."""
        return _MESSAGES.get(VoicemailStatus(self.status), "")

    @property
    def length(self) -> str:
        return clock(self.seconds or 0)


class Row:
    """A call as the feed shows it, from the columns of one row of the query."""

    def __init__(self, columns: dict[str, Any]) -> None:
        taker = columns["taker_name"] or columns["taker_number"]
        self.columns = columns | {"taker": people.written(taker) if taker else ""}
        self.id: str = columns["id"]

    @cached_property
    def version(self) -> str:
        """Another one as soon as anything that is shown has changed."""
        seen = repr(sorted(self.columns.items())).encode()
        return hashlib.blake2b(seen, digest_size=8).hexdigest()

    @property
    def inbound(self) -> bool:
        return bool(self.columns["direction"] == Direction.INBOUND)

    @property
    def live(self) -> bool:
        return bool(self.columns["outcome"] == Outcome.LIVE)

    @property
    def outcome(self) -> str:
        return str(self.columns["outcome"])

    @property
    def badge(self) -> str:
        return badges.badge(self.columns)

    @property
    def why(self) -> str:
        return badges.why(self.columns)

    @property
    def name(self) -> str:
        return str(self.columns["name"])

    @property
    def number(self) -> str:
        return people.written(self.columns["other_number"])

    @property
    def who(self) -> str:
        return self.name or self.number

    @property
    def country(self) -> str:
        return people.country(self.columns["other_number"])

    @property
    def line(self) -> str:
        number = self.columns["line__number"]
        return str(self.columns["line__label"] or (people.written(number) if number else ""))

    @property
    def caller(self) -> str:
        """Of a forwarded leg: who was put through."""
        number = self.columns["parent__from_number"]
        return people.written(number) if number is not None else ""

    @property
    def conference(self) -> str:
        """The name of the conference that the call is for, if it has one."""
        return str(self.columns["conference__name"] or "")

    @property
    def at(self) -> datetime:
        moment: datetime = self.columns["created_at"]
        return moment

    @property
    def since(self) -> datetime:
        """From when a live call's clock runs: the answer, or the first ring."""
        return self.columns["answered_at"] or self.at

    @property
    def rang(self) -> int | None:
        """Seconds until somebody answered, or until it was given up; None: not known."""
        until = self.columns["answered_at"] or self.columns["ended_at"]
        return _between(self.at, until)

    @property
    def talked(self) -> int | None:
        """Seconds from the answer, as the network bills them if it has said so."""
        if not self.columns["answered_at"]:
            return None
        measured = _between(self.columns["answered_at"], self.columns["ended_at"])
        return measured if self.columns["duration"] is None else int(self.columns["duration"])

    @property
    def length(self) -> str:
        return clock(self.talked) if self.talked is not None else ""

    @property
    def times(self) -> str:
        """Ring, talk and total time, in words."""
        total = _between(self.at, self.columns["ended_at"])
        parts = (("rang", self.rang), ("connected", self.talked), ("in all", total))
        return ", ".join(f"{what} {wording.seconds(s)}" for what, s in parts if s is not None)

    @cached_property
    def message(self) -> Message | None:
        if not self.columns["voicemail__id"]:
            return None
        return Message(
            id=self.columns["voicemail__id"],
            status=self.columns["voicemail__status"],
            seconds=self.columns["voicemail__duration"],
            heard=self.columns["voicemail__heard_at"] is not None,
            transcription=self.columns["voicemail__transcription"],
        )


def _between(begin: datetime, end: datetime | None) -> int | None:
    return max(0, round((end - begin).total_seconds())) if end else None


def clock(seconds: int) -> str:
    """As a player shows it: `0:07`, `12:05`, `1:02:05`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
