"""Invite somebody once more: whoever was missed is called again, the text is sent again."""

from django.db import transaction

from calls import ids, journal
from calls.journal import Happening
from calls.models import Conference, Participant
from calls.states import (
    MAY_BE_INVITED_AGAIN,
    OPEN_CONFERENCE,
    EventKind,
    ParticipantStatus,
)
from conferencing import locking, orders
from conferencing.errors import NotPossibleNow

MOST_ATTEMPTS = 10  # for one person of one conference

_WHY_NOT = {
    ParticipantStatus.JOINED: "{} is in the room.",
    ParticipantStatus.UNKNOWN: "Whether {} was reached is not known yet: asking again could reach"
    " them twice.",
}


@transaction.atomic
def retry(participant_id: str, *, by: str) -> Participant:
    """Text or call somebody again. Who is about to be invited is left so.

    Raises NotPossibleNow: is being called, is in, was never invited, the conference is over or
    locked, or it has been tried too often.
    """
    of_id = Participant.objects.filter(id=participant_id)
    conference_id = of_id.values_list("conference_id", flat=True).get()
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    person = of_id.select_for_update(no_key=True).get()
    if person.status != ParticipantStatus.PENDING:
        _refuse(conference, person)
        again = Happening(
            kind=EventKind.RETRIED,
            key=f"{ids.event_id()}:retried",
            detail={"by": by, "mode": person.mode},
        )
        if journal.invite_again(person, again):
            person.refresh_from_db()
            orders.place([orders.invitation(person)])
    return person


def _refuse(conference: Conference, person: Participant) -> None:
    if conference.status not in OPEN_CONFERENCE:
        raise NotPossibleNow("The conference is over: nobody can be invited.", "conference_over")
    locking.refuse_if_locked(conference)
    if not person.phone_number or not person.invited:
        raise NotPossibleNow(
            f"{person} was never invited: add the number, to be called.", "not_invited"
        )
    if person.status not in MAY_BE_INVITED_AGAIN:
        why = _WHY_NOT.get(ParticipantStatus(person.status), "{} is being called.")
        raise NotPossibleNow(why.format(person), "under_way")
    if person.attempt >= MOST_ATTEMPTS:
        raise NotPossibleNow(f"{person} was invited {MOST_ATTEMPTS} times already.", "too_often")
