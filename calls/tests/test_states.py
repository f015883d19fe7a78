"""The tables of legal moves: what they promise, read off the tables themselves."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.states import (
    CONFERENCE_MOVES,
    LEG_MOVES,
    LEG_OPEN,
    LEG_OVER,
    PARTICIPANT_MAY_STILL_COME,
    PARTICIPANT_MOVES,
    PARTICIPANT_UNDER_WAY,
    TEXT_MOVES,
    TEXT_SHOWN,
    ConferenceStatus,
    Direction,
    LegStatus,
    ParticipantStatus,
    TextStatus,
    shown,
)


def may_become(status: object, moves: object) -> set[object]:
    return {to for to, those in moves.items() if status in those}


def test_every_word_of_a_leg_and_of_a_text_may_be_told() -> None:
    assert set(LEG_MOVES) == set(LegStatus)
    assert set(TEXT_MOVES) == set(TextStatus) == set(TEXT_SHOWN)


def test_nothing_follows_an_end() -> None:
    for over in LEG_OVER:
        assert may_become(over, LEG_MOVES) == set()
    for settled in (TextStatus.UNDELIVERED, TextStatus.FAILED, TextStatus.DELIVERED):
        assert may_become(settled, TEXT_MOVES) == set()
    assert may_become(ConferenceStatus.ENDED, CONFERENCE_MOVES) == set()


def test_a_conference_goes_one_way() -> None:
    order = list(ConferenceStatus)
    for to, those in CONFERENCE_MOVES.items():
        assert all(order.index(word) < order.index(to) for word in those)
    assert may_become(ConferenceStatus.ENDING, CONFERENCE_MOVES) == {ConferenceStatus.ENDED}


@pytest.mark.parametrize("status", sorted(LEG_OPEN))
def test_an_open_leg_may_end_in_every_way(status: LegStatus) -> None:
    assert may_become(status, LEG_MOVES) >= LEG_OVER


def test_not_knowing_yields_to_every_evidence() -> None:
    evidence = set(LegStatus) - {LegStatus.UNKNOWN}
    assert may_become(LegStatus.UNKNOWN, LEG_MOVES) == evidence
    assert may_become(TextStatus.UNKNOWN, TEXT_MOVES) == set(TextStatus) - {TextStatus.UNKNOWN}


def test_of_two_words_on_the_way_the_later_one_wins_in_both_orders() -> None:
    """Of any two, one may replace the other, and only one: so their order cannot matter."""
    on_the_way = LEG_OPEN - {LegStatus.UNKNOWN}
    for one, other in product(on_the_way, on_the_way):
        if one != other:
            assert (one in LEG_MOVES[other]) != (other in LEG_MOVES[one])
    texts = [TextStatus.QUEUED, TextStatus.SENT, TextStatus.DELIVERED]
    for earlier, later in pairwise(texts):
        assert earlier in TEXT_MOVES[later]
        assert later not in TEXT_MOVES[earlier]


def test_moves_without_a_leg_never_touch_what_a_leg_says() -> None:
    spoken_by_legs = {
        ParticipantStatus.CALLING,
        ParticipantStatus.RINGING,
        ParticipantStatus.ANSWERED,
        ParticipantStatus.JOINED,
        ParticipantStatus.LEFT,
    }
    for those in PARTICIPANT_MOVES.values():
        assert those.isdisjoint(spoken_by_legs)


LEGS = st.fixed_dictionaries(
    {
        "direction": st.sampled_from(Direction),
        "status": st.sampled_from(LegStatus),
        "admitted": st.booleans(),
        "in_room": st.booleans(),
        "was_in_room": st.booleans(),
    }
)


@given(leg=LEGS)
def test_a_leg_that_is_over_leaves_nobody_under_way(leg: dict[str, object]) -> None:
    status = shown(**leg)
    if leg["status"] in LEG_OVER:
        assert status is not None
        assert status not in PARTICIPANT_MAY_STILL_COME | {ParticipantStatus.JOINED}
    elif leg["in_room"]:
        assert status is ParticipantStatus.JOINED


@pytest.mark.parametrize(
    ("status", "person"),
    [
        (LegStatus.QUEUED, ParticipantStatus.CALLING),
        (LegStatus.RINGING, ParticipantStatus.RINGING),
        (LegStatus.IN_PROGRESS, ParticipantStatus.ANSWERED),
        (LegStatus.UNKNOWN, ParticipantStatus.UNKNOWN),
        (LegStatus.COMPLETED, ParticipantStatus.DECLINED),
        (LegStatus.BUSY, ParticipantStatus.BUSY),
        (LegStatus.NO_ANSWER, ParticipantStatus.NO_ANSWER),
        (LegStatus.FAILED, ParticipantStatus.FAILED),
        (LegStatus.CANCELED, ParticipantStatus.CANCELED),
    ],
)
def test_a_called_person_who_was_never_let_in(status: LegStatus, person: ParticipantStatus) -> None:
    told = shown(Direction.OUTBOUND, status, admitted=False, in_room=False, was_in_room=False)
    assert told is person


def test_whom_a_conference_waits_for() -> None:
    assert ParticipantStatus.INVITED not in PARTICIPANT_UNDER_WAY  # texted people do not hold it
    assert ParticipantStatus.JOINED not in PARTICIPANT_UNDER_WAY  # their legs do
