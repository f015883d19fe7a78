"""Web threads and workers write about the same call at the same time; the rows come out right.

SQLite runs on a file here, as it does for real: in memory it would hide "database is locked".
"""

import random
from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction

from calls import journal
from calls.journal import Happening
from calls.models import Call, CallEvent, Conference, Participant
from calls.states import (
    CONFERENCE_MOVES,
    ConferenceStatus,
    EndReason,
    EventKind,
    LegStatus,
)
from calls.tests import rows
from calls.tests.threads import one_after_another, together

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

WRITERS = 4
ROUNDS = 6


def told(leg: Call, status: LegStatus, second: float, **facts: object) -> Callable[[], object]:
    happening = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{leg.id}:callback:{status}",
        at=rows.after(second),
        detail={"status": status},
    )
    return partial(journal.leg_told, leg.id, status, happening, **facts)


def seen(leg: Call, kind: EventKind, second: float, number: int) -> Callable[[], object]:
    happening = Happening(
        kind=kind,
        key=f"room:{leg.id}:{number}",
        at=rows.after(second),
        stream="CF1",
        sequence=number,
    )
    return partial(journal.leg_seen, leg.id, happening)


def a_life(leg: Call) -> list[Callable[[], object]]:
    """What is told of a leg that rings, is answered, talks from 10 to 70 and hangs up."""
    return [
        told(leg, LegStatus.QUEUED, 1, sid=f"CA-{leg.id}"),
        told(leg, LegStatus.RINGING, 2),
        told(leg, LegStatus.IN_PROGRESS, 6),
        seen(leg, EventKind.JOINED, 10, 1),
        seen(leg, EventKind.LEFT, 70, 2),
        told(leg, LegStatus.COMPLETED, 71, duration=65),
    ]


def shuffled_twice(deeds: list[Callable[[], object]], seed: int) -> Callable[[], None]:
    twice = deeds * 2
    random.Random(seed).shuffle(twice)
    return one_after_another(twice)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_four_writers_tell_a_legs_life_in_four_orders_and_twice(seed: int) -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    rows.let_in(leg, person, at=8)

    together(*[shuffled_twice(a_life(leg), seed * WRITERS + n) for n in range(WRITERS)])

    call = rows.row(leg)
    assert (call["status"], call["duration"], call["talk_seconds"]) == ("completed", 65, 60)
    assert [call[name] for name in ("ringing_at", "answered_at", "joined_at", "left_at")] == [
        rows.after(second) for second in (2, 6, 10, 70)
    ]
    shown = rows.row(person)
    assert (shown["status"], shown["talk_seconds"]) == ("left", 60)
    assert CallEvent.objects.filter(call=leg).count() == 2 + 6  # written, let in; the life


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_two_legs_of_one_person_end_at_once_and_both_count(seed: int) -> None:
    person = rows.a_participant()
    first, second = rows.a_leg_to(person), rows.a_leg_from()
    for leg in (first, second):
        rows.let_in(leg, person)

    together(*[shuffled_twice(a_life(leg), seed) for leg in (first, second, first, second)])

    assert rows.row(person)["talk_seconds"] == 120


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_leg_is_let_in_while_its_callbacks_come(seed: int) -> None:
    """The network asks what to do with an answered leg and reports that it was answered, at once.

    Whoever lets it in holds the conference and wants the leg; whoever takes the callback holds
    the leg, and as it commits PostgreSQL looks at the conference.
    """
    conference = rows.a_conference()
    people = [rows.a_participant(conference, phone_number=f"+1212555013{n}") for n in range(3)]
    legs = [rows.a_leg_to(person) for person in people]

    def let_in(leg: Call, person: Participant) -> None:
        with transaction.atomic():
            Conference.objects.select_for_update(no_key=True).get(id=conference.id)
            rows.let_in(leg, person)

    for leg, person in zip(legs, people, strict=True):
        together(
            partial(let_in, leg, person),
            shuffled_twice(a_life(leg), seed),
            shuffled_twice(a_life(leg), seed + 100),
        )

    assert {rows.row(person)["status"] for person in people} == {"left"}
    assert sum(rows.row(person)["talk_seconds"] for person in people) == 180


def test_of_many_who_end_a_conference_one_does() -> None:
    conference = rows.a_conference()
    ended_by: list[EndReason] = []

    def end(reason: EndReason) -> None:
        happening = Happening(kind=EventKind.ENDING, key=f"{conference.id}:ending")
        if journal.move_conference(
            conference.id, ConferenceStatus.ENDING, happening, end_reason=reason
        ):
            ended_by.append(reason)

    together(*[partial(end, reason) for reason in EndReason])

    assert ended_by == [rows.row(conference)["end_reason"]]
    assert CallEvent.objects.filter(conference=conference).count() == 1


def test_moves_of_a_conference_in_every_thread_leave_it_at_its_end() -> None:
    """Illegal moves among them change nothing, whoever comes first."""
    conference = rows.a_conference()

    def move(to: ConferenceStatus) -> None:
        columns = {
            ConferenceStatus.LIVE: {"started_at": rows.NINE, "ends_at": rows.after(300)},
            ConferenceStatus.ENDING: {"end_reason": EndReason.NO_SHOW, "ending_at": rows.NINE},
            ConferenceStatus.ENDED: {"ended_at": rows.NINE},
        }[to]
        happening = Happening(kind=EventKind.ENDED, key=f"{conference.id}:{to}")
        journal.move_conference(conference.id, to, happening, **columns)

    def moves(seed: int) -> Callable[[], None]:
        return shuffled_twice([partial(move, to) for to in CONFERENCE_MOVES] * 3, seed)

    together(*map(moves, range(WRITERS)))
    for to in (ConferenceStatus.ENDING, ConferenceStatus.ENDED, ConferenceStatus.LIVE):
        move(to)

    assert rows.row(conference)["status"] == "ended"


def test_one_incoming_call_that_is_told_many_times_becomes_one_leg() -> None:
    taken: list[bool] = []

    def incoming() -> None:
        leg = Call(sid="CA-once", direction="inbound", to_number=rows.DIAL_IN)
        taken.append(journal.new_leg(leg))

    together(*[incoming] * WRITERS)

    assert sorted(taken) == [False, False, False, True]
    assert CallEvent.objects.count() == 1
