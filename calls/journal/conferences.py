"""Conferences: opened, moved, ended."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from calls.journal.events import Happening, note, note_each
from calls.models import Conference, Participant
from calls.rows import table
from calls.states import CONFERENCE_MOVES, ConferenceStatus, EventKind


def open_conference(
    conference: Conference, participants: Collection[Participant], *, detail: Mapping[str, Any]
) -> None:
    """Write a new conference, its people and the event. The caller holds the transaction."""
    table(Conference).insert([conference])
    table(Participant).insert(participants)
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
    with transaction.atomic(savepoint=False):
        moved = any(
            table(Conference).update({"status": to, **columns}, id=conference_id, status=each)
            for each in sorted(CONFERENCE_MOVES[to])
        )
        return moved and note(happening, conference_id=conference_id)


def move_together(
    conference_ids: Collection[str],
    to: ConferenceStatus,
    told: Callable[[str], Happening],
    **columns: Any,
) -> list[str]:
    """As `move_conference`, for many in a few statements. Returns those that were moved."""
    with transaction.atomic():
        movable = Conference.objects.filter(
            id__in=conference_ids, status__in=CONFERENCE_MOVES[to]
        ).select_for_update(no_key=True)
        moved = list(movable.order_by("id").values_list("id", flat=True))
        Conference.objects.filter(id__in=moved).update(status=to, **columns)
        note_each((told(each), each) for each in moved)
        return moved


def room_is(conference_id: str, room_sid: str) -> None:
    """Remember the network's id of the room that a conference has now."""
    others = Conference.objects.filter(id=conference_id).exclude(room_sid=room_sid)
    others.update(room_sid=room_sid)


def release_codes(ended_before: datetime) -> int:
    """Let the codes of conferences that ended before then be drawn again. Returns how many."""
    return Conference.objects.filter(
        status=ConferenceStatus.ENDED, code_held=True, ended_at__lt=ended_before
    ).update(code_held=False)
