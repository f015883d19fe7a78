"""A locked conference takes in nobody new, says why, and goes on with inviting when unlocked."""

import pytest

from calls.models import Conference
from calls.states import EventKind, LegStatus, ParticipantStatus
from conferencing import conferences, inviting_again, locking
from conferencing.errors import NotPossibleNow
from conferencing.steps import Farewell, Goodbye, Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    DORA,
    STRANGER,
    both_in,
    called,
    dials_in,
    hangs_up,
    invited,
    leg_of,
    now,
    opened,
    person,
    picks_up,
    presses,
    rings_in,
    texted,
    told,
    types,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

THE_DESK = "Dora"


def lock(conference: Conference, reason: str = "") -> Conference:
    return locking.lock(conference.id, by=THE_DESK, reason=reason)


def unlock(conference: Conference) -> Conference:
    return locking.unlock(conference.id, by=THE_DESK)


def kinds(conference: Conference, *of: EventKind) -> list[str]:
    events = conference.events.filter(kind__in=of).order_by("id")
    return [event.kind for event in events]


# --- Turned away ----------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [CARL, STRANGER])
def test_nobody_new_is_let_in_and_hears_why(net: PaperNetwork, caller: str) -> None:
    conference = invited(texted(ANNA), called(BERT), texted(CARL))
    dials_in(ANNA, conference)
    lock(conference, 'The board "meets" alone.')

    leg = rings_in(caller)
    step = types(leg, conference.code)

    assert step == Goodbye(Farewell.LOCKED, reason='The board "meets" alone.')
    away = conference.events.get(kind=EventKind.TURNED_AWAY)
    assert away.call_id == leg.id
    assert person(conference, CARL).status == ParticipantStatus.INVITED
    assert not conference.participants.filter(invited=False).exists()


def test_who_is_called_already_and_presses_1_hears_it_too(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    lock(conference)

    bert = leg_of(person(conference, BERT))
    picks_up(bert)
    step = presses(bert, "1")
    told(bert, LegStatus.COMPLETED)

    assert step == Goodbye(Farewell.LOCKED)
    assert now(person(conference, BERT)).status == ParticipantStatus.CANCELED


def test_who_has_been_in_may_come_back(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    hangs_up(leg)
    lock(conference)

    assert isinstance(types(rings_in(ANNA), conference.code), Join)


def test_before_anybody_is_in_it_can_be_locked_too(net: PaperNetwork) -> None:
    conference = invited()
    lock(conference)

    assert isinstance(types(rings_in(ANNA), conference.code), Goodbye)
    unlock(conference)
    assert isinstance(types(rings_in(ANNA), conference.code), Join)


# --- Invitations wait -----------------------------------------------------------------------------


def test_those_not_yet_invited_wait_until_it_is_unlocked(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA), called(BERT))
    lock(conference)
    work()
    assert (net.texts, net.calls) == ([], [])
    assert person(conference, BERT).status == ParticipantStatus.PENDING

    unlock(conference)
    work()

    assert ([text.to for text in net.texts], [call.to for call in net.calls]) == ([ANNA], [BERT])


def test_nobody_is_added_or_called_again_while_it_is_locked(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    told(leg_of(person(conference, BERT)), LegStatus.BUSY)
    lock(conference)

    for deed in (
        lambda: conferences.invite(conference.id, called(DORA)),
        lambda: inviting_again.retry(person(conference, BERT).id, by=THE_DESK),
    ):
        with pytest.raises(NotPossibleNow) as refused:
            deed()
        assert (refused.value.code, refused.value.detail) == (
            "locked",
            "The conference is locked: unlock it first.",
        )

    unlock(conference)
    conferences.invite(conference.id, called(DORA))
    inviting_again.retry(person(conference, BERT).id, by=THE_DESK)


def test_a_locked_conference_ends_as_any_other(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA), called(BERT))
    lock(conference)
    conferences.end_by_request(conference.id)
    work()

    assert (net.texts, net.calls) == ([], [])
    assert now(conference).ended_at


# --- Twice, and too late --------------------------------------------------------------------------


def test_what_is_so_already_is_not_done_again(net: PaperNetwork) -> None:
    conference = invited()
    unlock(conference)
    since = lock(conference, "Budget").locked_at
    assert lock(conference, "Budget").locked_at == since
    assert lock(conference, "Salaries").lock_reason == "Salaries"
    unlock(conference)
    assert unlock(conference).locked_at is None

    done = kinds(conference, EventKind.LOCKED, EventKind.UNLOCKED)
    assert done == ["locked", "locked", "unlocked"]
    locked = conference.events.filter(kind=EventKind.LOCKED).first()
    assert locked.detail == {"by": THE_DESK, "reason": "Budget"}


def test_what_is_over_is_neither_locked_nor_unlocked(net: PaperNetwork) -> None:
    conference = invited()
    conferences.end_by_request(conference.id)

    for deed in (lock, unlock):
        with pytest.raises(NotPossibleNow) as refused:
            deed(conference)
        assert refused.value.code == "conference_over"
