"""Legs, and what their participants show of them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat, Left

from calls import statements
from calls.journal.events import Happening, Recorded, note
from calls.journal.showing import (
    note_of,
    save_leg,
    shown_by_person,
    sighting_in,
    sightings_of,
    tell,
)
from calls.models import Call, CallEvent, Conference, Participant
from calls.outcomes import outcome
from calls.presence import Presence
from calls.questions import question
from calls.rows import table
from calls.states import LEG_MOVES, LEG_OVER, EventKind, LegStatus

_LONGEST_PATH = 40  # keys; a caller who goes in circles is remembered by his first ones


def new_leg(call: Call) -> bool:
    """Write a leg before anybody acts on it. False: its external id is known already."""
    call.outcome = outcome(call)
    call.owner = _owner(call.conference)
    with transaction.atomic():
        if not table(Call).insert_once(call):
            return False
        told = Happening(
            kind=EventKind.LEG_STATUS,
            key=f"{call.id}:{call.status}",
            at=call.created_at,
            detail={"status": call.status},
        )
        note_of(call, told)
        if call.participant_id:
            statements.write(*shown_by_person(call, Presence(), newest=True))
    return True


def leg_told(
    call_id: str,
    status: LegStatus,
    happening: Happening,
    *,
    sid: str | None = None,
    heard_from: str = "",
    duration: int | None = None,
    answered_at: datetime | None = None,
    error: tuple[str, str] | None = None,
) -> Recorded:
    """The network, or our own asking, says that a leg has come to `status`.

    `sid` is the network's id of the leg, as it answered us; `heard_from` the one under which it
    speaks by itself: it may speak of another leg, or of one whose id we have not learnt yet.
    `duration` is in seconds; `answered_at` is told with the end of a leg whose answer nobody may
    have told; `error` is a code and a sentence that explain this status. Times and
    duration are filled in even when the word itself came too late to move the leg: the order in
    which the words come does not matter.
    """
    with transaction.atomic():
        call = _locked_call(call_id)
        if heard_from and not _is_of(call, heard_from):
            return Recorded.NOT_OURS
        moves = call.status in LEG_MOVES[status] and not _evidence_against(call, status)
        known = moves or call.status == status
        if moves:
            call.status = status
            call.error_code, call.error_detail = "", ""
        if error and known and not call.error_code:
            call.error_code, call.error_detail = error
        call.sid = call.sid or sid
        if duration is not None:
            call.duration = max(duration, call.duration or 0)
        _fill_times(call, status, happening.at)
        if answered_at:
            call.answered_at = _earliest(call.answered_at, answered_at)
        if not tell(call, happening.explained(error), applied=known):
            return Recorded.DUPLICATE
        return Recorded.APPLIED if known else Recorded.NOT_APPLIED


def bind(call_id: str, sid: str) -> bool:
    """Remember the network's id of a leg. False: it has another one, or another leg has it."""
    if not _bound.any(call_id, sid):  # nearly always it is known, and reading is cheap
        with suppress(IntegrityError), transaction.atomic():
            Call.objects.filter(id=call_id, sid__isnull=True).update(sid=sid)
        return _bound.any(call_id, sid)
    return True


@question
def _bound(call_id: str, sid: str) -> QuerySet[Call, tuple[str]]:
    return Call.objects.filter(id=call_id, sid=sid).values_list("id")


def _is_of(call: Call, sid: str) -> bool:
    if call.sid is None and bind(call.id, sid):
        call.sid = sid
    return call.sid == sid


def leg_seen(call_id: str, happening: Happening) -> Recorded:
    """A leg came into the room or left it (`JOINED`, `LEFT`), or is in it in another way.

    A leg joins once: its later entries are `RETURNED`.
    """
    with transaction.atomic():
        call = _locked_call(call_id)
        if happening.kind is EventKind.JOINED and _has_joined(call):
            happening = replace(happening, kind=EventKind.RETURNED)
        seen = [*sightings_of(call), sighting_in(happening)]
        return Recorded.APPLIED if tell(call, happening, seen=seen) else Recorded.DUPLICATE


def _has_joined(call: Call) -> bool:
    """Whether its entry was told; one whose exit was told first has only a supposed one."""
    return call.joined_at is not None and _joinings.any(call.id)


@question
def _joinings(call_id: str) -> QuerySet[CallEvent, tuple[str]]:
    return CallEvent.objects.filter(call_id=call_id, kind=EventKind.JOINED).values_list("id")[:1]


def admit(call: Call, participant: Participant, happening: Happening) -> Recorded:
    """A leg, locked by the caller, may enter the room; it is its participant's newest now."""
    with transaction.atomic(savepoint=False):
        been_nowhere = call.conference_id is None  # rooms tell of the legs of their conference
        call.participant_id = participant.id
        if call.conference_id != participant.conference_id:
            call.conference = participant.conference
            call.owner = _owner(call.conference)
        call.admitted_at = call.admitted_at or happening.at
        # It may be over already, or have been seen in the room.
        seen = [] if been_nowhere else sightings_of(call)
        new = tell(call, happening, newest=True, seen=seen)
        return Recorded.APPLIED if new else Recorded.DUPLICATE


def menu_key(call: Call, key: str, happening: Happening) -> bool:
    """A caller pressed a key that leads somewhere. False: we know of it."""
    with transaction.atomic():
        new = note_of(call, happening)
        if new:
            path = Concat("menu_path", Value(key))
            Call.objects.filter(id=call.id).update(menu_path=Left(path, _LONGEST_PATH))
        return new


def forwarded(call: Call, happening: Happening) -> None:
    """A person's phone begins to ring for this caller."""
    with transaction.atomic():
        locked = _locked_call(call.id)
        locked.forwarded_at = _earliest(locked.forwarded_at, happening.at)
        tell(locked, happening)


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
            save_leg(each)
        by = {**happening.detail, "leg": call_id, "by": leg.to_number}
        note(replace(happening, key=f"{happening.key}:by", detail=by), call_id=parent_id)
        note(happening, call_id=call_id)
        return True


def dismissed(call_id: str, happening: Happening, *, conference_id: str | None = None) -> None:
    """We end a leg ourselves, before it was let in; `conference_id`: where it wanted to."""
    with transaction.atomic():
        call = _locked_call(call_id)
        note(
            happening,
            conference_id=call.conference_id or conference_id,
            participant_id=call.participant_id,
            call_id=call.id,
        )
        if not call.admitted_at:
            call.dismissed_at = _earliest(call.dismissed_at, happening.at)
            save_leg(call)


def message_left(call_id: str, at: datetime) -> None:
    """A caller has said something after the beep."""
    with transaction.atomic():
        call = _locked_call(call_id)
        call.message_left_at = _earliest(call.message_left_at, at)
        save_leg(call)


def _owner(conference: Conference | None) -> str | None:
    return (conference.owner or None) if conference else None


def _locked_call(call_id: str) -> Call:
    return table(Call).locked(call_id)


def _evidence_against(call: Call, status: LegStatus) -> bool:
    """A leg whose external id has reached us exists; that an answer never came is no news then."""
    return status is LegStatus.UNKNOWN and call.sid is not None


def _fill_times(call: Call, status: LegStatus, at: datetime) -> None:
    if status is LegStatus.RINGING:
        call.ringing_at = _earliest(call.ringing_at, at)
    elif status is LegStatus.IN_PROGRESS:
        call.answered_at = _earliest(call.answered_at, at)
    elif status in LEG_OVER:
        call.ended_at = _earliest(call.ended_at, at)


def _earliest(known: datetime | None, told: datetime) -> datetime:
    return min(known, told) if known else told
