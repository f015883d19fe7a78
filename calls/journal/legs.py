"""Legs, and what their participants show of them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Sum, Value
from django.db.models.functions import Concat, Left

from calls.journal.events import Happening, Recorded, insert_once, note
from calls.models import Call, CallEvent, Participant
from calls.outcomes import outcome
from calls.presence import Presence, Sighting, presence
from calls.states import LEG_MOVES, LEG_OVER, Direction, EventKind, LegStatus, shown

_LONGEST_PATH = 40  # keys; a caller who goes in circles is remembered by his first ones


def new_leg(call: Call) -> bool:
    """Write a leg before anybody acts on it. False: its external id is known already."""
    call.outcome = outcome(call)
    with transaction.atomic():
        if not insert_once(call):
            return False
        told = Happening(
            kind=EventKind.LEG_STATUS,
            key=f"{call.id}:{call.status}",
            at=call.created_at,
            detail={"status": call.status},
        )
        _note_of(call, told)
        if call.participant_id:
            Participant.objects.filter(id=call.participant_id).update(current_call=call.id)
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

    `duration` is in seconds; `error` is a code and a sentence that explain this status. Times and
    duration are filled in even when the word itself came too late to move the leg: the order in
    which the words come does not matter.
    """
    with transaction.atomic():
        call = _locked_call(call_id)
        moves = call.status in LEG_MOVES[status] and not _evidence_against(call, status)
        known = moves or call.status == status
        if not _note_of(call, happening.explained(error), applied=known):
            return Recorded.DUPLICATE
        if moves:
            call.status = status
            call.error_code, call.error_detail = "", ""
        if error and known and not call.error_code:
            call.error_code, call.error_detail = error
        call.sid = call.sid or sid
        if duration is not None:
            call.duration = max(duration, call.duration or 0)
        _fill_times(call, status, happening.at)
        _save_leg(call)
        return Recorded.APPLIED if known else Recorded.NOT_APPLIED


def bind(call_id: str, sid: str) -> bool:
    """Remember the network's id of a leg. False: it has another one, or another leg has it."""
    ours = Call.objects.filter(id=call_id)
    if not ours.filter(sid=sid).exists():  # nearly always it is known, and reading is cheap
        with suppress(IntegrityError), transaction.atomic():
            ours.filter(sid__isnull=True).update(sid=sid)
        return ours.filter(sid=sid).exists()
    return True


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
        _save_leg(call)  # it may be over already, or have been seen in the room
        return Recorded.APPLIED


def menu_key(call: Call, key: str, happening: Happening) -> bool:
    """A caller pressed a key that leads somewhere. False: we know of it."""
    with transaction.atomic():
        new = _note_of(call, happening)
        if new:
            path = Concat("menu_path", Value(key))
            Call.objects.filter(id=call.id).update(menu_path=Left(path, _LONGEST_PATH))
        return new


def forwarded(call: Call, happening: Happening) -> None:
    """A person's phone begins to ring for this caller."""
    with transaction.atomic():
        locked = _locked_call(call.id)
        if _note_of(locked, happening):
            locked.forwarded_at = _earliest(locked.forwarded_at, happening.at)
            _save_leg(locked)


def leg_taken(call_id: str, happening: Happening) -> bool:
    """A person takes a call: from now on the caller and he talk. Both legs tell of it.

    False: the caller had hung up before.
    """
    with transaction.atomic():
        parent_id = Call.objects.values_list("parent_id", flat=True).get(id=call_id)
        parent = _locked_call(str(parent_id))
        if parent.status in LEG_OVER and not parent.taken_at:
            return False
        leg = _locked_call(call_id)
        for each in (parent, leg):
            each.taken_at = _earliest(each.taken_at, happening.at)
            _save_leg(each)
        by = {**happening.detail, "leg": call_id, "by": leg.to_number}
        note(replace(happening, key=f"{happening.key}:by", detail=by), call_id=parent_id)
        note(happening, call_id=call_id)
        return True


def dismissed(call_id: str, happening: Happening) -> None:
    """We end a leg ourselves, before it was let in anywhere."""
    with transaction.atomic():
        call = _locked_call(call_id)
        _note_of(call, happening)
        if not call.admitted_at:
            call.dismissed_at = _earliest(call.dismissed_at, happening.at)
            _save_leg(call)


def message_left(call_id: str, at: datetime) -> None:
    """A caller has said something after the beep."""
    with transaction.atomic():
        call = _locked_call(call_id)
        call.message_left_at = _earliest(call.message_left_at, at)
        _save_leg(call)


def _locked_call(call_id: str) -> Call:
    return Call.objects.select_for_update(no_key=True).get(id=call_id)


def _evidence_against(call: Call, status: LegStatus) -> bool:
    """A leg whose external id has reached us exists; that an answer never came is no news then."""
    return status is LegStatus.UNKNOWN and call.sid is not None


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
    call.outcome = outcome(call)
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
            "forwarded_at",
            "message_left_at",
            "taken_at",
            "dismissed_at",
            "outcome",
        ]
    )
    if call.participant_id:
        _show(call)


def _presence(call: Call) -> Presence:
    rows = CallEvent.objects.filter(
        call_id=call.id, kind__in=[EventKind.JOINED, EventKind.LEFT]
    ).values_list("kind", "at", "stream", "sequence")
    return presence((Sighting(EventKind(row[0]), *row[1:]) for row in rows), call.ended_at)


def _show(call: Call) -> None:
    """Let the participant show this leg, if it is his newest."""
    of_leg = Participant.objects.filter(id=call.participant_id, current_call_id=call.id)
    status = shown(
        Direction(call.direction),
        LegStatus(call.status),
        admitted=call.admitted_at is not None,
        in_room=call.in_room_since is not None,
        was_in_room=call.joined_at is not None,
        dismissed=call.dismissed_at is not None,
    )
    columns: dict[str, Any] = {"status": status} if status else {}
    of_leg.update(error_code=call.error_code, error_detail=call.error_detail, **columns)
    if call.joined_at:
        _sum_up(str(call.participant_id))


def _sum_up(participant_id: str) -> None:
    """What all legs of a participant come to: first entry, last exit, time in the room.

    Under the participant's lock: of two legs that end at once, neither would see the other.
    """
    Participant.objects.select_for_update(no_key=True).get(id=participant_id)
    legs = Call.objects.filter(participant_id=participant_id)
    sums = legs.aggregate(joined=Min("joined_at"), left=Max("left_at"), talk=Sum("talk_seconds"))
    inside = legs.filter(in_room_since__isnull=False).exists()
    Participant.objects.filter(id=participant_id).update(
        joined_at=sums["joined"],
        left_at=None if inside else sums["left"],
        talk_seconds=sums["talk"] or 0,
    )
