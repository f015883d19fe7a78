"""Conferences: opened, moved, ended."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from calls.journal.events import Happening, note
from calls.models import Conference, Participant
from calls.states import CONFERENCE_MOVES, ConferenceStatus, EventKind


def open_conference(
    conference: Conference, participants: Iterable[Participant], *, detail: Mapping[str, Any]
) -> None:
    """Write a new conference, its people and the event. The caller holds the transaction."""
    conference.save(force_insert=True)
    Participant.objects.bulk_create(participants)
    opened = Happening(
        kind=EventKind.OPENED,
        key=f"{conference.id}:opened",
        at=conference.created_at,
        detail=detail,
    )
    note(opened, conference_id=conference.id)


def move_conference(
    conference_id: str, to: ConferenceStatus, happening: Happening, **columns: Any
) -> bool:
    """Move a conference, if its table allows, with the columns that go with the move."""
    with transaction.atomic():
        moved = Conference.objects.filter(id=conference_id, status__in=CONFERENCE_MOVES[to]).update(
            status=to, **columns
        )
        return bool(moved) and note(happening, conference_id=conference_id)


def room_is(conference_id: str, room_sid: str) -> None:
    """Remember the network's id of the room that a conference has now."""
    others = Conference.objects.filter(id=conference_id).exclude(room_sid=room_sid)
    others.update(room_sid=room_sid)


def release_codes(ended_before: datetime) -> int:
    """Let the codes of conferences that ended before then be drawn again. Returns how many."""
    return Conference.objects.filter(
        status=ConferenceStatus.ENDED, code_held=True, ended_at__lt=ended_before
    ).update(code_held=False)
