"""Let a leg into its conference: the decision, and what follows from it."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    OPEN_CONFERENCE,
    ConferenceStatus,
    EventKind,
    Mode,
    ParticipantStatus,
)
from conferencing import orders
from conferencing.conferences import MOST_PARTICIPANTS
from conferencing.numbers import as_e164
from conferencing.steps import Farewell, Goodbye, Join


@transaction.atomic
def admit(call_id: str, conference_id: str) -> Join | Goodbye:
    """Let a leg in, or tell it why not. The first one in starts the conference's time."""
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    call = Call.objects.select_for_update(no_key=True).get(id=call_id)
    now = timezone.now()
    if conference.status not in OPEN_CONFERENCE or _is_over(conference):
        return Goodbye(Farewell.ENDED)
    if call.status in LEG_OVER or orders.is_to_be_hung_up(call):
        return Goodbye(Farewell.ENDED)  # its end overtook this, or somebody takes it out
    if not call.admitted_at and _people_in(conference) >= MOST_PARTICIPANTS:
        return Goodbye(Farewell.FULL)
    if conference.status == ConferenceStatus.WAITING:
        _start(conference, now)
    person = call.participant or _person_calling(conference, call)
    let_in = Happening(kind=EventKind.ADMITTED, key=f"{call.id}:admitted", at=now)
    journal.admit(call.id, person, let_in)
    return join(call.id, conference)


def join(call_id: str, conference: Conference, *, rejoins: bool = False) -> Join:
    assert conference.ends_at is not None, "a conference that lets somebody in has a deadline"
    return Join(
        call_id=call_id,
        conference_id=conference.id,
        conference_name=conference.name,
        seconds_left=max(1, round((conference.ends_at - timezone.now()).total_seconds())),
        deadline=int(conference.ends_at.timestamp()),
        rejoins=rejoins,
    )


def _is_over(conference: Conference) -> bool:
    return conference.ends_at is not None and conference.ends_at <= timezone.now()


def _people_in(conference: Conference) -> int:
    inside = conference.legs.filter(admitted_at__isnull=False, status__in=LEG_OPEN)
    return inside.count()


def _start(conference: Conference, now: datetime) -> None:
    conference.started_at = now
    conference.ends_at = now + timedelta(seconds=conference.max_duration)
    journal.move_conference(
        conference.id,
        ConferenceStatus.LIVE,
        Happening(kind=EventKind.STARTED, key=f"{conference.id}:started", at=now),
        started_at=conference.started_at,
        ends_at=conference.ends_at,
    )


def _person_calling(conference: Conference, call: Call) -> Participant:
    """Whom of the conference this caller is; somebody new if his number is not on its list.

    One number may stand on the list twice, once to be called and once to dial in: whoever dials
    in is then the one who was to dial in, unless that one is on the phone already.
    """
    number = as_e164(call.from_number)
    if number:
        known = conference.participants.filter(phone_number=number).select_related("current_call")
        people = sorted(known, key=lambda person: (_is_on_phone(person), person.mode))
        if people:
            return people[0]
    person = Participant(
        conference=conference,
        phone_number=number,
        mode=Mode.DIAL_IN,
        status=ParticipantStatus.ANSWERED,
        invited=False,
    )
    journal.add_participant(person)
    return person


def _is_on_phone(person: Participant) -> bool:
    return person.current_call is not None and person.current_call.status not in LEG_OVER
