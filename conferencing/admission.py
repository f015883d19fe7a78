"""Let a leg into its conference: the decision, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, QuerySet, Subquery
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.questions import question
from calls.rows import table
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    OPEN_CONFERENCE,
    ConferenceStatus,
    EventKind,
    Mode,
    ParticipantStatus,
)
from conferencing import codes, extending, locking, orders
from conferencing.conferences import MOST_PARTICIPANTS
from conferencing.numbers import as_e164
from conferencing.steps import Farewell, Goodbye, Join, RoomAnswer


def admit(call_id: str, conference_id: str) -> Join | Goodbye:
    """Let a leg in, or tell it why not. The first one in starts the conference's time."""
    with transaction.atomic():
        conference = table(Conference).locked(conference_id)
        call = table(Call).locked(call_id)
        return let_in(conference, call, obstacles(conference, call))


def let_in(conference: Conference, call: Call, found: "Obstacles") -> Join | Goodbye:
    """As `admit`, for rows that the caller has locked, in this order."""
    now = timezone.now()
    if conference.status not in OPEN_CONFERENCE or _is_over(conference):
        return Goodbye(Farewell.ENDED)
    if call.status in LEG_OVER or found.is_to_be_hung_up:
        return Goodbye(Farewell.ENDED)  # its end overtook this, or somebody takes it out
    if not call.admitted_at and found.inside >= MOST_PARTICIPANTS:
        return Goodbye(Farewell.FULL)
    person = _person_of(call) or _person_calling(conference, call)
    if not call.admitted_at and locking.keeps_out(conference, person):
        return _turned_away(call, conference)
    if conference.status == ConferenceStatus.WAITING:
        _start(conference, now)
    if person is None:
        person = _who_knew_the_code(conference, call)
    person.conference = conference  # or it would be fetched again
    admitted = Happening(kind=EventKind.ADMITTED, key=f"{call.id}:admitted", at=now)
    journal.admit(call, person, admitted)
    return join(call.id, conference, person)


def join(
    call_id: str,
    conference: Conference,
    person: Participant,
    *,
    stay: int = 0,
    answer: RoomAnswer | None = None,
) -> Join:
    """`stay` counts the leg's entries: from the second on it comes back. `answer` as in `Join`."""
    assert conference.ends_at is not None, "a conference that lets somebody in has a deadline"
    return Join(
        call_id=call_id,
        conference_id=conference.id,
        conference_name=conference.name,
        seconds_left=max(1, round((conference.ends_at - timezone.now()).total_seconds())),
        deadline=int(conference.ends_at.timestamp()),
        rejoins=stay > 0,
        stay=stay,
        muted=person.to_be_muted,
        starts_room=_starts_room(conference, person),
        answer=answer,
    )


def _starts_room(conference: Conference, person: Participant) -> bool:
    """Once an organiser has been in, the room goes on without one."""
    if not conference.wait_for_organiser or person.organiser:
        return True
    return conference.participants.filter(organiser=True, joined_at__isnull=False).exists()


def _turned_away(call: Call, conference: Conference) -> Goodbye:
    locked = Happening(
        kind=EventKind.TURNED_AWAY, key=f"{call.id}:turned_away", detail={"why": "locked"}
    )
    journal.dismissed(call.id, locked, conference_id=conference.id)
    return Goodbye(Farewell.LOCKED, reason=conference.lock_reason)


def _is_over(conference: Conference) -> bool:
    return conference.ends_at is not None and conference.ends_at <= timezone.now()


@dataclass(frozen=True)
class Obstacles:
    """What may stand in the way of a leg: `inside` are those who are in the conference;
    `out_of_tries`: its caller, if he enters a code, has no more."""

    is_to_be_hung_up: bool
    inside: int
    out_of_tries: bool


def obstacles(conference: Conference, call: Call) -> Obstacles:
    """Of rows that the caller has locked, or it may be old before it is known."""
    caller, since = as_e164(call.from_number) or "", timezone.now() - codes.DAY
    ((hang_up, inside, *used_up),) = _obstacles(conference.id, call.id, caller, since)
    return Obstacles(hang_up, inside or 0, any(used_up))


@question
def _obstacles(
    conference_id: str, call_id: str, caller: str, since: datetime
) -> QuerySet[Conference, tuple[Any, ...]]:
    legs = Call.objects.filter(conference_id=conference_id, status__in=LEG_OPEN)
    inside = legs.filter(admitted_at__isnull=False).values("conference_id")
    return Conference.objects.filter(id=conference_id).values_list(
        Exists(orders.hang_ups_of(call_id)),
        Subquery(inside.annotate(count=Count("id")).values("count")),
        *codes.used_up(conference_id, call_id, caller, since),
    )


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
    extending.plan_first_warning(conference)


def _person_of(call: Call) -> Participant | None:
    return table(Participant).row(call.participant_id) if call.participant_id else None


def _person_calling(conference: Conference, call: Call) -> Participant | None:
    """Whom of the conference this caller is; None if his number is not on its list.

    One number may stand on the list twice, once to be called and once to dial in: whoever dials
    in is then the one who was to dial in, unless that one is on the phone already.
    """
    number = as_e164(call.from_number)
    if not number:
        return None
    known = _with_number(conference.id, number)
    if len(known) < 2:
        return next(iter(known), None)
    return min(known, key=lambda person: (_is_on_phone(person), person.mode))


@question
def _with_number(conference_id: str, number: str) -> QuerySet[Participant]:
    return Participant.objects.filter(conference_id=conference_id, phone_number=number)


def _who_knew_the_code(conference: Conference, call: Call) -> Participant:
    person = Participant(
        conference=conference,
        phone_number=as_e164(call.from_number),
        mode=Mode.DIAL_IN,
        status=ParticipantStatus.ANSWERED,
        invited=False,
    )
    journal.add_participant(person)
    return person


def _is_on_phone(person: Participant) -> bool:
    return person.current_call is not None and person.current_call.status not in LEG_OVER
