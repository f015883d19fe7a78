"""A call to our line, from the greeting to the goodbye; and a called person's choice."""

import pytest
from time_machine import Traveller

from calls.models import Call, CallEvent
from calls.states import Direction, EventKind, LegStatus, ParticipantStatus
from calls.tests.threads import together
from conferencing import conferences, ivr
from conferencing.news import IncomingCall
from conferencing.steps import AskCode, AskToConfirm, CodeTrouble, Farewell, Goodbye, Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    called,
    dials_in,
    enters_room,
    hangs_up,
    invited,
    leaves_room,
    leg_of,
    now,
    person,
    picks_up,
    presses,
    rings_in,
    takes_part,
    texted,
    types,
    wrong,
)

pytestmark = pytest.mark.django_db

INCOMING = IncomingCall("CA" + "1" * 32, ANNA, "+12125550100")


def test_a_caller_is_asked_for_the_code() -> None:
    step = ivr.incoming(INCOMING)

    leg = Call.objects.get()
    assert step == AskCode(leg.id)
    assert (leg.direction, leg.status) == (Direction.INBOUND, LegStatus.IN_PROGRESS)
    assert (leg.from_number, leg.to_number, leg.sid) == (ANNA, "+12125550100", INCOMING.sid)


def test_a_call_that_is_announced_twice_is_one_call() -> None:
    assert ivr.incoming(INCOMING) == ivr.incoming(INCOMING)
    assert Call.objects.count() == 1


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_announced_many_times_at_once_is_one_call() -> None:
    together(*[lambda: ivr.incoming(INCOMING)] * 4)

    assert Call.objects.count() == 1


def test_silence_is_asked_again_and_then_said_goodbye_to() -> None:
    leg = rings_in(ANNA)

    said = [ivr.code_silence(leg.id, n) for n in (1, 2, 3)]

    assert said == [
        AskCode(leg.id, silences=1),
        AskCode(leg.id, silences=2),
        Goodbye(Farewell.NO_INPUT),
    ]


def test_nothing_typed_is_silence_and_no_try(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)
    for _ in range(3):
        assert types(leg, "") == AskCode(leg.id, silences=1)

    assert isinstance(types(leg, conference.code), Join)


def test_a_wrong_code_and_then_the_right_one(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), name="Weekly")
    leg = rings_in(ANNA)

    assert types(leg, wrong(conference.code)) == AskCode(leg.id, CodeTrouble.WRONG)
    step = types(leg, conference.code)

    assert isinstance(step, Join)
    assert (step.call_id, step.conference_id, step.conference_name) == (
        leg.id,
        conference.id,
        "Weekly",
    )


def test_each_wrong_try_is_an_event_without_its_digits(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)
    for _ in range(3):
        types(leg, wrong(conference.code))

    events = CallEvent.objects.filter(call=leg, kind=EventKind.CODE_WRONG)
    assert [event.detail for event in events] == [{"trouble": "wrong"}] * 3


def test_the_right_code_delivered_twice_leads_into_the_same_room(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)

    first, second = types(leg, conference.code), types(leg, conference.code)

    assert isinstance(first, Join)
    assert isinstance(second, Join)
    assert first.conference_id == second.conference_id
    assert CallEvent.objects.filter(kind=EventKind.ADMITTED).count() == 1


def test_who_is_in_one_conference_does_not_change_over_with_another_code(net: PaperNetwork) -> None:
    first, second = invited(texted(ANNA)), invited(texted(ANNA))
    leg = rings_in(ANNA)
    types(leg, first.code)

    step = types(leg, second.code)

    assert isinstance(step, Join)
    assert step.conference_id == first.id


# --- Called people ------------------------------------------------------------------------------


def test_a_called_person_hears_who_calls_and_is_asked_for_1(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), name="Weekly")
    leg = leg_of(person(conference, ANNA))

    assert picks_up(leg) == AskToConfirm(leg.id, "Weekly")


def test_a_called_person_who_says_nothing_is_asked_again_and_let_go(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT), name="Weekly")
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)

    said = [ivr.confirmation_silence(leg.id, n) for n in (1, 2, 3)]

    assert said == [
        AskToConfirm(leg.id, "Weekly", 1),
        AskToConfirm(leg.id, "Weekly", 2),
        Goodbye(Farewell.NO_INPUT),
    ]
    hangs_up(leg)
    assert person(conference, ANNA).status == ParticipantStatus.DECLINED


def test_who_is_still_silent_when_it_is_over_hears_so(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)
    conferences.end_by_request(conference.id)

    assert ivr.confirmation_silence(leg.id, 1) == Goodbye(Farewell.ENDED)


def test_a_pick_up_under_another_legs_sid_is_not_believed(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    assert ivr.answered(leg.id, "CA" + "9" * 32) == Goodbye(Farewell.NOT_NOW)
    assert now(leg).status == LegStatus.QUEUED


def test_a_pick_up_that_is_told_twice_is_one(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    assert picks_up(leg) == picks_up(leg)
    assert isinstance(presses(leg, "1"), Join)
    assert isinstance(presses(leg, "1"), Join)
    assert CallEvent.objects.filter(kind=EventKind.CONFIRMED).count() == 1


# --- Out of the room -----------------------------------------------------------------------------


def test_out_and_in_again_counts_only_the_time_inside(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    clock.shift(20)
    leaves_room(leg)
    clock.shift(60)
    enters_room(leg, room="CF2")
    clock.shift(10)
    hangs_up(leg)

    assert 29 <= person(conference, ANNA).talk_seconds <= 31


def test_in_the_room_is_a_whole_life(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = takes_part(leg_of(person(conference, ANNA)))
    hangs_up(leg)

    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert now(conference).end_reason == "everyone_left"
