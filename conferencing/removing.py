"""Take somebody out by a word that says which: hang up, or withdraw the invitation.

`conferences.remove` does either. Whoever presses a button means the one that it names: a person
who has come in meanwhile is not hung up by withdrawing, and one who has gone is not called gone.
"""

from django.db import transaction

from calls.models import Conference, Participant
from calls.states import LEG_OPEN, PARTICIPANT_MOVES, ParticipantStatus
from conferencing import conferences
from conferencing.errors import NotPossibleNow


@transaction.atomic
def hang_up(participant_id: str, *, by: str) -> Participant:
    """Raises NotPossibleNow: is not on the phone."""
    person = _locked(participant_id)
    if not person.legs.filter(status__in=LEG_OPEN).exists():
        raise NotPossibleNow(f"{person} is not on the phone any more.", "not_on_phone")
    return conferences.remove(participant_id, by=by)


@transaction.atomic
def withdraw(participant_id: str, *, by: str) -> Participant:
    """Raises NotPossibleNow: is on the phone, or there is no invitation to withdraw."""
    person = _locked(participant_id)
    if person.legs.filter(status__in=LEG_OPEN).exists():
        raise NotPossibleNow(f"{person} is on the phone: hang up instead.", "on_phone")
    if person.status not in PARTICIPANT_MOVES[ParticipantStatus.CANCELED]:
        raise NotPossibleNow(f"{person} is not waited for any more.", "not_invited")
    return conferences.remove(participant_id, by=by)


def _locked(participant_id: str) -> Participant:
    """Under the conference's lock nobody begins to call, and nobody is let in."""
    of_id = Participant.objects.filter(id=participant_id)
    conference_id = of_id.values_list("conference_id", flat=True).get()
    Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    return of_id.get()
