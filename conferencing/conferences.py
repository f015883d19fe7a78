"""Use cases of a conference's people: open it, add one more, take one out.

Whoever calls these nudges the workers after the commit; nothing here talks to the network.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from calls import ids, journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.states import (
    LEG_OPEN,
    OPEN_CONFERENCE,
    PARTICIPANT_MOVES,
    EndReason,
    EventKind,
    Mode,
    ParticipantStatus,
)
from conferencing import codes, ending, locking, orders
from conferencing.errors import NoFreeCode, NotPossibleNow

MOST_PARTICIPANTS = 250  # Twilio's limit for one room
_DRAWS = 20


@dataclass(frozen=True)
class Invitee:
    """Somebody to invite; the number is E.164 and has been found invitable."""

    phone_number: str
    mode: Mode
    name: str = ""
    confirm: bool = True
    organiser: bool = False


@dataclass(frozen=True)
class NewConference:
    invitees: list[Invitee]
    owner: str  # id of the API key
    name: str = ""
    max_duration: int = 0  # seconds; 0: as the setting says
    wait_for_organiser: bool = False
    ends_with_organiser: bool = False
    by: str = ""  # who opens it, in words


def open_conference(new: NewConference) -> Conference:
    """As `open_with_people`, for those who do not ask for the people."""
    return open_with_people(new)[0]


def open_with_people(new: NewConference) -> tuple[Conference, list[Participant]]:
    """Write the conference, its people and the orders to invite them, in one transaction.

    Raises NoFreeCode when half of all codes are taken.
    """
    for _ in range(_DRAWS):
        code = codes.draw()
        try:
            with transaction.atomic():
                return _open_with(code, new)
        except IntegrityError:
            if not Conference.objects.filter(code=code, code_held=True).exists():
                raise
            # else another conference took the code a moment before us
    raise NoFreeCode("No free code could be drawn: try again in a moment.")


def _open_with(code: str, new: NewConference) -> tuple[Conference, list[Participant]]:
    now = timezone.now()
    conference = Conference(
        name=new.name,
        owner=new.owner,
        code=code,
        dial_in_number=settings.SERVER_PHONE,
        max_duration=new.max_duration or settings.CONFERENCE_MAX_DURATION,
        wait_for_organiser=new.wait_for_organiser,
        ends_with_organiser=new.ends_with_organiser,
        created_at=now,
        no_show_at=now + timedelta(seconds=settings.CONFERENCE_NO_SHOW_AFTER),
    )
    people = [_participant(conference, invitee) for invitee in new.invitees]
    by = {"by": new.by} if new.by else {}
    journal.open_conference(conference, people, detail={"participants": len(people), **by})
    orders.place(orders.invitation(person) for person in people)
    return conference, people


def _participant(conference: Conference, invitee: Invitee) -> Participant:
    return Participant(
        conference=conference,
        phone_number=invitee.phone_number,
        mode=invitee.mode,
        name=invitee.name,
        confirm=invitee.confirm,
        organiser=invitee.organiser,
    )


@transaction.atomic
def invite(conference_id: str, invitee: Invitee, *, by: str = "") -> Participant:
    """Add somebody to an open conference. `by`: who wants it, in words.

    Raises NotPossibleNow: it is over, full, or he is in.
    """
    conference = _locked(conference_id)
    if conference.status not in OPEN_CONFERENCE:
        raise NotPossibleNow("The conference is over: nobody can be added.", "conference_over")
    locking.refuse_if_locked(conference)
    people = conference.participants
    if people.count() >= MOST_PARTICIPANTS:
        raise NotPossibleNow(f"A conference has at most {MOST_PARTICIPANTS} people.", "full")
    if people.filter(phone_number=invitee.phone_number, mode=invitee.mode).exists():
        raise NotPossibleNow(
            f"{invitee.phone_number} is in this conference already with mode {invitee.mode}.",
            "already_invited",
        )
    person = _participant(conference, invitee)
    journal.add_participant(person, by=by)
    orders.place([orders.invitation(person)])
    return person


@transaction.atomic
def remove(participant_id: str, *, by: str = "") -> Participant:
    """Hang somebody up, or withdraw the invitation. Who has gone already stays as he is."""
    of_id = Participant.objects.filter(id=participant_id)
    conference = _locked(of_id.values_list("conference_id", flat=True).get())
    person = of_id.get()  # read under the lock: a worker may just have begun to call
    orders.drop_invitation(person.id)
    ending.cancel_unasked_legs(participant_id=person.id)
    legs = list(person.legs.select_for_update(no_key=True).filter(status__in=LEG_OPEN))
    for leg in legs:
        _hang_up(leg, by)
    if not legs:
        _withdraw(person, by)
    ending.end_if_empty(conference.id)
    person.refresh_from_db()
    return person


def _hang_up(leg: Call, by: str) -> None:
    asked = Happening(
        kind=EventKind.HANG_UP_ASKED, key=f"{leg.id}:hang_up_asked", detail={"by": by}
    )
    journal.note(
        asked,
        conference_id=leg.conference_id,
        participant_id=leg.participant_id,
        call_id=leg.id,
    )
    orders.place([orders.hang_up(leg)])


def _withdraw(person: Participant, by: str) -> None:
    if person.status in PARTICIPANT_MOVES[ParticipantStatus.CANCELED]:
        key = f"{person.id}:withdrawn:{person.attempt}"
        withdrawn = Happening(kind=EventKind.WITHDRAWN, key=key, detail={"by": by})
        journal.move_participant(person, ParticipantStatus.CANCELED, withdrawn)


def rename(participant_id: str, name: str, *, by: str) -> Participant:
    """Call somebody by another name, at any time."""
    with transaction.atomic():
        person = Participant.objects.select_for_update(no_key=True).get(id=participant_id)
        if person.name != name:
            renamed = Happening(
                kind=EventKind.RENAMED,
                key=f"{ids.event_id()}:renamed",
                detail={"from": person.name, "to": name, "by": by},
            )
            journal.rename(person, name, renamed)
            person.name = name
    return person


def end_by_request(conference_id: str, *, by: str = "") -> bool:
    """End a conference for all. False: it is over already, and stays as it is."""
    return ending.end(conference_id, EndReason.ENDED_BY_USER, by=by)


def _locked(conference_id: str) -> Conference:
    return Conference.objects.select_for_update(no_key=True).get(id=conference_id)
