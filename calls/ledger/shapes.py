"""What a ledger is made of."""

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from calls import wording
from calls.models import Conference
from calls.states import AnnouncementStatus, EndReason, EventKind, TextStatus


@dataclass(frozen=True)
class Stay:
    """In the room, without a break. `end` is None while it lasts; `seconds` are those so far."""

    start: datetime
    end: datetime | None
    seconds: int


@dataclass(frozen=True)
class Text:
    """An invitation by text message. `told_at` is when the network last said how it fares."""

    asked_at: datetime
    status: TextStatus
    words: str
    told_at: datetime
    why: str  # it did not arrive; else empty
    code: str  # the network's for that


@dataclass(frozen=True)
class Leg:
    """A call to somebody or from somebody, made or tried. `seconds` is the time in the room."""

    id: str
    inbound: bool
    number: str | None  # of the other side, E.164; None: withheld
    status: str
    words: str
    why: str
    began_at: datetime
    answered_at: datetime | None
    admitted_at: datetime | None
    ended_at: datetime | None
    stays: tuple[Stay, ...]

    @property
    def seconds(self) -> int:
        return sum(stay.seconds for stay in self.stays)


@dataclass(frozen=True)
class Person:
    id: str
    name: str
    number: str | None  # E.164; None: withheld
    mode: str
    invited: bool  # False: only knew the code
    organiser: bool
    status: str
    words: str
    why: str
    added_at: datetime
    texts: tuple[Text, ...]
    legs: tuple[Leg, ...]

    @property
    def who(self) -> str:
        return self.name or wording.number(self.number)

    @property
    def how(self) -> str:
        """In words, how he was to come."""
        return wording.MODES[self.mode] if self.invited else "knew the code"

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Of all legs, the first one first."""
        return tuple(sorted((s for leg in self.legs for s in leg.stays), key=attrgetter("start")))

    @property
    def talk_seconds(self) -> int:
        return sum(leg.seconds for leg in self.legs)

    @property
    def was_in(self) -> bool:
        return any(leg.stays for leg in self.legs)


@dataclass(frozen=True)
class Said:
    """An announcement. `to` is empty where all were to hear it, `by` where it came by itself."""

    at: datetime
    text: str
    to: str
    by: str
    status: AnnouncementStatus
    words: str
    why: str
    said_at: datetime | None


@dataclass(frozen=True)
class Deed:
    """Something that was done to the conference, or to `who`. `by`: who wanted it, if known."""

    at: datetime
    kind: EventKind
    words: str
    who: str
    by: str


@dataclass(frozen=True)
class Ledger:
    conference: Conference
    as_of: datetime
    people: tuple[Person, ...]
    said: tuple[Said, ...]
    deeds: tuple[Deed, ...]

    @property
    def status(self) -> str:
        return wording.CONFERENCE[self.conference.status]

    @property
    def why_ended(self) -> str:
        reason, by = self.conference.end_reason, self.conference.ended_by
        if by and reason == EndReason.ENDED_BY_USER:
            return f"{by} ended it"
        return wording.WHY_ENDED.get(reason, "")

    @property
    def seconds(self) -> int | None:
        """From the first entry to the end, or until now; None: it never began."""
        began, until = self.conference.started_at, self.conference.ended_at or self.as_of
        return max(0, round((until - began).total_seconds())) if began else None

    @property
    def invited(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.invited)

    @property
    def uninvited(self) -> tuple[Person, ...]:
        """Who knew the code."""
        return tuple(person for person in self.people if not person.invited)

    @property
    def turned_away(self) -> tuple[Deed, ...]:
        return tuple(deed for deed in self.deeds if deed.kind is EventKind.TURNED_AWAY)

    @property
    def talk_seconds(self) -> int:
        return sum(person.talk_seconds for person in self.people)
