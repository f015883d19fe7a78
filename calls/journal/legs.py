"""Legs, and what their participants show of them."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Left

from calls.journal.events import Happening, Recorded, note
from calls.models import Call, CallEvent, Conference, Participant
from calls.outcomes import outcome
from calls.presence import Presence, presence
from calls.questions import question
from calls.rows import table
from calls.sightings import ENTRIES, SIGHTINGS, Sighting, sighting
from calls.states import LEG_MOVES, LEG_OVER, Direction, EventKind, LegStatus, shown

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
        _note_of(call, told)
        if call.participant_id:
            _show(call, Presence(), newest=True)
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
        if answered_at:
            call.answered_at = _earliest(call.answered_at, answered_at)
        _save_leg(call)
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
        if not _note_of(call, happening):
            return Recorded.DUPLICATE
        _save_leg(call)
        return Recorded.APPLIED


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
        if not _note_of(call, happening):
            return Recorded.DUPLICATE
        call.admitted_at = call.admitted_at or happening.at
        # It may be over already, or have been seen in the room.
        _save_leg(call, newest=True, sightings=[] if been_nowhere else None)
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
            _save_leg(call)


def message_left(call_id: str, at: datetime) -> None:
    """A caller has said something after the beep."""
    with transaction.atomic():
        call = _locked_call(call_id)
        call.message_left_at = _earliest(call.message_left_at, at)
        _save_leg(call)


def _owner(conference: Conference | None) -> str | None:
    return (conference.owner or None) if conference else None


def _locked_call(call_id: str) -> Call:
    return table(Call).locked(call_id)


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


def _save_leg(call: Call, *, newest: bool = False, sightings: list[Sighting] | None = None) -> None:
    """`newest` as in `_show`; `sightings` are read where they are not known."""
    found = _presence(call, sightings) if call.admitted_at else Presence()
    been_in = call.joined_at is not None
    if call.admitted_at:
        call.joined_at, call.left_at = found.joined_at, found.left_at
        call.in_room_since, call.talk_seconds = found.in_room_since, found.talk_seconds
        call.muted, call.on_hold = found.muted, found.on_hold
    call.outcome = outcome(call)
    changed = table(Call).save_changes(call)
    if call.participant_id and (changed or call.admitted_at):
        _show(call, found, newest=newest)
        if been_in or call.joined_at:  # what was supposed of a stay may be taken back
            _sum_up(str(call.participant_id))


def _presence(call: Call, sightings: list[Sighting] | None) -> Presence:
    seen = [sighting(*row) for row in _sightings(call.id)] if sightings is None else sightings
    if call.ended_at:
        seen += _let_out(call, seen)
    return presence(seen, call.ended_at, call.admitted_at)


@question
def _sightings(call_id: str) -> QuerySet[CallEvent, tuple[Any, ...]]:
    seen = CallEvent.objects.filter(call_id=call_id, kind__in=SIGHTINGS)
    return seen.values_list("kind", "at", "stream", "sequence", "detail")


def _let_out(call: Call, seen: list[Sighting]) -> list[Sighting]:
    """Exits that nobody told, from rooms that were closed: what the leg itself says of its exit,
    and its end, come only after the goodbye."""
    entered = {s.stream for s in seen if s.kind in ENTRIES}
    lost = entered - {s.stream for s in seen if s.kind is EventKind.LEFT}
    if not lost:
        return []
    closings = CallEvent.objects.filter(
        conference_id=call.conference_id, kind=EventKind.ROOM_ENDED, stream__in=lost
    ).values_list("stream", "at")
    return [Sighting(EventKind.LEFT, at, stream, None) for stream, at in closings]


def _show(call: Call, found: Presence, *, newest: bool = False) -> None:
    """Let the participant show this leg, if it is his newest; `newest`: from now on it is."""
    status = shown(
        Direction(call.direction),
        LegStatus(call.status),
        admitted=call.admitted_at is not None,
        in_room=call.in_room_since is not None,
        was_in_room=call.joined_at is not None,
        away=found.away,
        dismissed=call.dismissed_at is not None,
    )
    columns: dict[str, Any] = {"status": status} if status else {}
    columns |= {"error_code": call.error_code, "error_detail": call.error_detail}
    columns |= {"muted": call.muted, "on_hold": False}
    his = {"id": call.participant_id, "current_call_id": call.id}
    if newest:
        columns["current_call_id"] = his.pop("current_call_id")
    if table(Participant).update(columns, **his) and call.on_hold:
        # Whoever is left alone hears music meanwhile; that is no hold that anybody asked for.
        Participant.objects.filter(**his).update(on_hold=F("to_be_held"))


def _sum_up(participant_id: str) -> None:
    """What all legs of a participant come to: first entry, last exit, time in the room.

    Under the participant's lock: of two legs that end at once, neither would see the other.
    """
    person = table(Participant).locked(participant_id)
    stays = [stay for stay in _stays_of(participant_id) if stay[0]]
    exits = [left for _, left, _ in stays]
    person.joined_at = min((joined for joined, _, _ in stays), default=None)
    # Who is out for good has a last exit, and who is in or on the way back has none.
    person.left_at = None if None in exits else max(exits, default=None)
    person.talk_seconds = sum(seconds for _, _, seconds in stays)
    table(Participant).save_changes(person)


@question
def _stays_of(participant_id: str) -> QuerySet[Call, tuple[Any, ...]]:
    legs = Call.objects.filter(participant_id=participant_id)
    return legs.values_list("joined_at", "left_at", "talk_seconds")
