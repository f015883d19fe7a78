"""Who is in the rooms, and how: entries, exits and changes that nobody told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Max, Q
from django.utils import timezone

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call
from calls.states import LEG_OPEN, OPEN_CONFERENCE, EventKind
from calls.stays import ONE_ENTRY
from conferencing import in_the_room
from conferencing.reconciling import enquiries, ways
from conferencing.reconciling.asking import Round
from conferencing.telephony import RoomReport, Seat, network

LATE = timedelta(seconds=5)  # after being let in, a leg has heard our words and is in its room
AGAIN = timedelta(seconds=5)  # between two looks into one room, if somebody is not there yet
NOW_AND_THEN = timedelta(seconds=30)  # if all is as it should be
TWO_LOOKS = timedelta(seconds=10)  # apart: one look without somebody proves nothing
_FEW = 4  # more rooms than these are looked up in the list of all
_MOST = 400  # a round
_AT_ONCE = 4  # requests


@dataclass
class Comparison:
    """`doubtful`: something seems to be otherwise than we believe; another look will tell."""

    repaired: int = 0
    doubtful: bool = False


@dataclass(frozen=True)
class Found:
    """Somebody is in a room, as nobody told us."""

    room_sid: str
    entered_at: datetime


def unseen(room_sid: str, seat: Seat, last_exit: datetime | None) -> Found | None:
    """The entry that nobody told of a leg that we believe to be outside, and that sits in a room.

    A list that is a moment behind still shows who has just left: he entered before he left.
    """
    entered_at = seat.entered_at or timezone.now()
    if last_exit and entered_at <= last_exit - ONE_ENTRY:
        return None
    return Found(room_sid, entered_at)


def look(questions: Round) -> int:
    """Look into the rooms where somebody may be whom we did not see. Returns the repairs."""
    wanted = _to_look_at()
    if not wanted:
        return 0
    rooms = _rooms(questions, list(wanted))
    seats = _seats(questions, [room for each in rooms.values() for room in each])
    repaired = 0
    settled = []
    for name in (name for name in wanted if name in rooms):
        here = [seats[room.sid] for room in rooms[name] if room.sid in seats]
        if len(here) == len(rooms[name]):  # else some room did not say who is in it
            of_legs = {sid: found for each in here for sid, found in each.items()}
            found = _compare_all(name, wanted[name], of_legs)
            repaired += found.repaired
            if found.doubtful:
                continue  # the next look is soon
        settled.append(name)
    enquiries.asked(settled)
    return repaired


def _to_look_at() -> dict[str, list[Call]]:
    """The legs that were let in, by conference: first those who should be in the room and are not.

    Those whose room was looked into a short while ago wait.
    """
    now = timezone.now()
    inside = Call.objects.filter(
        status__in=LEG_OPEN,
        admitted_at__lt=now - LATE,
        sid__isnull=False,
        conference__status__in=OPEN_CONFERENCE,
    )
    due = inside.annotate(asked_at=enquiries.asked_at("conference_id")).filter(
        Q(asked_at=None)
        | Q(Q(in_room_since=None) | ways.UNDER_WAY, asked_at__lt=now - AGAIN)
        | Q(asked_at__lt=now - NOW_AND_THEN)
    )
    missing = F("in_room_since").asc(nulls_first=True)
    missing_first = due.order_by(missing, "asked_at").values_list("conference_id")
    ids = list(dict.fromkeys(str(row[0]) for row in missing_first[: 4 * _MOST]))[:_MOST]
    legs: dict[str, list[Call]] = {name: [] for name in ids}
    for leg in inside.filter(conference_id__in=ids):
        legs[str(leg.conference_id)].append(leg)
    return legs


def _rooms(questions: Round, names: list[str]) -> dict[str, list[RoomReport]]:
    """The rooms of each conference, for those of which the network says which they are."""
    if len(names) <= _FEW:
        told = {name: questions.ask(partial(network().rooms, name)) for name in names}
        return {name: rooms for name, rooms in told.items() if rooms is not None}
    every = questions.ask(network().rooms)
    if every is None:
        return {}
    by_name = defaultdict(list)
    for room in every:
        by_name[room.name].append(room)
    return {name: by_name[name] for name in names}


def _seats(questions: Round, rooms: list[RoomReport]) -> dict[str, dict[str, tuple[str, Seat]]]:
    """By room, who is in it by his leg; without the rooms for which the time was too short."""

    def people_in(room: RoomReport) -> dict[str, tuple[str, Seat]] | None:
        if questions.over:
            return None
        seats = questions.ask(lambda: network().people_in(room.sid))
        return None if seats is None else {seat.leg_sid: (room.sid, seat) for seat in seats}

    if len(rooms) <= _FEW:
        told: Iterable[dict[str, tuple[str, Seat]] | None] = map(people_in, rooms)
    else:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            told = list(pool.map(people_in, rooms))
    return {
        room.sid: people for room, people in zip(rooms, told, strict=True) if people is not None
    }


def _compare_all(
    name: str, legs: Iterable[Call], seats: Mapping[str, tuple[str, Seat]]
) -> Comparison:
    found = Comparison()
    for leg in legs:
        if leg.sid in seats:
            _compare(leg, *seats[str(leg.sid)], found)
        else:
            found.repaired += _is_missing(leg)
    if found.repaired:
        in_the_room.set_right(name)  # as after any other news
    return found


def _compare(leg: Call, room_sid: str, seat: Seat, found: Comparison) -> None:
    """A leg that is in a room, with what the room says of it."""
    if not leg.in_room_since:
        enquiries.seen([leg.id])
        entry = unseen(room_sid, seat, _last_exit(leg))
        found.repaired += entry is not None and _has_entered(leg, entry)
        return
    different = ways.differences(leg, seat)
    enquiries.seen([leg.id, *ways.as_believed(leg, different)])
    repaired = ways.repair(different, TWO_LOOKS)
    found.repaired += repaired
    found.doubtful |= len(different) > repaired


def _is_missing(leg: Call) -> bool:
    entered_long_ago = leg.in_room_since and timezone.now() - leg.in_room_since > TWO_LOOKS
    if entered_long_ago and (since := enquiries.missing_since(leg.id, TWO_LOOKS)):
        return _has_left(leg, since)
    return False


def _last_exit(leg: Call) -> datetime | None:
    exits = leg.events.filter(kind=EventKind.LEFT)
    last: datetime | None = exits.aggregate(at=Max("at"))["at"]
    return last


def _has_entered(leg: Call, found: Found) -> bool:
    if leg.conference and leg.conference.room_sid != found.room_sid:
        journal.room_is(leg.conference.id, found.room_sid)
    entered = Happening(
        kind=EventKind.FOUND_IN,
        key=f"{leg.id}:found:in:{found.room_sid}:{found.entered_at.timestamp():.0f}",
        at=found.entered_at,
        stream=found.room_sid,
    )
    return journal.leg_seen(leg.id, entered) is Recorded.APPLIED


def _has_left(leg: Call, since: datetime) -> bool:
    """It is in no room of its conference; nobody numbers this, so it counts as its own word."""
    left = Happening(
        kind=EventKind.LEFT,
        key=f"{leg.id}:found:out:{since.timestamp():.0f}",
        at=since,
        detail={"found": True},
    )
    return journal.leg_seen(leg.id, left) is Recorded.APPLIED
