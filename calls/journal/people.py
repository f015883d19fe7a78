"""Participants, as far as no leg speaks for them."""

from typing import Any

from django.db import transaction

from calls.journal.events import Happening, Recorded, note
from calls.models import Participant
from calls.states import (
    PARTICIPANT_MOVES,
    TEXT_MOVES,
    TEXT_SHOWN,
    EventKind,
    ParticipantStatus,
    TextStatus,
)


def add_participant(participant: Participant, *, by: str = "") -> None:
    """`by`: who wants it, in words; empty: nobody, who comes only knew the code."""
    participant.save(force_insert=True)
    added = Happening(
        kind=EventKind.PARTICIPANT_ADDED,
        key=f"{participant.id}:added",
        detail={
            "mode": participant.mode,
            "invited": participant.invited,
            **({"by": by} if by else {}),
        },
    )
    note(added, conference_id=participant.conference_id, participant_id=participant.id)


def text_told(
    participant_id: str,
    status: TextStatus,
    happening: Happening,
    *,
    sid: str | None = None,
    error: tuple[str, str] | None = None,
) -> Recorded:
    """The network, or our own asking, says how a participant's SMS fares.

    Once the person has a leg, the leg speaks for him, and the text's fate is a fact beside it.
    """
    with transaction.atomic():
        person = Participant.objects.select_for_update(no_key=True).get(id=participant_id)
        moves = person.text_status in TEXT_MOVES[status]
        known = moves or person.text_status == status
        new = note(
            happening.explained(error),
            conference_id=person.conference_id,
            participant_id=person.id,
            applied=known,
        )
        if not new:
            return Recorded.DUPLICATE
        person.text_sid = person.text_sid or sid
        if moves:
            person.text_status = status
        if known and person.current_call_id is None:
            _show_text(person, error, moved=moves)
        person.save(
            update_fields=["text_sid", "text_status", "status", "error_code", "error_detail"]
        )
        return Recorded.APPLIED if known else Recorded.NOT_APPLIED


def _show_text(person: Participant, error: tuple[str, str] | None, *, moved: bool) -> None:
    shows = TEXT_SHOWN[TextStatus(person.text_status)]
    if moved:
        person.error_code, person.error_detail = "", ""
        if person.status in PARTICIPANT_MOVES[shows]:
            person.status = shows
    if error and not person.error_code:
        person.error_code, person.error_detail = error


def move_participant(
    participant: Participant, to: ParticipantStatus, happening: Happening, **columns: Any
) -> bool:
    """Move a participant whom no leg speaks for: texts, withdrawals, the conference's end.

    `columns` are written only if the move is legal; the event is kept either way.
    """
    with transaction.atomic():
        moved = Participant.objects.filter(
            id=participant.id, status__in=PARTICIPANT_MOVES[to]
        ).update(status=to, **columns)
        note(
            happening,
            conference_id=participant.conference_id,
            participant_id=participant.id,
            applied=bool(moved),
        )
        return bool(moved)
