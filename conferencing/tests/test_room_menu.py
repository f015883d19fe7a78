"""Out of the room: hung up, at the end, at a time limit that was extended, or by the star key."""

from datetime import timedelta

import pytest
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Call, CallEvent, Conference, Participant
from calls.states import EventKind, ParticipantStatus
from conferencing import conferences, extending, room_menu, sweeping
from conferencing.conferences import Invitee, NewConference
from conferencing.steps import (
    Farewell,
    Goodbye,
    Join,
    Nothing,
    RoomAnswer,
    RoomMenu,
    TimeLeft,
    WhoIsHere,
)
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    WITHHELD,
    called,
    deadline_of,
    dials_in,
    enters_room,
    hangs_up,
    invited,
    is_said_to_be,
    leaves_room,
    leg_of,
    now,
    person,
    presses_in_menu,
    presses_star,
    rings_in,
    takes_part,
    texted,
    types,
    work,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def conference(net: PaperNetwork) -> Conference:
    return invited(texted(ANNA, name="Anna"), texted(BERT, name="Bert"), texted(CARL))


@pytest.fixture
def anna(conference: Conference) -> Call:
    return dials_in(ANNA, conference)


@pytest.fixture
def bert(conference: Conference, anna: Call) -> Call:
    return dials_in(BERT, conference)


def is_organiser(leg: Call) -> None:
    Participant.objects.filter(id=leg.participant_id).update(organiser=True)


def events(leg: Call, kind: EventKind) -> int:
    return CallEvent.objects.filter(call=leg, kind=kind).count()


def asked_in(leg: Call) -> RoomMenu:
    step = presses_star(leg)
    assert isinstance(step, RoomMenu)
    return step


# --- Why a leg is out of the room -----------------------------------------------------------------


def test_who_is_let_go_at_the_deadline_hears_that_time_is_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    anna = dials_in(ANNA, invited(texted(ANNA)))
    clock.shift(301)

    assert presses_star(anna) == Goodbye(Farewell.TIME_IS_UP)
    assert now(anna).left_at


def test_who_is_let_go_by_request_hears_that_it_is_over(anna: Call, conference: Conference) -> None:
    conferences.end_by_request(conference.id)

    assert presses_star(anna) == Goodbye(Farewell.ENDED)


def test_who_has_hung_up_hears_nothing(anna: Call) -> None:
    assert room_menu.left_room(anna.id, deadline_of(anna), 0, gone=True) == Nothing()
    assert now(anna).left_at


def test_whom_the_room_did_not_take_is_let_go_lest_he_goes_in_circles(anna: Call) -> None:
    step = room_menu.left_room(anna.id, deadline_of(anna), 0, refused=True)

    assert step == Goodbye(Farewell.NOT_NOW)
    assert not events(anna, EventKind.STEPPED_OUT)


def test_whom_the_room_did_not_take_at_its_end_hears_why(
    anna: Call, conference: Conference
) -> None:
    conferences.end_by_request(conference.id)

    step = room_menu.left_room(anna.id, deadline_of(anna), 0, refused=True)

    assert step == Goodbye(Farewell.ENDED)


def test_a_leg_whose_time_limit_ran_out_after_an_extension_goes_straight_back_in(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA))
    anna = dials_in(ANNA, conference)
    told = deadline_of(anna)
    extending.extend(conference.id, 300, by="Anna")
    clock.shift(315)

    step = presses_star(anna, deadline=told)

    assert isinstance(step, Join)
    assert (step.rejoins, step.deadline, step.stay) == (True, told + 300, 1)
    assert 283 <= step.seconds_left <= 286
    assert not events(anna, EventKind.STEPPED_OUT)


def test_the_star_key_in_an_extended_conference_is_still_the_star_key(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA))
    anna = dials_in(ANNA, conference)
    told = deadline_of(anna)
    extending.extend(conference.id, 300, by="Anna")
    clock.shift(310)

    assert isinstance(presses_star(anna, deadline=told), RoomMenu)


# --- The star key ---------------------------------------------------------------------------------


def test_the_star_key_leads_to_the_menu_and_out_of_nothing(anna: Call, bert: Call) -> None:
    menu = asked_in(anna)

    assert (menu.muted, menu.may_extend, menu.answer) == (False, False, None)
    assert events(anna, EventKind.STEPPED_OUT) == 1
    leaves_room(anna)
    assert person(now(anna).conference, ANNA).status == ParticipantStatus.JOINED


def test_told_again_the_star_key_was_pressed_once(anna: Call) -> None:
    assert asked_in(anna) == asked_in(anna)
    assert events(anna, EventKind.STEPPED_OUT) == 1


@pytest.mark.parametrize("key", ["", "*"])
def test_silence_and_the_star_key_go_back_in_without_a_greeting(anna: Call, key: str) -> None:
    step = presses_in_menu(asked_in(anna), key)

    assert isinstance(step, Join)
    assert (step.rejoins, step.stay, step.answer, step.muted) == (True, 1, None, False)


def test_each_stay_in_the_menu_is_another_one(anna: Call) -> None:
    presses_in_menu(asked_in(anna), "")
    menu = presses_star(anna, stay=1)

    assert menu.stay == 1
    assert events(anna, EventKind.STEPPED_OUT) == 2


def test_who_comes_back_has_joined_once(anna: Call, bert: Call) -> None:
    presses_in_menu(asked_in(anna), "")
    leaves_room(anna)
    enters_room(anna)

    assert (events(anna, EventKind.JOINED), events(anna, EventKind.RETURNED)) == (1, 1)
    assert person(now(anna).conference, ANNA).status == ParticipantStatus.JOINED


def test_told_of_the_way_out_before_the_way_in_it_has_joined_once(
    conference: Conference, net: PaperNetwork
) -> None:
    anna = rings_in(ANNA)
    types(anna, conference.code)
    leaves_room(anna, number=2)
    enters_room(anna, number=3)
    enters_room(anna, number=1)

    assert (events(anna, EventKind.JOINED), events(anna, EventKind.RETURNED)) == (1, 1)
    assert person(conference, ANNA).status == ParticipantStatus.JOINED


# --- 1: mute or unmute me -------------------------------------------------------------------------


def test_1_mutes_and_the_next_1_unmutes(anna: Call) -> None:
    step = presses_in_menu(asked_in(anna), "1")

    assert isinstance(step, Join)
    assert (step.muted, step.answer, step.rejoins) == (True, RoomAnswer.MUTED, True)
    menu = presses_star(anna, stay=1)
    assert menu.muted
    step = presses_in_menu(menu, "1")
    assert (step.muted, step.answer) == (False, RoomAnswer.HEARD_AGAIN)


def test_1_told_again_does_not_toggle_again(stopped_clock: Traveller, anna: Call) -> None:
    menu = asked_in(anna)

    assert presses_in_menu(menu, "1") == presses_in_menu(menu, "1")
    assert now(anna.participant).to_be_muted
    asked = CallEvent.objects.get(kind=EventKind.ASKED)
    assert asked.detail == {"command": "mute", "by": "Anna"}


def test_who_was_muted_by_somebody_else_while_in_the_menu_comes_back_as_that_one_wants(
    anna: Call,
) -> None:
    menu = asked_in(anna)
    Participant.objects.filter(id=anna.participant_id).update(to_be_muted=True)

    assert presses_in_menu(menu, "*").muted


# --- 2: who is here -------------------------------------------------------------------------------


def test_2_says_who_else_is_here_and_asks_again(
    anna: Call, bert: Call, conference: Conference
) -> None:
    dials_in(CARL, conference)
    menu = presses_in_menu(asked_in(anna), "2")

    assert menu.answer == WhoIsHere(("Bert",), 1, unnamed=True)
    assert menu.asked == 1
    assert presses_in_menu(menu, "2").answer == menu.answer


def test_2_counts_those_who_are_in_the_menu_too_but_not_who_has_left(
    anna: Call, bert: Call, conference: Conference
) -> None:
    carl = dials_in(CARL, conference)
    presses_star(bert)
    leaves_room(bert)
    hangs_up(carl)

    assert presses_in_menu(asked_in(anna), "2").answer == WhoIsHere(("Bert",), 0, unnamed=False)


def test_2_alone(anna: Call) -> None:
    assert presses_in_menu(asked_in(anna), "2").answer == WhoIsHere((), 0, unnamed=False)


def test_2_names_the_first_eight_of_many(net: PaperNetwork) -> None:
    numbers = [f"+1212555014{n}" for n in range(10)]
    conference = invited(*(called(number, name=f"P{n}") for n, number in enumerate(numbers)))
    legs = [takes_part(leg_of(person(conference, number))) for number in numbers]

    answer = presses_in_menu(asked_in(legs[9]), "2").answer

    assert answer == WhoIsHere(tuple(f"P{n}" for n in range(8)), 1, unnamed=False)


def test_2_counts_a_withheld_number(anna: Call, conference: Conference, settings: Settings) -> None:
    settings.STRANGER_RISK_PER_DAY = 1
    dials_in(WITHHELD, conference)

    assert presses_in_menu(asked_in(anna), "2").answer == WhoIsHere((), 1, unnamed=True)


# --- 3: how long is left --------------------------------------------------------------------------


def test_3_says_how_long_is_left(net: PaperNetwork, clock: Traveller) -> None:
    anna = dials_in(ANNA, invited(texted(ANNA)))
    clock.shift(48)

    menu = presses_in_menu(asked_in(anna), "3")

    assert isinstance(menu.answer, TimeLeft)
    assert 250 <= menu.answer.seconds <= 252


# --- 4: another five minutes ----------------------------------------------------------------------


def test_4_is_an_organisers(anna: Call, conference: Conference) -> None:
    ends_at = now(conference).ends_at
    step = presses_in_menu(asked_in(anna), "4")

    assert step.answer is RoomAnswer.NOT_UNDERSTOOD
    assert now(conference).ends_at == ends_at


def test_4_extends_by_five_minutes_for_everybody(anna: Call, conference: Conference) -> None:
    is_organiser(anna)
    ends_at = now(conference).ends_at
    menu = asked_in(anna)
    assert menu.may_extend

    step = presses_in_menu(menu, "4")

    assert isinstance(step, Join)
    assert (step.answer, step.rejoins) == (RoomAnswer.FIVE_MORE_MINUTES, True)
    assert now(conference).ends_at == ends_at + timedelta(seconds=300)
    assert step.deadline == int((ends_at + timedelta(seconds=300)).timestamp())


def test_4_told_again_extends_once_even_at_the_cap(
    anna: Call, conference: Conference, settings: Settings
) -> None:
    settings.CONFERENCE_LONGEST_DURATION = 600
    is_organiser(anna)
    ends_at = now(conference).ends_at
    menu = asked_in(anna)

    steps = [presses_in_menu(menu, "4") for _ in range(3)]

    assert {step.answer for step in steps} == {RoomAnswer.FIVE_MORE_MINUTES}
    assert now(conference).ends_at == ends_at + timedelta(seconds=300)


def test_4_is_not_offered_beyond_the_cap_and_says_so(
    anna: Call, conference: Conference, settings: Settings
) -> None:
    settings.CONFERENCE_LONGEST_DURATION = 400
    is_organiser(anna)
    ends_at = now(conference).ends_at
    menu = asked_in(anna)
    assert not menu.may_extend

    again = presses_in_menu(menu, "4")

    assert (again.answer, again.asked) == (RoomAnswer.NO_MORE_TIME, 1)
    assert now(conference).ends_at == ends_at


# --- 9, and other keys ----------------------------------------------------------------------------


def test_9_leaves_for_good(anna: Call, bert: Call, conference: Conference) -> None:
    menu = asked_in(anna)
    leaves_room(anna)

    assert presses_in_menu(menu, "9") == Goodbye(Farewell.LEFT)
    assert presses_in_menu(menu, "9") == Goodbye(Farewell.LEFT)

    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert events(anna, EventKind.LEFT) == 2  # the room's word, and the leg's own
    hangs_up(anna)
    assert now(conference).status == "live"


def test_the_leave_callback_may_come_after_the_goodbye(
    anna: Call, bert: Call, conference: Conference
) -> None:
    presses_in_menu(asked_in(anna), "9")
    leaves_room(anna)

    assert person(conference, ANNA).status == ParticipantStatus.LEFT


def test_a_wrong_key_is_forgiven_once_then_it_is_back_in(anna: Call) -> None:
    menu = presses_in_menu(asked_in(anna), "7")

    assert menu.answer is RoomAnswer.NOT_UNDERSTOOD
    assert isinstance(presses_in_menu(menu, "#"), Join)


def test_a_right_key_makes_up_for_a_wrong_one(anna: Call) -> None:
    menu = presses_in_menu(presses_in_menu(asked_in(anna), "7"), "3")

    assert presses_in_menu(menu, "7").answer is RoomAnswer.NOT_UNDERSTOOD


# --- The end comes while somebody is in the menu --------------------------------------------------


@pytest.mark.parametrize("key", ["", "*", "1", "2", "3", "4", "9", "0"])
def test_whatever_is_pressed_after_the_deadline_the_time_is_up(
    net: PaperNetwork, key: str, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=60)
    anna = dials_in(ANNA, conference)
    is_organiser(anna)
    menu = asked_in(anna)
    clock.shift(60)

    assert presses_in_menu(menu, key) == Goodbye(Farewell.TIME_IS_UP)
    assert not now(anna.participant).to_be_muted


@pytest.mark.parametrize("key", ["", "1", "4"])
def test_whatever_is_pressed_after_somebody_ended_it_it_is_over(
    anna: Call, conference: Conference, key: str
) -> None:
    is_organiser(anna)
    menu = asked_in(anna)
    conferences.end_by_request(conference.id)

    assert presses_in_menu(menu, key) == Goodbye(Farewell.ENDED)


def test_whoever_is_in_the_menu_at_the_end_hears_goodbye_and_not_the_rest_of_it(
    net: PaperNetwork, anna: Call, bert: Call, conference: Conference
) -> None:
    asked_in(anna)
    leaves_room(anna)
    conferences.end_by_request(conference.id)
    work()

    assert net.seen_off == [anna.sid]  # who was in the room hears goodbye when it is ended
    assert room_menu.see_off(anna.id) == Goodbye(Farewell.ENDED)
    assert now(anna).left_at


def test_whoever_was_on_the_way_in_at_the_end_hears_goodbye_and_has_not_been_in(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=60)
    dials_in(ANNA, conference)
    bert = rings_in(BERT)
    clock.shift(59)
    types(bert, conference.code)
    clock.shift(1)
    sweeping.end_due()
    work()

    assert net.seen_off == [now(bert).sid]
    assert room_menu.see_off(bert.id) == Goodbye(Farewell.TIME_IS_UP)
    hangs_up(bert)
    assert (now(bert).joined_at, now(bert).talk_seconds) == (None, 0)


def test_whoever_has_gone_by_himself_is_not_seen_off(
    net: PaperNetwork, anna: Call, bert: Call, conference: Conference
) -> None:
    asked_in(anna)
    leaves_room(anna)
    conferences.end_by_request(conference.id)
    hangs_up(anna)
    work()

    assert net.seen_off == []


def test_who_is_taken_out_while_in_the_menu_does_not_come_back(anna: Call, bert: Call) -> None:
    menu = asked_in(anna)
    conferences.remove(anna.participant_id)

    assert presses_in_menu(menu, "*") == Goodbye(Farewell.LEFT)


def test_the_star_key_within_the_last_second(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(texted(ANNA), max_duration=60)
    anna = dials_in(ANNA, conference)
    clock.shift(59.5)

    menu = asked_in(anna)

    assert menu.seconds_left == 1
    assert isinstance(presses_in_menu(menu, ""), Join)


# --- The one who is left alone --------------------------------------------------------------------


def test_who_is_left_alone_hears_music_until_the_other_is_back(
    anna: Call, bert: Call, net: PaperNetwork
) -> None:
    presses_star(anna)
    leaves_room(anna)
    work()
    assert net.held == [(bert.sid, True)]

    is_said_to_be(bert, EventKind.HELD)
    enters_room(anna)
    work()
    assert net.held[1:] == [(bert.sid, False)]


def test_who_is_back_before_the_network_has_told_of_the_music_ends_it_all_the_same(
    anna: Call, bert: Call, net: PaperNetwork
) -> None:
    leaves_room(anna)
    work()
    enters_room(anna)
    work()
    is_said_to_be(bert, EventKind.HELD)
    work()

    assert net.held[-1] == (bert.sid, False)


@pytest.mark.parametrize("how", ["9", "hangs up"])
def test_who_is_left_alone_for_good_hears_no_music_any_more(
    anna: Call, bert: Call, net: PaperNetwork, how: str
) -> None:
    menu = asked_in(anna)
    leaves_room(anna)
    work()
    is_said_to_be(bert, EventKind.HELD)

    if how == "9":
        presses_in_menu(menu, "9")
    else:
        hangs_up(anna)
    work()

    assert net.held[-1] == (bert.sid, False)


def test_of_three_those_who_stay_go_on_talking(
    anna: Call, bert: Call, conference: Conference, net: PaperNetwork
) -> None:
    dials_in(CARL, conference)
    presses_star(anna)
    leaves_room(anna)
    work()

    assert net.held == []


# --- Roles ----------------------------------------------------------------------------------------


def organised(**more: bool) -> Conference:
    people = [Invitee(ANNA, "dial_in", "Anna", organiser=True), texted(BERT), texted(CARL)]
    conference = conferences.open_conference(NewConference(people, "key_1", **more))
    work()
    return conference


def test_until_the_organiser_has_come_nobody_starts_the_room(net: PaperNetwork) -> None:
    conference = organised(wait_for_organiser=True)
    bert = dials_in(BERT, conference)

    assert not presses_in_menu(asked_in(bert), "").starts_room

    anna = dials_in(ANNA, conference)
    assert presses_in_menu(asked_in(anna), "").starts_room
    assert presses_in_menu(asked_in(bert), "").starts_room


def test_it_ends_for_all_when_the_organiser_has_left_by_keypad(net: PaperNetwork) -> None:
    conference = organised(ends_with_organiser=True)
    anna, bert = dials_in(ANNA, conference), dials_in(BERT, conference)

    presses_in_menu(asked_in(anna), "9")
    hangs_up(anna)

    ended = now(conference)
    assert (ended.status, ended.end_reason, ended.ended_by) == ("ending", "ended_by_user", "Anna")
    assert presses_star(bert) == Goodbye(Farewell.ENDED)


def test_it_does_not_end_while_the_organiser_is_in_the_menu(net: PaperNetwork) -> None:
    conference = organised(ends_with_organiser=True)
    anna = dials_in(ANNA, conference)
    bert = dials_in(BERT, conference)
    presses_star(anna)
    leaves_room(anna)
    dials_in(CARL, conference)
    hangs_up(bert)

    assert now(conference).status == "live"
