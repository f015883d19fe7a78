"""A conference as its page shows it. Read once, as the page is drawn; constant queries."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils import timezone

from calls import feed, wishes, wording
from calls.models import Announcement, CallEvent, Conference, Participant
from calls.since import is_away, since
from calls.states import (
    LEG_OPEN,
    MAY_BE_INVITED_AGAIN,
    OPEN_CONFERENCE,
    PARTICIPANT_MOVES,
    Command,
    ConferenceStatus,
    Mode,
    ParticipantStatus,
)
from conferencing.inviting_again import MOST_ATTEMPTS
from conferencing.models import Order, OrderKind

_LAST_SAID = 3
_LONG_TIMELINE = 400  # lines


@dataclass(frozen=True)
class Person:
    """A row of the people's table. `to_go`: is to be hung up, and is not yet."""

    participant: Participant
    now: datetime
    to_go: bool = False
    locked: bool = False

    @property
    def who(self) -> str:
        return self.participant.name or self.number

    @property
    def number(self) -> str:
        return wording.number(self.participant.phone_number)

    @property
    def mode(self) -> str:
        invited = wording.MODES[self.participant.mode]
        return invited if self.participant.invited else "knew the code"

    @property
    def status(self) -> str:
        away = is_away(self.participant)
        return "out for a moment" if away else wording.PEOPLE[self.participant.status]

    @property
    def since(self) -> datetime | None:
        return since(self.participant)

    @property
    def for_long(self) -> str:
        """How long the state has lasted, in words."""
        return wording.seconds((self.now - self.since).total_seconds()) if self.since else ""

    @property
    def asked(self) -> list[str]:
        """What is under way, in words."""
        going = [Command.HANG_UP] if self.to_go else []
        return [wording.UNDER_WAY[each] for each in (*wishes.under_way(self.participant), *going)]

    @property
    def text(self) -> str:
        status = self.participant.text_status
        return wording.TEXTS[status].removeprefix("The text message ") if status else ""

    @property
    def talks_since(self) -> datetime | None:
        """From when he would have talked without a break; None: is not in the room."""
        leg = self.participant.current_call
        begun = leg.in_room_since if leg else None
        return begun and begun - timedelta(seconds=self.participant.talk_seconds)

    @property
    def talk(self) -> str:
        """The finished stays, and the one that is going on."""
        total: float = self.participant.talk_seconds
        if self.talks_since:
            total = (self.now - self.talks_since).total_seconds()
        return wording.seconds(total) if self.participant.joined_at else ""

    @property
    def inside(self) -> bool:
        return bool(self.participant.status == ParticipantStatus.JOINED)

    @property
    def on_phone(self) -> bool:
        leg = self.participant.current_call
        return leg is not None and leg.status in LEG_OPEN

    @property
    def may_be_withdrawn(self) -> bool:
        withdrawable = PARTICIPANT_MOVES[ParticipantStatus.CANCELED]
        return not self.on_phone and self.participant.status in withdrawable

    @property
    def again(self) -> str:
        """What the button says that invites once more; empty: there is none."""
        person = self.participant
        asked_for = person.invited and person.phone_number and not self.locked
        may = person.status in MAY_BE_INVITED_AGAIN and person.attempt < MOST_ATTEMPTS
        if not asked_for or not may:
            return ""
        return "Call again" if person.mode == Mode.DIAL_OUT else "Text again"


@dataclass(frozen=True)
class Said:
    announcement: Announcement

    @property
    def words(self) -> str:
        return wording.ANNOUNCEMENTS[self.announcement.status]


class Desk:
    """`may`: whoever looks may also command."""

    def __init__(self, conference: Conference, *, may: bool = False) -> None:
        self.conference = conference
        self.now = timezone.now()
        self.may = may and self.is_open

    @cached_property
    def people(self) -> list[Person]:
        found = self.conference.participants.select_related("current_call").order_by("id")
        return [self._person(participant) for participant in found]

    def _person(self, row: Participant) -> Person:
        leg = row.current_call
        to_go = leg is not None and leg.status in LEG_OPEN and leg.id in self._to_go
        return Person(row, self.now, to_go, self.conference.locked_at is not None)

    @cached_property
    def _to_go(self) -> frozenset[str | None]:
        """The legs that are to be hung up."""
        asked = Order.objects.filter(conference=self.conference, kind=OrderKind.HANG_UP)
        return frozenset(asked.values_list("call_id", flat=True))

    @cached_property
    def timeline(self) -> list[feed.Entry]:
        return feed.timeline(self.conference.id)

    @property
    def timeline_is_long(self) -> bool:
        """Then it is drawn with the page only: every two seconds it would cost too much."""
        return len(self.timeline) > _LONG_TIMELINE

    @cached_property
    def said(self) -> list[Said]:
        """The last few announcements, the newest first."""
        newest = self.conference.announcements.order_by("-created_at").select_related("participant")
        return [Said(each) for each in newest[:_LAST_SAID]]

    @cached_property
    def version(self) -> str:
        """Another one as soon as anything that is shown has changed: the journal writes an event
        with every move, and what the network tells moves the people.
        """
        last = CallEvent.objects.filter(conference=self.conference).order_by("-id")
        people = [
            (person.participant.__dict__ | {"_state": None}, person.since, person.to_go)
            for person in self.people
        ]
        shown = (self._columns, people, last.values_list("id", flat=True).first(), self.may)
        return hashlib.blake2b(repr(shown).encode(), digest_size=12).hexdigest()

    @property
    def _columns(self) -> list[tuple[str, object]]:
        fields = self.conference._meta.concrete_fields  # noqa: SLF001 - Django's documented way
        return [(f.attname, getattr(self.conference, f.attname)) for f in fields]

    @property
    def is_open(self) -> bool:
        return self.conference.status in OPEN_CONFERENCE

    @property
    def is_live(self) -> bool:
        return bool(self.conference.status == ConferenceStatus.LIVE)

    @property
    def is_over(self) -> bool:
        return bool(self.conference.status == ConferenceStatus.ENDED)

    @property
    def inside(self) -> int:
        return sum(person.inside for person in self.people)

    @property
    def status(self) -> str:
        return wording.CONFERENCE[self.conference.status]

    @property
    def why_ended(self) -> str:
        return wording.WHY_ENDED.get(self.conference.end_reason, "")

    @property
    def dial_in(self) -> str:
        return wording.number(self.conference.dial_in_number)

    @property
    def at_most(self) -> str:
        return wording.seconds(self.conference.max_duration)

    @property
    def time_left(self) -> str:
        """Of a conference that has begun and is not over yet."""
        ends_at = self.conference.ends_at
        if not self.is_open or ends_at is None:
            return ""
        return wording.seconds((ends_at - self.now).total_seconds())

    @property
    def lasted(self) -> str:
        started, ended = self.conference.started_at, self.conference.ended_at
        if not started or not ended:
            return ""
        return wording.seconds((ended - started).total_seconds())
