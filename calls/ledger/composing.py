"""Rows in, a ledger out. Nothing is read or written here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter
from typing import TypeVar

from calls import moments, wording
from calls.activity.people import WITHHELD
from calls.ledger.shapes import Deed, Ledger, Leg, Person, Said, Stay, Text
from calls.models import Announcement, Call, CallEvent, Conference, Participant
from calls.sightings import sighting
from calls.states import (
    TEXT_MOVES,
    AnnouncementStatus,
    Direction,
    EventKind,
    TextStatus,
)
from calls.stays import stays

TEXTS = frozenset({EventKind.TEXT_SENT, EventKind.TEXT_STATUS, EventKind.TEXT_FAILED})
DEEDS = frozenset(
    {
        EventKind.OPENED,
        EventKind.PARTICIPANT_ADDED,
        EventKind.ASKED,
        EventKind.NOT_DONE,
        EventKind.HANG_UP_ASKED,
        EventKind.RETRIED,
        EventKind.RENAMED,
        EventKind.WITHDRAWN,
        EventKind.TURNED_AWAY,
        EventKind.EXTENDED,
        EventKind.LOCKED,
        EventKind.UNLOCKED,
        EventKind.ENDING,
    }
)
_AN_ATTEMPT = TEXTS | {EventKind.RETRIED}

Row = TypeVar("Row")


def compose(
    conference: Conference,
    people: Iterable[Participant],
    legs: Iterable[Call],
    sightings: Iterable[CallEvent],
    events: Iterable[CallEvent],
    announcements: Iterable[Announcement],
    *,
    now: datetime,
) -> Ledger:
    """All rows are of this conference, and in the order of their ids: as we heard of them."""
    events = list(events)
    until = conference.ended_at or now
    legs_of, seen_on = _by("participant_id", legs), _by("call_id", sightings)
    told_of = _by("participant_id", (each for each in events if each.kind in _AN_ATTEMPT))
    found = tuple(
        _person(
            row,
            tuple(_texts(told_of[row.id])),
            tuple(_leg(leg, seen_on[leg.id], until) for leg in legs_of[row.id]),
        )
        for row in people
    )
    names = {person.id: person.who for person in found}
    callers = {person.number: person.who for person in found if person.number}
    deeds = (_deed(each, names, callers) for each in events if _is_deed(each))
    return Ledger(
        conference=conference,
        as_of=now,
        people=found,
        said=tuple(_said(each, names, over=bool(conference.ended_at)) for each in announcements),
        deeds=tuple(sorted(deeds, key=attrgetter("at"))),
    )


def _by(column: str, rows: Iterable[Row]) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _person(row: Participant, texts: tuple[Text, ...], legs: tuple[Leg, ...]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        number=row.phone_number,
        mode=row.mode,
        invited=row.invited,
        organiser=row.organiser,
        status=row.status,
        words=wording.PEOPLE[row.status],
        why=row.error_detail,
        added_at=row.created_at,
        texts=texts,
        legs=legs,
    )


# --- Texts --------------------------------------------------------------------------------------


def _texts(events: Iterable[CallEvent]) -> Iterator[Text]:
    """One for each time that somebody was texted; a retry stands between two of them."""
    attempt: list[CallEvent] = []
    for event in events:
        if event.kind != EventKind.RETRIED:
            attempt.append(event)
        elif attempt:
            yield _text(attempt)
            attempt = []
    if attempt:
        yield _text(attempt)


def _text(events: list[CallEvent]) -> Text:
    """The words may have come in any order: the table says which of them holds."""
    last, status = events[0], TextStatus.UNKNOWN
    known = ""
    for event in events:
        told = TextStatus(event.detail.get("status", TextStatus.UNKNOWN))
        if known in TEXT_MOVES[told]:
            last, status, known = event, told, told
    return Text(
        asked_at=min(event.at for event in events),
        status=status,
        words=wording.TEXTS[status],
        told_at=last.at,
        why=str(last.detail.get("error", "")),
        code=str(last.detail.get("error_code", "")),
    )


# --- Legs ---------------------------------------------------------------------------------------


def _leg(call: Call, events: Iterable[CallEvent], until: datetime) -> Leg:
    inbound = call.direction == Direction.INBOUND
    seen = (sighting(e.kind, e.at, e.stream, e.sequence, e.detail) for e in events)
    found = stays(seen, call.ended_at, call.admitted_at) if call.admitted_at else []
    return Leg(
        id=call.id,
        inbound=inbound,
        number=_number(call),
        status=call.status,
        words=wording.event(EventKind.LEG_STATUS, {"status": call.status}, call.direction),
        why=call.error_detail,
        began_at=call.created_at,
        answered_at=moments.answered(call),
        admitted_at=call.admitted_at,
        ended_at=moments.ended(call),
        stays=tuple(Stay(start, end, _seconds(start, end or until)) for start, end in found),
    )


def _number(call: Call) -> str | None:
    return None if call.their_number in WITHHELD else call.their_number


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))


# --- What was done and said ---------------------------------------------------------------------


def _said(row: Announcement, names: Mapping[str, str], *, over: bool) -> Said:
    never_told = over and row.status == AnnouncementStatus.SAYING
    return Said(
        at=row.created_at,
        text=row.text,
        to=names.get(row.participant_id or "", ""),
        by=row.asked_by,
        status=AnnouncementStatus(row.status),
        words=wording.NEVER_TOLD if never_told else wording.ANNOUNCEMENTS[row.status],
        why=row.error_detail,
        said_at=row.said_at,
    )


def _is_deed(event: CallEvent) -> bool:
    """Whoever did not come, or only knew the code, was neither withdrawn nor added by anybody."""
    by_itself = "status" in event.detail or event.detail.get("invited") is False
    return event.kind in DEEDS and not by_itself


def _deed(event: CallEvent, names: Mapping[str, str], callers: Mapping[str, str]) -> Deed:
    what = {name: value for name, value in event.detail.items() if name != "by"}
    return Deed(
        at=event.at,
        kind=EventKind(event.kind),
        words=wording.event(event.kind, what),
        who=names.get(event.participant_id or "", "") or _caller(event, callers),
        by=str(event.detail.get("by", "")),
    )


def _caller(event: CallEvent, callers: Mapping[str, str]) -> str:
    """Who calls, where it is a leg that was not let in and so is nobody's."""
    if event.call is None:
        return ""
    number = _number(event.call)
    return callers.get(number or "", "") or wording.number(number)
