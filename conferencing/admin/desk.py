"""A conference as its page shows it. Read once, as the page is drawn; constant queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils import timezone

from calls import feed, wording
from calls.models import Conference, Participant
from calls.states import OPEN_CONFERENCE


@dataclass(frozen=True)
class Person:
    """A row of the people's table."""

    participant: Participant
    now: datetime

    @property
    def number(self) -> str:
        return wording.number(self.participant.phone_number)

    @property
    def mode(self) -> str:
        invited = wording.MODES[self.participant.mode]
        return invited if self.participant.invited else "knew the code"

    @property
    def status(self) -> str:
        return wording.PEOPLE[self.participant.status]

    @property
    def text(self) -> str:
        status = self.participant.text_status
        return wording.TEXTS[status].removeprefix("The text message ") if status else ""

    @property
    def talk(self) -> str:
        """The finished stays, and the one that is going on."""
        leg = self.participant.current_call
        since = leg.in_room_since if leg else None
        running = (self.now - since).total_seconds() if since else 0
        total = self.participant.talk_seconds + running
        return wording.seconds(total) if self.participant.joined_at else ""


class Desk:
    def __init__(self, conference: Conference) -> None:
        self.conference = conference
        self.now = timezone.now()

    @cached_property
    def people(self) -> list[Person]:
        found = self.conference.participants.select_related("current_call").order_by("id")
        return [Person(participant, self.now) for participant in found]

    @cached_property
    def timeline(self) -> list[feed.Entry]:
        return feed.timeline(self.conference.id)

    @property
    def is_open(self) -> bool:
        return self.conference.status in OPEN_CONFERENCE

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
