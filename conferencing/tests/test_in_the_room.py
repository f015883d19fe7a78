"""Mute, hold, and those who are left alone: what is asked, what is done, what is shown."""

from functools import partial

import pytest

from calls import wishes
from calls.models import Call, Conference, Participant
from calls.states import Command, EventKind, ParticipantStatus
from calls.tests.threads import together
from conferencing import conferences, in_the_room, performing
from conferencing.errors import NotPossibleNow
from conferencing.models import Lane, Order, OrderKind, OrderState
from conferencing.steps import Join
from conferencing.telephony import NotThere, Refused, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    both_in,
    called,
    dials_in,
    enters_room,
    hangs_up,
    invited,
    is_said_to_be,
    leaves_room,
    leg_of,
    now,
    person,
    rings_in,
    takes_part,
    texted,
    types,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

THE_DESK = "Dora"


def asks(who: Participant, *commands: Command, by: str = THE_DESK) -> Participant:
    return in_the_room.command(who.id, *commands, by=by)


def asked_of(conference: Conference) -> list[tuple[str, str]]:
    events = conference.events.filter(kind=EventKind.ASKED).order_by("id")
    return [(event.detail["command"], event.detail["by"]) for event in events]


def why_not(who: Participant, command: Command = Command.MUTE) -> tuple[str, str]:
    with pytest.raises(NotPossibleNow) as refused:
        asks(who, command)
    return refused.value.code, refused.value.detail


# --- Asked, and done --------------------------------------------------------------------------


def test_muted_is_who_the_network_says_is_muted(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    anna = person(conference, ANNA)

    asks(anna, Command.MUTE)
    assert (now(anna).to_be_muted, now(anna).muted) == (True, False)
    work()
    assert net.muted == [(leg.sid, True)]
    assert not now(anna).muted, "it was asked for; nobody has said that it is so"
    is_said_to_be(leg, EventKind.MUTED)
    assert now(anna).muted

    asks(anna, Command.UNMUTE, by="API key desk")
    work()
    is_said_to_be(leg, EventKind.UNMUTED)
    assert net.muted == [(leg.sid, True), (leg.sid, False)]
    assert not now(anna).muted
    assert asked_of(conference) == [("mute", THE_DESK), ("unmute", "API key desk")]


def test_on_hold_and_back(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    anna = person(conference, ANNA)

    asks(anna, Command.HOLD)
    work()
    is_said_to_be(leg, EventKind.HELD)
    assert (now(anna).on_hold, now(anna).status) == (True, ParticipantStatus.JOINED)

    asks(anna, Command.RESUME)
    work()
    is_said_to_be(leg, EventKind.RESUMED)
    assert net.held == [(leg.sid, True), (leg.sid, False)]
    assert not now(anna).on_hold


def test_two_wishes_in_one_request(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)

    asks(person(conference, ANNA), Command.MUTE, Command.HOLD)
    work()

    assert (net.muted, net.held) == ([(leg.sid, True)], [(leg.sid, True)])


def test_what_is_wanted_already_is_not_asked_again(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    anna = person(conference, ANNA)

    asks(anna, Command.UNMUTE)
    asks(anna, Command.MUTE)
    asks(anna, Command.MUTE, by="somebody else")

    assert asked_of(conference) == [("mute", THE_DESK)]


def test_the_words_of_the_room_may_come_in_any_order(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)

    is_said_to_be(leg, EventKind.UNMUTED, number=902)
    is_said_to_be(leg, EventKind.MUTED, number=901)

    assert not now(person(conference, ANNA)).muted


# --- Too late -----------------------------------------------------------------------------------


def test_nobody_is_commanded_who_is_not_in_the_room(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), called(BERT), called(CARL))
    leg = takes_part(leg_of(person(conference, BERT)))

    assert why_not(person(conference, ANNA))[0] == "not_in_room"
    hangs_up_later = person(conference, BERT)
    takes_part(leg_of(person(conference, CARL)))
    hangs_up(leg)
    code, words = why_not(hangs_up_later, Command.HOLD)
    assert code == "not_in_room"
    assert words == f"{BERT} is not in the room."
    assert asked_of(conference) == []


def test_nobody_is_commanded_in_a_conference_that_is_over(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    conferences.end_by_request(conference.id)

    assert why_not(person(conference, ANNA))[0] == "conference_over"
    with pytest.raises(NotPossibleNow) as refused:
        in_the_room.mute_all(conference.id, muted=True, by=THE_DESK)
    assert refused.value.code == "conference_over"


def test_who_hangs_up_before_it_is_done_is_not_asked_for(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    asks(person(conference, ANNA), Command.MUTE)

    hangs_up(leg)
    work()

    assert net.muted == []
    assert Order.objects.get(kind=OrderKind.MUTE).state == OrderState.DROPPED


def test_who_is_just_leaving_is_no_trouble(net: PaperNetwork) -> None:
    """The network knows already that he has gone, and we do not."""
    conference = invited()
    leg, _ = both_in(conference)
    asks(person(conference, ANNA), Command.HOLD)
    net.will("hold", NotThere("Not in the room.", "20404"))

    work()

    assert Order.objects.get(kind=OrderKind.HOLD).state == OrderState.DROPPED
    hangs_up(leg)
    assert now(person(conference, ANNA)).status == ParticipantStatus.LEFT


# --- The network says no, or not now --------------------------------------------------------------


def test_a_refusal_stands_in_the_timeline(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)
    net.will("mute", Refused("Twilio will not.", "20001"))

    asks(person(conference, ANNA), Command.MUTE)
    work()

    assert not wishes.under_way(person(conference, ANNA))
    refused = conference.events.get(kind=EventKind.NOT_DONE)
    assert refused.detail["command"] == "mute"
    assert (refused.detail["error_code"], refused.detail["error"]) == ("20001", "Twilio will not.")
    assert Order.objects.get(kind=OrderKind.MUTE).state == OrderState.FAILED


def test_what_could_not_be_asked_for_now_is_asked_for_later(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    net.will("mute", TryLater("Busy.", "20429"))
    asks(person(conference, ANNA), Command.MUTE)

    work()
    assert net.muted == []
    Order.objects.filter(kind=OrderKind.MUTE).update(due_at=conference.created_at)
    work()

    assert net.muted == [(leg.sid, True)]


# --- Two at once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_organisers_the_later_has_the_last_word(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    anna = person(conference, ANNA)

    for _ in range(8):
        together(
            partial(asks, anna, Command.MUTE, by="one"),
            partial(asks, anna, Command.UNMUTE, by="the other"),
            partial(performing.work, Lane.ROOM),
        )
        together(*[partial(performing.work, Lane.ROOM)] * 2)
        work()
        last = asked_of(conference)[-1][0]
        assert now(anna).to_be_muted == (last == "mute")
        assert net.muted[-1] == (leg.sid, now(anna).to_be_muted)


# --- All ------------------------------------------------------------------------------------------


def test_mute_all_spares_organisers_and_unmute_all_nobody(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), called(BERT, organiser=True), called(CARL), name="Budget")
    anna, bert = both_in(conference)

    assert in_the_room.mute_all(conference.id, muted=True, by=THE_DESK) == 1
    work()
    assert net.muted == [(anna.sid, True)]

    asks(person(conference, BERT), Command.MUTE)
    assert in_the_room.mute_all(conference.id, muted=False, by=THE_DESK) == 2
    work()
    assert set(net.muted[-2:]) == {(anna.sid, False), (bert.sid, False)}
    assert not now(person(conference, CARL)).to_be_muted


def test_mute_all_of_the_muted_asks_nothing(net: PaperNetwork) -> None:
    conference = invited()
    both_in(conference)

    assert in_the_room.mute_all(conference.id, muted=True, by=THE_DESK) == 2
    assert in_the_room.mute_all(conference.id, muted=True, by=THE_DESK) == 0


# --- Coming back ----------------------------------------------------------------------------------


def test_who_was_muted_while_he_was_away_comes_back_muted(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    anna = person(conference, ANNA)
    leaves_room(leg)
    assert now(anna).status == ParticipantStatus.JOINED
    net.will("mute", NotThere("Not in the room.", "20404"))
    asks(anna, Command.MUTE)
    work()
    assert net.muted == []

    enters_room(leg)
    work()

    assert net.muted == [(leg.sid, True)]


def test_who_was_muted_and_dials_again_comes_in_muted(net: PaperNetwork) -> None:
    conference = invited()
    leg, _ = both_in(conference)
    asks(person(conference, ANNA), Command.MUTE)
    hangs_up(leg)

    step = types(rings_in(ANNA), conference.code)

    assert isinstance(step, Join)
    assert step.muted


# --- Alone while the others are in the menu ------------------------------------------------------


def steps_out_of_two(conference: Conference) -> tuple[Call, Call]:
    """Anna presses the star key, and Bert is left alone."""
    anna, bert = both_in(conference)
    leaves_room(anna)
    work()
    return anna, bert


def test_who_is_left_alone_hears_music_until_the_other_is_back(net: PaperNetwork) -> None:
    conference = invited()
    anna, bert = steps_out_of_two(conference)
    assert net.held == [(bert.sid, True)]
    is_said_to_be(bert, EventKind.HELD)
    assert not now(person(conference, BERT)).on_hold, "nobody has asked for that"

    enters_room(anna)
    work()

    assert net.held == [(bert.sid, True), (bert.sid, False)]
    assert conference.events.filter(kind=EventKind.JOINED).count() == 2
    assert conference.events.filter(kind=EventKind.RETURNED).count() == 1


def test_who_hears_music_for_company_may_be_held_and_resumed(net: PaperNetwork) -> None:
    conference = invited()
    anna, bert = steps_out_of_two(conference)
    is_said_to_be(bert, EventKind.HELD)

    asks(person(conference, BERT), Command.HOLD)
    assert now(person(conference, BERT)).on_hold, "held he is already"
    enters_room(anna)
    work()
    assert now(leg_of(person(conference, BERT))).on_hold
    assert net.held[-1] == (bert.sid, True)

    asks(person(conference, BERT), Command.RESUME)
    work()
    assert net.held[-1] == (bert.sid, False)


def test_of_three_nobody_is_alone(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), called(BERT), texted(CARL))
    anna, _ = both_in(conference)
    dials_in(CARL, conference)

    leaves_room(anna)
    work()

    assert net.held == []


def test_who_waits_alone_for_the_first_other_is_not_held(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    work()

    assert net.held == []
