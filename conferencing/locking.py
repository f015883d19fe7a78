"""A locked conference takes in nobody new."""

from django.db import transaction

from calls import ids, journal
from calls.journal import Happening
from calls.models import Conference, Participant
from calls.states import OPEN_CONFERENCE, EventKind
from conferencing import orders
from conferencing.errors import NotPossibleNow


@transaction.atomic
def lock(conference_id: str, *, by: str, reason: str = "") -> Conference:
    """From now on nobody new is let in, texted or called. `reason` is said to who tries.

    Raises NotPossibleNow: it is over.
    """
    conference = _open(conference_id)
    if not conference.locked_at or conference.lock_reason != reason:
        journal.lock(conference.id, reason, _happening(EventKind.LOCKED, by, reason=reason))
        conference.refresh_from_db()
    return conference


@transaction.atomic
def unlock(conference_id: str, *, by: str) -> Conference:
    """Let people in again, and invite those who had to wait. Raises NotPossibleNow: it is over."""
    conference = _open(conference_id)
    if conference.locked_at:
        journal.unlock(conference.id, _happening(EventKind.UNLOCKED, by))
        orders.invite_now(conference.id)
        conference.refresh_from_db()
    return conference


def keeps_out(conference: Conference, person: Participant | None) -> bool:
    """Whoever has been in before is not new."""
    been_in = person is not None and person.joined_at is not None
    return conference.locked_at is not None and not been_in


def refuse_if_locked(conference: Conference) -> None:
    """Raises NotPossibleNow."""
    if conference.locked_at:
        raise NotPossibleNow("The conference is locked: unlock it first.", "locked")


def _open(conference_id: str) -> Conference:
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    if conference.status not in OPEN_CONFERENCE:
        raise NotPossibleNow("The conference is over.", "conference_over")
    return conference


def _happening(kind: EventKind, by: str, **detail: str) -> Happening:
    said = {name: words for name, words in detail.items() if words}
    return Happening(kind=kind, key=f"{ids.event_id()}:{kind}", detail={"by": by, **said})
