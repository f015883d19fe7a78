"""What an organiser wants of a conference or of somebody in it, and what came of it.

The callers hold the row's lock: of two organisers, the later one has the last word.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from calls.journal.events import Happening, Recorded, note
from calls.models import Announcement, Call, Conference, Participant
from calls.states import (
    ANNOUNCEMENT_MOVES,
    MAY_BE_INVITED_AGAIN,
    AnnouncementStatus,
    Command,
    ConferenceStatus,
    EventKind,
    ParticipantStatus,
)

_WANTED: Mapping[Command, dict[str, bool]] = {
    Command.MUTE: {"to_be_muted": True},
    Command.UNMUTE: {"to_be_muted": False},
    Command.HOLD: {"to_be_held": True},
    Command.RESUME: {"to_be_held": False},
}
_ENDS: Mapping[AnnouncementStatus, EventKind] = {
    AnnouncementStatus.DONE: EventKind.ANNOUNCEMENT_HEARD,
    AnnouncementStatus.FAILED: EventKind.ANNOUNCEMENT_FAILED,
}


def ask(person: Participant, command: Command, happening: Happening) -> bool:
    """Somebody wants a participant muted, held, …. False: that was asked before."""
    with transaction.atomic():
        if not _note_of(person, happening):
            return False
        asked = Participant.objects.filter(id=person.id)
        asked.update(**_WANTED.get(command, {}))
        if command is Command.HOLD:  # who was left alone hears music already: that is no news
            asked.filter(current_call__on_hold=True).update(on_hold=True)
        return True


def not_done(leg: Call, happening: Happening) -> None:
    """The network will not do what was asked of a leg: then it is not wanted any more."""
    with transaction.atomic():
        note(
            happening,
            conference_id=leg.conference_id,
            participant_id=leg.participant_id,
            call_id=leg.id,
        )
        Participant.objects.filter(id=leg.participant_id, current_call_id=leg.id).update(
            to_be_muted=F("muted"), to_be_held=F("on_hold")
        )


def extend(conference: Conference, ends_at: datetime, happening: Happening) -> bool:
    """A live conference lasts longer. False: it was extended by this very happening before."""
    with transaction.atomic():
        if not note(happening, conference_id=conference.id):
            return False
        live = Conference.objects.filter(id=conference.id, status=ConferenceStatus.LIVE)
        return bool(live.update(ends_at=ends_at))


def lock(conference_id: str, reason: str, happening: Happening) -> None:
    with transaction.atomic():
        note(happening, conference_id=conference_id)
        Conference.objects.filter(id=conference_id).update(
            locked_at=happening.at, lock_reason=reason
        )


def unlock(conference_id: str, happening: Happening) -> None:
    with transaction.atomic():
        note(happening, conference_id=conference_id)
        Conference.objects.filter(id=conference_id).update(locked_at=None, lock_reason="")


def rename(person: Participant, name: str, happening: Happening) -> None:
    with transaction.atomic():
        _note_of(person, happening)
        Participant.objects.filter(id=person.id).update(name=name)


def invite_again(person: Participant, happening: Happening) -> bool:
    """A participant is to be texted or called once more; his earlier leg no longer speaks for him.

    False: somebody else did so a moment ago.
    """
    with transaction.atomic():
        again = Participant.objects.filter(
            id=person.id, attempt=person.attempt, status__in=MAY_BE_INVITED_AGAIN
        )
        moved = again.update(
            status=ParticipantStatus.PENDING,
            current_call=None,
            text_sid=None,
            text_status="",
            error_code="",
            error_detail="",
            attempt=F("attempt") + 1,
        )
        return bool(moved) and _note_of(person, happening)


def announce(announcement: Announcement, detail: Mapping[str, Any]) -> None:
    """Write down what is to be said; whoever performs the order tells what came of it."""
    with transaction.atomic():
        announcement.save(force_insert=True)
        announced = Happening(
            kind=EventKind.ANNOUNCED,
            key=f"{announcement.id}:announced",
            at=announcement.created_at,
            detail=detail,
        )
        _note_about(announcement, announced)


def move_announcement(
    announcement_id: str,
    to: AnnouncementStatus,
    *,
    at: datetime | None = None,
    error: tuple[str, str] | None = None,
) -> Recorded:
    """What has become of an announcement; `error` is a code and a sentence."""
    with transaction.atomic():
        row = Announcement.objects.select_for_update(no_key=True).get(id=announcement_id)
        if row.status not in ANNOUNCEMENT_MOVES[to]:
            return Recorded.NOT_APPLIED
        row.status = to
        row.error_code, row.error_detail = error or ("", "")
        if to is AnnouncementStatus.DONE:
            row.said_at = at or timezone.now()
        row.save(update_fields=["status", "error_code", "error_detail", "said_at"])
        if to in _ENDS:
            over = Happening(kind=_ENDS[to], key=f"{row.id}:{to}", at=at or timezone.now())
            _note_about(row, over.explained(error))
        return Recorded.APPLIED


def _note_of(person: Participant, happening: Happening) -> bool:
    return note(
        happening,
        conference_id=person.conference_id,
        participant_id=person.id,
        call_id=person.current_call_id,
    )


def _note_about(announcement: Announcement, happening: Happening) -> bool:
    return note(
        happening,
        conference_id=announcement.conference_id,
        participant_id=announcement.participant_id,
    )
