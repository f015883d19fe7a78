"""The only writer of state: an event and the move that it makes, in one transaction.

Each function locks the row that it may move, so its reading still holds when it writes. Whoever
needs several rows locks them in this order: conference, leg, participant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone

from calls.models import Call, CallEvent, Conference, Participant
from calls.presence import Presence, Sighting, presence
from calls.states import (
    CONFERENCE_MOVES,
    LEG_MOVES,
    LEG_OVER,
    PARTICIPANT_MOVES,
    ConferenceStatus,
    Direction,
    EventKind,
    LegStatus,
    ParticipantStatus,
    shown,
)


class Recorded(Enum):
    APPLIED = auto()
    NOT_APPLIED = auto()  # kept as an event, but it came too late to move anything
    DUPLICATE = auto()  # known already: nothing was written


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is told. Told twice, it has the same `key`; `detail` never holds digits of a code."""

    kind: EventKind
    key: str
    at: datetime = field(default_factory=timezone.now)
    stream: str = ""
    sequence: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(
    happening: Happening,
    *,
    conference_id: str | None = None,
    participant_id: str | None = None,
    call_id: str | None = None,
    applied: bool = True,
) -> bool:
    """Write an event that moves nothing. False: it was there already."""
    return _insert(
        CallEvent(
            kind=happening.kind,
            key=happening.key,
            at=happening.at,
            stream=happening.stream,
            sequence=happening.sequence,
            detail=dict(happening.detail),
            conference_id=conference_id,
            participant_id=participant_id,
            call_id=call_id,
            applied=applied,
        )
    )


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


def add_participant(participant: Participant) -> None:
    participant.save(force_insert=True)
    added = Happening(
        kind=EventKind.PARTICIPANT_ADDED,
        key=f"{participant.id}:added",
        detail={"mode": participant.mode, "invited": participant.invited},
    )
    note(added, conference_id=participant.conference_id, participant_id=participant.id)


def new_leg(call: Call) -> bool:
    """Write a leg before anybody acts on it. False: its external id is known already."""
    with transaction.atomic():
        if not _insert(call):
            return False
        told = Happening(
            kind=EventKind.LEG_STATUS,
            key=f"{call.id}:{call.status}",
            at=call.created_at,
            detail={"status": call.status},
        )
        _note_of(call, told)
        if call.participant_id:
            Participant.objects.filter(id=call.participant_id).update(
                current_call=call.id, error_code="", error_detail=""
            )
            _show(call)
    return True


def leg_told(
    call_id: str,
    status: LegStatus,
    happening: Happening,
    *,
    sid: str | None = None,
    duration: int | None = None,
    error: tuple[str, str] | None = None,
) -> Recorded:
    """The network, or our own asking, says that a leg has come to `status`.

    `duration` is in seconds, `error` a code and a sentence. Facts are filled in even when the
    word itself came too late to move the leg: the order in which the words come does not matter.
    """
    with transaction.atomic():
        call = _locked_call(call_id)
        moves = call.status in LEG_MOVES[status]
        known = moves or call.status == status
        if not _note_of(call, happening, applied=known):
            return Recorded.DUPLICATE
        if moves:
            call.status = status
        if sid and not call.sid:
            call.sid = sid
        if duration is not None and call.duration is None:
            call.duration = duration
        if error and not call.error_code:
            call.error_code, call.error_detail = error
        _fill_times(call, status, happening.at)
        _save_leg(call)
        return Recorded.APPLIED if known else Recorded.NOT_APPLIED


def bind(call_id: str, sid: str) -> bool:
    """Remember the network's id of a leg. False: it is known by another one."""
    Call.objects.filter(id=call_id, sid__isnull=True).update(sid=sid)
    return Call.objects.filter(id=call_id, sid=sid).exists()


def leg_seen(call_id: str, happening: Happening) -> Recorded:
    """A leg came into the room or left it (`JOINED`, `LEFT`)."""
    with transaction.atomic():
        call = _locked_call(call_id)
        if not _note_of(call, happening):
            return Recorded.DUPLICATE
        _save_leg(call)
        return Recorded.APPLIED


def admit(call_id: str, participant: Participant, happening: Happening) -> Recorded:
    """A leg may enter the room; from now on it is its participant's newest."""
    with transaction.atomic():
        call = _locked_call(call_id)
        call.participant_id = participant.id
        call.conference_id = participant.conference_id
        if not _note_of(call, happening):
            return Recorded.DUPLICATE
        call.admitted_at = call.admitted_at or happening.at
        call.save(update_fields=["participant", "conference", "admitted_at"])
        Participant.objects.filter(id=participant.id).update(current_call=call.id)
        return Recorded.APPLIED


def move_conference(
    conference_id: str, to: ConferenceStatus, happening: Happening, **columns: Any
) -> bool:
    """Move a conference, if its table allows, with the columns that go with the move."""
    with transaction.atomic():
        moved = Conference.objects.filter(
            id=conference_id, status__in=CONFERENCE_MOVES[to]
        ).update(status=to, **columns)
        return bool(moved) and note(happening, conference_id=conference_id)


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


def describe_participant(participant_id: str, **columns: Any) -> None:
    """Write what is known of a participant beside the state, e.g. how the text fares."""
    assert "status" not in columns, "a state is moved, not written"
    Participant.objects.filter(id=participant_id).update(**columns)


def _locked_call(call_id: str) -> Call:
    return Call.objects.select_for_update().get(id=call_id)


def _note_of(call: Call, happening: Happening, *, applied: bool = True) -> bool:
    return note(
        happening,
        conference_id=call.conference_id,
        participant_id=call.participant_id,
        call_id=call.id,
        applied=applied,
    )


def _fill_times(call: Call, status: LegStatus, at: datetime) -> None:
    if status is LegStatus.RINGING:
        call.ringing_at = _earliest(call.ringing_at, at)
    elif status is LegStatus.IN_PROGRESS:
        call.answered_at = _earliest(call.answered_at, at)
    elif status in LEG_OVER:
        call.ended_at = _earliest(call.ended_at, at)


def _earliest(known: datetime | None, told: datetime) -> datetime:
    return min(known, told) if known else told


def _save_leg(call: Call) -> None:
    if call.admitted_at:
        found = _presence(call)
        call.joined_at, call.left_at = found.joined_at, found.left_at
        call.in_room_since, call.talk_seconds = found.in_room_since, found.talk_seconds
    call.save(
        update_fields=[
            "sid",
            "status",
            "duration",
            "error_code",
            "error_detail",
            "ringing_at",
            "answered_at",
            "ended_at",
            "joined_at",
            "left_at",
            "in_room_since",
            "talk_seconds",
        ]
    )
    if call.participant_id:
        _show(call)


def _presence(call: Call) -> Presence:
    rows = CallEvent.objects.filter(
        call_id=call.id, kind__in=[EventKind.JOINED, EventKind.LEFT]
    ).values_list("kind", "at", "stream", "sequence")
    sightings = [Sighting(EventKind(kind), at, *rest) for kind, at, *rest in rows]
    return presence(sightings, call.ended_at)


def _show(call: Call) -> None:
    """Let the participant show this leg, if it is his newest."""
    of_leg = Participant.objects.filter(id=call.participant_id, current_call_id=call.id)
    status = shown(
        Direction(call.direction),
        LegStatus(call.status),
        admitted=call.admitted_at is not None,
        in_room=call.in_room_since is not None,
        was_in_room=call.joined_at is not None,
    )
    columns: dict[str, Any] = {"status": status} if status else {}
    if call.error_code:
        columns |= {"error_code": call.error_code, "error_detail": call.error_detail}
    if columns:
        of_leg.update(**columns)
    if call.joined_at:
        _sum_up(str(call.participant_id))


def _sum_up(participant_id: str) -> None:
    """What all legs of a participant come to: first entry, last exit, time in the room."""
    legs = Call.objects.filter(participant_id=participant_id)
    sums = legs.aggregate(joined=Min("joined_at"), left=Max("left_at"), talk=Sum("talk_seconds"))
    inside = legs.filter(in_room_since__isnull=False).exists()
    Participant.objects.filter(id=participant_id).update(
        joined_at=sums["joined"],
        left_at=None if inside else sums["left"],
        talk_seconds=sums["talk"] or 0,
    )


def _insert(row: CallEvent | Call) -> bool:
    """INSERT unless a unique key stands against it; the ORM does not tell which of the two."""
    fields = row._meta.concrete_fields
    quoted = connection.ops.quote_name
    names = ", ".join(quoted(f.column) for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields]
    sql = f"INSERT INTO {quoted(row._meta.db_table)} ({names}) VALUES ({marks})"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ON CONFLICT DO NOTHING", values)
        return cursor.rowcount == 1
