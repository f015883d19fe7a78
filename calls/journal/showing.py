"""What a leg and its participant show, written in one breath with what was told of the leg."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from calls import statements
from calls.journal.events import Happening, noting
from calls.models import Call, CallEvent, Participant
from calls.outcomes import outcome
from calls.presence import Presence, presence
from calls.questions import question
from calls.rows import table
from calls.sightings import ENTRIES, SIGHTINGS, Sighting, sighting
from calls.statements import Write
from calls.states import Direction, EventKind, LegStatus, shown


def tell(
    call: Call,
    happening: Happening,
    *,
    applied: bool = True,
    newest: bool = False,
    seen: list[Sighting] | None = None,
) -> bool:
    """Write what happened to a locked leg, and what it and its participant show from then on.

    False: it was told before, and nothing is written. `newest` as in `shown_by_person`; `seen` is
    read where it is not known.
    """
    follows = _follows(call, newest=newest, seen=seen)
    if not statements.write_and_then(_noting(call, happening, applied=applied), follows.writes):
        return False
    follows.finish(call)
    return True


def save_leg(call: Call) -> None:
    """Write what a locked leg and its participant show."""
    follows = _follows(call)
    for each in follows.writes:
        statements.write(*each)
    follows.finish(call)


def note_of(call: Call, happening: Happening) -> bool:
    """Write what happened to a leg and moves nothing. False: it was told before."""
    return bool(statements.write(*_noting(call, happening)))


def _noting(call: Call, happening: Happening, *, applied: bool = True) -> Write:
    return noting(
        happening,
        conference_id=call.conference_id,
        participant_id=call.participant_id,
        call_id=call.id,
        applied=applied,
    )


@dataclass(frozen=True)
class _Follows:
    """What has to be written of a leg and its participant."""

    writes: list[Write]
    of_person: bool = False
    of_stays: bool = False

    def finish(self, call: Call) -> None:
        """What can be known only when they are written."""
        if self.of_person and call.on_hold:
            # Whoever is left alone hears music meanwhile; no hold that anybody asked for.
            shows = Participant.objects.filter(id=call.participant_id, current_call_id=call.id)
            shows.update(on_hold=F("to_be_held"))
        if self.of_stays:
            _sum_up(str(call.participant_id))


def _follows(call: Call, *, newest: bool = False, seen: list[Sighting] | None = None) -> _Follows:
    been_in, found = call.joined_at is not None, Presence()
    if call.admitted_at:
        found = _presence(call, sightings_of(call) if seen is None else seen)
        call.joined_at, call.left_at = found.joined_at, found.left_at
        call.in_room_since, call.talk_seconds = found.in_room_since, found.talk_seconds
        call.muted, call.on_hold = found.muted, found.on_hold
    call.outcome = outcome(call)
    changes = table(Call).changes(call)
    writes = [changes] if changes else []
    if not call.participant_id or not (changes or call.admitted_at):
        return _Follows(writes)
    # What was supposed of a stay may be taken back.
    of_stays = been_in or call.joined_at is not None
    shows = shown_by_person(call, found, newest=newest)
    return _Follows([*writes, shows], of_person=True, of_stays=of_stays)


def sighting_in(happening: Happening) -> Sighting:
    return sighting(
        happening.kind, happening.at, happening.stream, happening.sequence, happening.detail
    )


def _presence(call: Call, seen: list[Sighting]) -> Presence:
    if call.ended_at:
        seen = [*seen, *_let_out(call, seen)]
    return presence(seen, call.ended_at, call.admitted_at)


def sightings_of(call: Call) -> list[Sighting]:
    return [sighting(*row) for row in _sightings(call.id)]


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


def shown_by_person(call: Call, found: Presence, *, newest: bool = False) -> Write:
    """How the participant shows this leg, if it is his newest; `newest`: from now on it is."""
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
    return table(Participant).change(columns, **his)


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
