"""What nobody told us, and we asked after."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller

from calls import journal
from calls.models import Call
from calls.states import Direction, LegStatus, ParticipantStatus
from conferencing import conferences, reconcile
from conferencing.telephony import LegReport, OutcomeUnknown, Refused, TelephonyError, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    called,
    dials_in,
    invited,
    leg_of,
    now,
    person,
    takes_part,
    texted,
    told,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SID = "CA" + "7" * 32
NO_IDEA = OutcomeUnknown("No answer.", "timeout")


def made(to: str = ANNA, sid: str = SID, seconds: float = 0, **facts: object) -> LegReport:
    """A call that the network did make, so many seconds from now."""
    at = timezone.now() + timedelta(seconds=seconds)
    return LegReport(sid, LegStatus.RINGING, "+12125550100", to, at, **facts)


# --- Legs that are known ------------------------------------------------------------------------


def test_a_leg_whose_end_nobody_told_is_found_to_be_over(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = takes_part(leg_of(person(conference, ANNA)))
    clock.shift(60)
    ended = timezone.now() - timedelta(seconds=30)
    net.becomes(leg.sid, LegStatus.COMPLETED, ended_at=ended, duration=25)

    assert reconcile.repair() == 1

    leg = now(leg)
    assert (leg.status, leg.duration, leg.ended_at) == (LegStatus.COMPLETED, 25, ended)
    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert now(conference).end_reason == "everyone_left"


def test_a_leg_is_not_asked_after_at_once(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA))
    assert reconcile.repair() == 0
    assert net.asked_after == []

    clock.shift(21)
    reconcile.repair()
    assert net.asked_after == [net.calls[0].sid]


def test_a_leg_that_is_as_we_know_it_is_not_repaired(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    clock.shift(60)

    assert reconcile.repair() == 0
    assert leg_of(person(conference, ANNA)).status == LegStatus.QUEUED


def test_what_the_network_says_of_an_earlier_moment_moves_nothing(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    net.becomes(leg.sid, LegStatus.RINGING)
    clock.shift(60)

    assert reconcile.repair() == 0
    assert now(leg).status == LegStatus.IN_PROGRESS


def test_an_empty_answer_proves_nothing(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    net.legs.clear()
    clock.shift(60)

    assert reconcile.repair() == 0
    assert leg_of(person(conference, ANNA)).status == LegStatus.QUEUED


def test_a_leg_that_the_network_has_forgotten_is_over(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    net.legs.clear()
    clock.shift(120)

    assert reconcile.repair() == 1
    assert leg_of(person(conference, ANNA)).status == LegStatus.COMPLETED


def test_a_leg_of_long_ago_is_not_asked_after_for_ever(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA))
    clock.shift(7 * 3600)
    reconcile.repair()

    assert net.asked_after == []


@pytest.mark.parametrize("error", [TryLater("Busy."), OutcomeUnknown("No answer.")])
def test_a_network_that_does_not_answer_is_not_asked_on_and_on(
    net: PaperNetwork, clock: Traveller, error: TelephonyError
) -> None:
    """A hundred requests of five seconds each would keep every worker busy."""
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    net.will("leg", error)

    assert reconcile.repair() == 0
    assert net.asked_after == []

    reconcile.repair()
    assert len(net.asked_after) == 3


def test_a_leg_that_the_network_will_not_tell_of_does_not_hold_up_the_others(
    net: PaperNetwork, clock: Traveller
) -> None:
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    net.will("leg", Refused("Not yours."))
    reconcile.repair()

    assert len(net.asked_after) == 2


def test_a_round_ends_when_its_time_is_up(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    ask = net.leg

    def slowly(sid: str) -> LegReport | None:
        clock.shift(5)
        return ask(sid)

    net.leg = slowly
    reconcile.repair()

    assert len(net.asked_after) == 2


def test_forgotten_conferences_are_ended(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    Call.objects.filter(id=leg.id).update(status=LegStatus.COMPLETED)

    reconcile.repair()

    assert now(conference).end_reason == "everyone_left"


# --- Legs of unknown outcome --------------------------------------------------------------------


def unknown_leg(net: PaperNetwork) -> Call:
    net.will("call", NO_IDEA)
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    assert leg.status == LegStatus.UNKNOWN
    return leg


def test_the_one_call_that_fits_is_the_one(net: PaperNetwork, clock: Traveller) -> None:
    leg = unknown_leg(net)
    net.legs[SID] = made(seconds=1)
    clock.shift(30)

    assert reconcile.repair() == 1
    assert (now(leg).status, now(leg).sid) == (LegStatus.RINGING, SID)


def test_one_empty_answer_leaves_it_unknown_and_it_is_never_called_again(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    for _ in range(3):
        clock.shift(30)
        assert reconcile.repair() == 0

    assert now(leg).status == LegStatus.UNKNOWN
    assert net.calls == []


def test_of_two_calls_that_fit_neither_is_taken(net: PaperNetwork, clock: Traveller) -> None:
    leg = unknown_leg(net)
    net.legs |= {SID: made(), "CA2": made(sid="CA2")}
    clock.shift(30)
    reconcile.repair()

    assert now(leg).sid is None


def test_of_two_unknown_legs_to_one_number_neither_is_given_the_call(
    net: PaperNetwork, clock: Traveller
) -> None:
    legs = [unknown_leg(net), unknown_leg(net)]
    net.legs[SID] = made()
    clock.shift(30)
    reconcile.repair()

    assert [now(leg).sid for leg in legs] == [None, None]


def test_a_call_that_may_be_just_being_asked_for_is_not_taken(
    net: PaperNetwork, clock: Traveller
) -> None:
    """Its own leg, in another conference, would be left without it."""
    leg = unknown_leg(net)
    net.legs[SID] = made()
    asked_for_now = invited(texted(BERT))
    other = conferences.invite(asked_for_now.id, called(ANNA))
    journal.new_leg(
        Call(
            direction=Direction.OUTBOUND,
            from_number="+12125550100",
            to_number=ANNA,
            conference=asked_for_now,
            participant=other,
        )
    )
    clock.shift(30)
    reconcile.repair()

    assert now(leg).sid is None


@pytest.mark.parametrize(
    "report",
    [
        made(to=BERT),
        made(seconds=-60),
        made(seconds=3600),
        LegReport(SID, LegStatus.RINGING, "+12125550101", ANNA),
        LegReport(SID, LegStatus.RINGING, "+12125550100", ANNA),
    ],
    ids=["to another", "before", "long after", "from another line", "of no known time"],
)
def test_a_call_that_does_not_fit_is_not_taken(net: PaperNetwork, report: LegReport) -> None:
    leg = unknown_leg(net)
    Call.objects.filter(id=leg.id).update(created_at=timezone.now() - timedelta(seconds=25))
    net.legs[SID] = report
    reconcile.repair()

    assert now(leg).sid is None


def test_a_call_that_is_known_to_be_anothers_is_not_taken(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    other = invited(called(ANNA))
    assert leg_of(person(other, ANNA)).sid
    clock.shift(30)
    reconcile.repair()

    assert now(leg).sid is None


def test_an_unknown_leg_that_is_found_to_be_over_ends_what_it_held_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    net.will("call", NO_IDEA)
    conference = invited(called(ANNA))
    net.legs[SID] = made()
    net.becomes(SID, LegStatus.BUSY)
    clock.shift(30)
    reconcile.repair()

    assert person(conference, ANNA).status == ParticipantStatus.BUSY
    assert now(conference).end_reason == "failed"


def test_an_unknown_leg_of_which_a_callback_came_is_asked_after_by_its_sid(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    told(leg, LegStatus.RINGING, sid=SID)
    clock.shift(30)
    net.legs[SID] = made()
    net.becomes(SID, LegStatus.NO_ANSWER)
    reconcile.repair()

    assert net.asked_after == [SID]
    assert now(leg).status == LegStatus.NO_ANSWER
