"""In whatever order the events of a leg come, and however often, its rows end the same."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, Participant
from calls.states import LEG_OVER, EventKind, LegStatus
from calls.tests import rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Telling = Callable[[str], Recorded]


def told(status: LegStatus, second: int, number: int, **facts: Any) -> Telling:
    """A callback about a leg, as the network words and numbers it."""

    def tell(leg_id: str) -> Recorded:
        happening = Happening(
            kind=EventKind.LEG_STATUS,
            key=f"{leg_id}:callback:{number}",
            at=rows.after(second),
            stream=leg_id,
            sequence=number,
            detail={"status": status},
        )
        return journal.leg_told(leg_id, status, happening, sid="CA1", **facts)

    return tell


def seen(kind: EventKind, second: int, number: int) -> Telling:
    def tell(leg_id: str) -> Recorded:
        at = rows.after(second)
        happening = Happening(kind=kind, key=f"CF1:{number}", at=at, stream="CF1", sequence=number)
        return journal.leg_seen(leg_id, happening)

    return tell


def let_in(second: int) -> Telling:
    def tell(leg_id: str) -> Recorded:
        person = Participant.objects.get(legs=leg_id)
        happening = Happening(
            kind=EventKind.ADMITTED, key=f"{leg_id}:admitted", at=rows.after(second)
        )
        return rows.admit(leg_id, person, happening)

    return tell


INITIATED = told(LegStatus.QUEUED, 1, 0)
RINGING = told(LegStatus.RINGING, 2, 1)
ANSWERED = told(LegStatus.IN_PROGRESS, 8, 2)
COMPLETED = told(LegStatus.COMPLETED, 70, 3, duration=62)
FOUR_EVENTS = (INITIATED, RINGING, ANSWERED, COMPLETED)

LET_IN = let_in(11)
JOINED = seen(EventKind.JOINED, 12, 1)
LEFT = seen(EventKind.LEFT, 40, 2)
CAME_BACK = seen(EventKind.JOINED, 50, 3)
GONE = seen(EventKind.LEFT, 69, 4)
A_TALK = (*FOUR_EVENTS, LET_IN, JOINED, LEFT, CAME_BACK, GONE)


def what_is_known(leg: Call, person: Participant) -> dict[str, Any]:
    return {"leg": rows.row(leg), "person": rows.row(person), "events": rows.events(leg)}


def every_order(leg: Call, still_to_tell: Counter[Telling]) -> Iterator[None]:
    """Tell all of it in every order; yields at the end of each, with its rows in the database.

    Orders that begin alike share their beginning: it is told once, and each way on from there is
    taken back before the next.
    """
    if not still_to_tell:
        yield
    for tell in list(still_to_tell):
        with rows.undone():
            known_already = still_to_tell[tell] == 1
            assert (tell(leg.id) is Recorded.DUPLICATE) is known_already
            yield from every_order(leg, still_to_tell - Counter([tell]))


@pytest.mark.slow
def test_all_2520_orders_of_four_events_told_twice_end_the_same() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    twice = Counter(FOUR_EVENTS * 2)

    ends = [what_is_known(leg, person) for _ in every_order(leg, twice)]

    assert len(ends) == 2520
    first = ends[0]
    assert [end for end in ends if end != first] == []
    assert (
        first["leg"]
        | {
            "sid": "CA1",
            "status": "completed",
            "ringing_at": rows.after(2),
            "answered_at": rows.after(8),
            "ended_at": rows.after(70),
            "duration": 62,
        }
        == first["leg"]
    )
    assert first["person"]["status"] == "declined"  # answered, and was never let in
    assert len(first["events"]) == 1 + 4  # the leg's own row, and what was told


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(A_TALK * 2))
def test_with_entries_and_exits_in_between_all_ends_the_same(order: list[Telling]) -> None:
    with rows.undone():
        person = rows.a_participant()
        leg = rows.a_leg_to(person)
        for tell in order:
            tell(leg.id)

        call, shown = rows.row(leg), rows.row(person)
        assert (call["status"], call["in_room_since"]) == ("completed", None)
        assert (call["admitted_at"], call["duration"]) == (rows.after(11), 62)
        for of in (call, shown):
            assert (of["joined_at"], of["left_at"]) == (rows.after(12), rows.after(69))
            assert of["talk_seconds"] == (40 - 12) + (69 - 50)
        assert shown["status"] == "left"
        assert len(rows.events(leg)) == 1 + len(A_TALK)


ENDS = sorted(LEG_OVER)
ANY_STATUS = st.sampled_from(LegStatus)
NEWS = st.tuples(ANY_STATUS, st.integers(0, 5))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(news=st.lists(NEWS, max_size=12))
def test_no_news_ever_takes_a_leg_out_of_its_end(news: list[tuple[LegStatus, int]]) -> None:
    """Legal or illegal, new or repeated: the first end stays, and each event is kept once."""
    with rows.undone():
        leg = rows.a_leg_to(rows.a_participant())
        end: str | None = None
        for status, number in news:
            recorded = told(status, number, number)(leg.id)
            now = rows.row(leg)["status"]
            if end:
                assert now == end
                assert recorded is not Recorded.APPLIED or status == end
            end = end or (now if now in ENDS else None)
        assert len(rows.events(leg)) == 1 + len({number for _, number in news})


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations([INITIATED, RINGING, ANSWERED]), at=st.integers(0, 3))
def test_that_an_answer_never_came_yields_to_evidence(order: list[Telling], at: int) -> None:
    """We asked for a call and the connection broke; its callbacks come before or after."""

    def lost(leg_id: str) -> Recorded:
        happening = Happening(kind=EventKind.LEG_REFUSED, key=f"{leg_id}:asked", at=rows.after(5))
        error = ("outcome_unknown", "We cannot tell whether the network was asked.")
        return journal.leg_told(leg_id, LegStatus.UNKNOWN, happening, error=error)

    with rows.undone():
        person = rows.a_participant()
        leg = rows.a_leg_to(person)
        for tell in [*order[:at], lost, *order[at:]]:
            tell(leg.id)

        call, shown = rows.row(leg), rows.row(person)
        assert (call["status"], call["error_code"], call["error_detail"]) == ("in_progress", "", "")
        assert (shown["status"], shown["error_code"]) == ("answered", "")


def test_every_order_tells_each_order_once() -> None:
    """Two events told twice have 4! / (2!·2!) orders, as four have 8! / 2!⁴."""
    with rows.undone():
        leg = rows.a_leg_to(rows.a_participant())
        two_twice = Counter((INITIATED, RINGING) * 2)
        assert sum(1 for _ in every_order(leg, two_twice)) == 6
