"""What nobody told us, and we asked after."""

from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller

from calls import journal
from calls.models import Call
from calls.states import Direction, LegStatus, ParticipantStatus
from conferencing import conferences, orders, reconciling
from conferencing.models import Order, OrderState
from conferencing.steps import Goodbye
from conferencing.telephony import (
    LegReport,
    OutcomeUnknown,
    Refused,
    Seat,
    TelephonyError,
    TryLater,
)
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
    picks_up,
    presses,
    takes_part,
    texted,
    told,
    work,
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

    assert reconciling.repair() == 1

    leg = now(leg)
    assert (leg.status, leg.duration, leg.ended_at) == (LegStatus.COMPLETED, 25, ended)
    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert now(conference).end_reason == "everyone_left"


def test_a_leg_is_not_asked_after_at_once(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA))
    assert reconciling.repair() == 0
    assert net.asked_after == []

    clock.shift(21)
    reconciling.repair()
    assert net.asked_after == [net.calls[0].sid]


def test_a_leg_that_is_as_we_know_it_is_not_repaired(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    clock.shift(60)

    assert reconciling.repair() == 0
    assert leg_of(person(conference, ANNA)).status == LegStatus.QUEUED


def test_what_the_network_says_of_an_earlier_moment_moves_nothing(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    net.becomes(leg.sid, LegStatus.RINGING)
    clock.shift(60)

    assert reconciling.repair() == 0
    assert now(leg).status == LegStatus.IN_PROGRESS


def test_an_empty_answer_proves_nothing(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    net.legs.clear()
    clock.shift(60)

    assert reconciling.repair() == 0
    assert leg_of(person(conference, ANNA)).status == LegStatus.QUEUED


def test_a_leg_that_the_network_has_forgotten_is_over(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    net.legs.clear()
    clock.shift(120)

    assert reconciling.repair() == 1
    assert leg_of(person(conference, ANNA)).status == LegStatus.COMPLETED


def test_a_leg_of_long_ago_is_not_asked_after_for_ever(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA))
    clock.shift(7 * 3600)
    reconciling.repair()

    assert net.asked_after == []


@pytest.mark.parametrize("error", [TryLater("Busy."), OutcomeUnknown("No answer.")])
def test_a_network_that_does_not_answer_is_not_asked_on_and_on(
    net: PaperNetwork, clock: Traveller, error: TelephonyError
) -> None:
    """A hundred requests of five seconds each would keep every worker busy."""
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    net.will("leg", error)

    assert reconciling.repair() == 0
    assert net.asked_after == []

    reconciling.repair()
    assert len(net.asked_after) == 3


def test_a_leg_that_the_network_will_not_tell_of_does_not_hold_up_the_others(
    net: PaperNetwork, clock: Traveller
) -> None:
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    net.will("leg", Refused("Not yours."))
    reconciling.repair()

    assert len(net.asked_after) == 2


def test_a_round_ends_when_its_time_is_up(net: PaperNetwork, clock: Traveller) -> None:
    invited(called(ANNA), called(BERT), called(CARL))
    clock.shift(60)
    ask = net.leg

    def slowly(sid: str) -> LegReport | None:
        clock.shift(5)
        return ask(sid)

    net.leg = slowly
    reconciling.repair()

    assert len(net.asked_after) == 2


def test_forgotten_conferences_are_ended(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    Call.objects.filter(id=leg.id).update(status=LegStatus.COMPLETED)

    reconciling.repair()

    assert now(conference).end_reason == "everyone_left"


# --- Many legs ----------------------------------------------------------------------------------

CROWD = [f"+12125550{n}" for n in range(130, 150)]


def a_crowd(net: PaperNetwork, clock: Traveller) -> list[Call]:
    """Twenty people are called; of nobody a callback comes."""
    conference = invited(*map(called, CROWD))
    clock.shift(30)
    return [leg_of(person(conference, number)) for number in CROWD]


def test_many_legs_are_looked_up_in_lists(net: PaperNetwork, clock: Traveller) -> None:
    legs = a_crowd(net, clock)
    ended = timezone.now() - timedelta(seconds=5)
    for leg in legs[:10]:
        net.becomes(leg.sid, LegStatus.BUSY, ended_at=ended, duration=0)
    for leg in legs[10:]:
        net.becomes(leg.sid, LegStatus.IN_PROGRESS)

    assert reconciling.repair() == 20
    assert net.asked_after == []
    assert {now(leg).status for leg in legs[:10]} == {LegStatus.BUSY}
    assert {now(leg).status for leg in legs[10:]} == {LegStatus.IN_PROGRESS}


def test_what_no_list_shows_is_asked_after_by_its_own_id(
    net: PaperNetwork, clock: Traveller
) -> None:
    legs = a_crowd(net, clock)
    net.unlisted = {legs[0].sid}
    net.becomes(legs[0].sid, LegStatus.BUSY, ended_at=timezone.now(), duration=0)

    assert reconciling.repair() == 1
    assert net.asked_after == [legs[0].sid]


def test_empty_lists_prove_nothing(net: PaperNetwork, clock: Traveller) -> None:
    legs = a_crowd(net, clock)
    net.legs.clear()

    assert reconciling.repair() == 0
    assert {now(leg).status for leg in legs} == {LegStatus.QUEUED}


def test_a_list_that_breaks_off_is_taken_up_next_time(net: PaperNetwork, clock: Traveller) -> None:
    legs = a_crowd(net, clock)
    for leg in legs:
        net.becomes(leg.sid, LegStatus.RINGING)
    net.will("legs_under_way", OutcomeUnknown("No answer."))

    assert reconciling.repair() == 0
    assert reconciling.repair() == 20


def test_a_leg_that_was_just_asked_after_waits_for_its_turn(
    net: PaperNetwork, clock: Traveller
) -> None:
    invited(called(ANNA))
    clock.shift(15)
    reconciling.repair()
    clock.shift(5)
    reconciling.repair()
    assert len(net.asked_after) == 1

    clock.shift(10)
    reconciling.repair()
    assert len(net.asked_after) == 2


def test_legs_of_ended_conferences_come_first(net: PaperNetwork, clock: Traveller) -> None:
    longest = invited(called(ANNA))
    clock.shift(10)
    over = invited(called(BERT))
    conferences.end_by_request(over.id)
    clock.shift(30)
    reconciling.repair()

    first = [leg_of(person(over, BERT)).sid, leg_of(person(longest, ANNA)).sid]
    assert net.asked_after == first


# --- Durations ----------------------------------------------------------------------------------


def test_a_duration_that_nobody_told_is_filled_in(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = takes_part(leg_of(person(conference, ANNA)))
    told(leg, LegStatus.COMPLETED)
    ended = now(leg).ended_at
    net.becomes(leg.sid, LegStatus.COMPLETED, ended_at=ended, duration=61)
    clock.shift(15)
    reconciling.repair()
    assert now(leg).duration == 61

    clock.shift(30)
    net.asked_after.clear()
    reconciling.repair()
    assert net.asked_after == []


def test_a_duration_that_the_network_never_tells_is_given_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    told(leg, LegStatus.FAILED)
    net.becomes(leg.sid, LegStatus.FAILED)
    for _ in range(40):
        clock.shift(15)
        reconciling.repair()

    assert 0 < len(net.asked_after) <= 20


# --- What lives on ------------------------------------------------------------------------------


def test_a_live_leg_of_an_ending_conference_is_hung_up_again(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    conferences.end_by_request(conference.id)
    work()
    Order.objects.get_or_create(
        **{f: getattr(orders.hang_up(leg), f) for f in ("kind", "lane", "key", "call_id")},
        defaults={"state": OrderState.DONE},
    )
    net.becomes(leg.sid, LegStatus.IN_PROGRESS)
    clock.shift(30)
    reconciling.repair()
    work()

    assert net.hung_up == [leg.sid]
    assert now(conference).status == "ended"


def test_a_leg_that_we_took_for_over_and_that_lives_is_hung_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    told(leg, LegStatus.COMPLETED, duration=3)
    assert now(conference).status == "ended"
    net.becomes(leg.sid, LegStatus.IN_PROGRESS)

    reconciling.repair()
    assert net.hung_up == []  # the list may only be behind

    clock.shift(30)
    reconciling.repair()
    assert net.hung_up == [leg.sid]


def test_a_room_of_an_ended_conference_is_ended_again(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    told(leg, LegStatus.COMPLETED, duration=3)
    net.sits_in(conference.id, "CF9", Seat("CAx"))
    net.sits_in("somebody-elses", "CF8", Seat("CAy"))
    clock.shift(30)
    reconciling.repair()
    work()

    assert [name for name, _ in net.rooms_ended] == [conference.id]


def test_where_nothing_happened_no_list_is_asked_for(net: PaperNetwork, clock: Traveller) -> None:
    invited(texted(ANNA))
    reconciling.repair()
    reconciling.look()

    assert (net.listed, net.asked_after) == ([], [])


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

    assert reconciling.repair() == 1
    assert (now(leg).status, now(leg).sid) == (LegStatus.RINGING, SID)


def test_one_empty_answer_proves_nothing_and_two_do(net: PaperNetwork, clock: Traveller) -> None:
    leg = unknown_leg(net)
    clock.shift(20)
    assert reconciling.repair() == 0
    assert now(leg).status == LegStatus.UNKNOWN

    clock.shift(15)
    assert reconciling.repair() == 1
    assert now(leg).status == LegStatus.FAILED
    assert now(leg).error_detail == "The network never made this call."
    assert person(leg.conference, ANNA).status == ParticipantStatus.FAILED


def test_it_is_never_called_again_by_itself(net: PaperNetwork, clock: Traveller) -> None:
    unknown_leg(net)
    for _ in range(5):
        clock.shift(15)
        reconciling.repair()
        work()
    assert net.calls == []


def test_a_list_that_lags_behind_shows_it_at_the_second_look(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    at = made(seconds=1)
    clock.shift(20)
    reconciling.repair()
    net.legs[SID] = at
    clock.shift(15)
    reconciling.repair()

    assert (now(leg).status, now(leg).sid) == (LegStatus.RINGING, SID)


def test_who_answers_a_call_that_was_taken_for_never_made_is_not_let_in(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    for _ in range(2):
        clock.shift(20)
        reconciling.repair()
    picks_up(leg)

    assert isinstance(presses(leg, "1"), Goodbye)
    assert now(leg).status == LegStatus.FAILED


def test_nobody_knows_which_call_it_was_and_nobody_is_on_the_phone(
    net: PaperNetwork, clock: Traveller
) -> None:
    """Two calls fit. While one of them may go on, it is unknown; then it holds nobody up."""
    leg = unknown_leg(net)
    net.legs |= {SID: made(), "CA2": made(sid="CA2")}
    clock.shift(240)
    reconciling.repair()
    assert now(leg).status == LegStatus.UNKNOWN

    net.becomes(SID, LegStatus.NO_ANSWER)
    net.becomes("CA2", LegStatus.BUSY)
    clock.shift(15)
    reconciling.repair()
    assert now(leg).status == LegStatus.FAILED
    assert "cannot be told which" in now(leg).error_detail


def test_a_call_that_is_found_after_the_end_is_hung_up(net: PaperNetwork, clock: Traveller) -> None:
    leg = unknown_leg(net)
    conferences.end_by_request(leg.conference_id)
    work()
    net.legs[SID] = made(seconds=1)
    clock.shift(20)
    reconciling.repair()
    work()

    assert net.hung_up == [SID]
    assert now(leg.conference).status == "ended"


def test_of_two_calls_that_fit_neither_is_taken(net: PaperNetwork, clock: Traveller) -> None:
    leg = unknown_leg(net)
    net.legs |= {SID: made(), "CA2": made(sid="CA2")}
    clock.shift(30)
    reconciling.repair()

    assert now(leg).sid is None


def test_of_two_unknown_legs_to_one_number_neither_is_given_the_call(
    net: PaperNetwork, clock: Traveller
) -> None:
    legs = [unknown_leg(net), unknown_leg(net)]
    net.legs[SID] = made()
    clock.shift(30)
    reconciling.repair()

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
    reconciling.repair()

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
    reconciling.repair()

    assert now(leg).sid is None


def test_a_call_that_is_known_to_be_anothers_is_not_taken(
    net: PaperNetwork, clock: Traveller
) -> None:
    leg = unknown_leg(net)
    other = invited(called(ANNA))
    assert leg_of(person(other, ANNA)).sid
    clock.shift(30)
    reconciling.repair()

    assert now(leg).sid is None


def test_an_unknown_leg_that_is_found_to_be_over_ends_what_it_held_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    net.will("call", NO_IDEA)
    conference = invited(called(ANNA))
    net.legs[SID] = made()
    net.becomes(SID, LegStatus.BUSY)
    clock.shift(30)
    reconciling.repair()

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
    reconciling.repair()

    assert net.asked_after == [SID]
    assert now(leg).status == LegStatus.NO_ANSWER
