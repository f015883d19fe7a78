"""Conferences that are going on now, with their people."""

from dataclasses import dataclass
from datetime import datetime

from calls import wishes, wording
from calls.activity import people
from calls.models import Conference, Participant
from calls.since import is_away, since
from calls.states import ConferenceStatus, ParticipantStatus

_MOST = 20


@dataclass(frozen=True)
class Person:
    name: str
    number: str
    status: str
    words: str
    since: datetime | None  # it has been so
    muted: bool
    on_hold: bool
    asked: tuple[str, ...]  # what is under way, in words

    @property
    def inside(self) -> bool:
        return self.status == ParticipantStatus.JOINED


@dataclass(frozen=True)
class LiveConference:
    id: str
    name: str
    ending: bool
    locked: bool
    ends_at: datetime | None
    dial_in: str
    people: list[Person]

    @property
    def inside(self) -> int:
        return sum(person.inside for person in self.people)


def live_conferences() -> list[LiveConference]:
    """Live and ending ones, the first to end first. Two queries."""
    # Each half is answered by a small index that holds open conferences only.
    live = Conference.objects.filter(status=ConferenceStatus.LIVE)
    ending = Conference.objects.filter(status=ConferenceStatus.ENDING)
    found = sorted(live.union(ending, all=True), key=lambda each: (str(each.ends_at), each.id))
    shown = found[:_MOST]
    present: dict[str, list[Person]] = {each.id: [] for each in shown}
    for row in _people(list(present)):
        present[row.conference_id].append(_person(row))
    return [_described(each, present[each.id]) for each in shown]


def _people(conference_ids: list[str]) -> list[Participant]:
    rows = Participant.objects.filter(conference_id__in=conference_ids)
    return list(rows.select_related("current_call").order_by("id")) if conference_ids else []


def _person(row: Participant) -> Person:
    number = people.written(row.phone_number or "")
    return Person(
        name=row.name or number,
        number=number,
        status=row.status,
        words="out for a moment" if is_away(row) else wording.PEOPLE[row.status],
        since=since(row),
        muted=row.muted,
        on_hold=row.on_hold,
        asked=tuple(wording.UNDER_WAY[each] for each in wishes.under_way(row)),
    )


def _described(conference: Conference, present: list[Person]) -> LiveConference:
    return LiveConference(
        id=conference.id,
        name=conference.name or "Conference",
        ending=conference.status == ConferenceStatus.ENDING,
        locked=conference.locked_at is not None,
        ends_at=conference.ends_at,
        dial_in=people.written(conference.dial_in_number),
        people=present,
    )
