"""Moments as they read: the network's stamps are rounded down, and never seem to run backwards."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import moments
from calls.models import Call, Participant
from calls.states import LegStatus

CAME = datetime(2026, 3, 2, 9, 0, 5, 700_000, tzinfo=UTC)
STAMP = CAME.replace(microsecond=0)  # the same second, as the network writes it


def call(status: LegStatus = LegStatus.COMPLETED, **times: datetime) -> Call:
    return Call(status=status, created_at=CAME, **times)


def test_nothing_ends_before_it_began() -> None:
    over = call(answered_at=STAMP, ended_at=STAMP)
    assert (moments.answered(over), moments.ended(over)) == (CAME, CAME)


def test_what_is_in_order_stays_as_it_was_told() -> None:
    later = CAME + timedelta(seconds=9)
    over = call(answered_at=CAME, ended_at=later)
    assert (moments.answered(over), moments.ended(over)) == (CAME, later)


@pytest.mark.parametrize("status", [LegStatus.NO_ANSWER, LegStatus.BUSY, LegStatus.CANCELED])
def test_a_call_that_was_not_answered_has_no_such_moment(status: LegStatus) -> None:
    assert moments.answered(call(status, answered_at=CAME, ended_at=STAMP)) is None


def test_a_call_that_goes_on_has_not_ended() -> None:
    assert moments.ended(call(LegStatus.IN_PROGRESS, answered_at=CAME)) is None


def test_nobody_is_in_before_the_conference_began() -> None:
    person = Participant(joined_at=STAMP, left_at=STAMP)
    assert (moments.joined(person, CAME), moments.left(person, CAME)) == (CAME, CAME)
    assert moments.joined(Participant(), CAME) is None
