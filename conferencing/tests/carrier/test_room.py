"""Out of the room, webhook by webhook: the star key and its menu, the end, the time limit."""

import pytest
from time_machine import Traveller

from calls.models import Call, CallEvent, Conference
from calls.states import Direction, EventKind, LegStatus, Mode
from conferencing import conferences, extending
from conferencing.carrier import links
from conferencing.conferences import Invitee, NewConference, open_conference
from conferencing.models import Lane
from conferencing.tests.carrier.conftest import Twilio
from conferencing.tests.carrier.leg import Leg, dial_in

pytestmark = pytest.mark.django_db

CALLER = "+12125550103"


@pytest.fixture
def conference() -> Conference:
    people = [Invitee(CALLER, Mode.DIAL_IN, "Anna", organiser=True)]
    return open_conference(NewConference(people, owner="", name="Standup"))


@pytest.fixture
def leg(twilio: Twilio, conference: Conference) -> Leg:
    return dial_in(twilio).press(conference.code)


def call() -> Call:
    return Call.objects.get(direction=Direction.INBOUND)


def events(kind: EventKind) -> int:
    return CallEvent.objects.filter(kind=kind).count()


def test_who_presses_the_star_key_hears_the_menu(leg: Leg, nudged: list[Lane]) -> None:
    assert "Press 1 to mute yourself, 2" in leg.leave_the_room().said
    assert not leg.is_over
    assert events(EventKind.STEPPED_OUT) == 1


def test_who_presses_nothing_is_back_without_a_word(leg: Leg, conference: Conference) -> None:
    leg.leave_the_room().press_nothing()
    assert leg.is_in_room(conference.id)
    assert leg.twiml[0].tag == "Dial"


def test_each_way_out_is_told_from_the_others(leg: Leg, conference: Conference) -> None:
    for _ in range(3):
        leg.leave_the_room().press("*")
        assert leg.is_in_room(conference.id)
    assert events(EventKind.STEPPED_OUT) == 3


def test_1_mutes_and_told_again_it_still_does(leg: Leg, conference: Conference) -> None:
    asked = leg.leave_the_room().action
    for _ in range(3):
        leg.ask(asked, "gather_action", Digits="1")
        assert leg.is_in_room(conference.id)
        assert leg.twiml.find("Dial/Conference").get("muted") == "true"
        assert leg.said.startswith("You are muted.")
    leg.leave_the_room().press("1")
    assert leg.twiml.find("Dial/Conference").get("muted") == "false"
    assert leg.said.startswith("You can be heard again.")


def test_2_and_3_answer_and_ask_again(leg: Leg) -> None:
    assert leg.leave_the_room().press("2").said.startswith("Nobody else is here. Press 1")
    assert " left. Press 1" in leg.press("3").said


def test_4_gives_five_more_minutes_once(leg: Leg, conference: Conference) -> None:
    asked = leg.leave_the_room().action
    assert "4 for five more minutes" in leg.said
    for _ in range(3):
        leg.ask(asked, "gather_action", Digits="4")
        assert leg.said.startswith("Five more minutes.")
        assert leg.is_in_room(conference.id)
    assert events(EventKind.EXTENDED) == 1


def test_9_is_goodbye_however_often_it_is_told(leg: Leg) -> None:
    asked = leg.leave_the_room().action
    for _ in range(2):
        leg.ask(asked, "gather_action", Digits="9")
        assert leg.is_over
        assert "You have left the conference. Goodbye." in leg.said
    assert events(EventKind.LEFT) == 1


def test_who_is_seen_off_in_the_menu_hears_why_and_goodbye(
    leg: Leg, conference: Conference
) -> None:
    leg.leave_the_room()
    conferences.end_by_request(conference.id)
    for _ in range(2):
        leg.ask(links.see_off(call().id))
        assert leg.is_over
        assert leg.said == "This conference is over. Goodbye."


def test_who_hangs_up_in_the_menu_has_gone(leg: Leg, nudged: list[Lane]) -> None:
    asked = leg.leave_the_room().action
    leg.ask(asked, "gather_action", Digits="hangup", CallStatus="completed")
    assert list(leg.twiml) == []
    assert call().status == LegStatus.COMPLETED


def test_who_hangs_up_in_the_room_hears_nothing(leg: Leg, nudged: list[Lane]) -> None:
    assert list(leg.hang_up_in_the_room().twiml) == []
    assert call().status == LegStatus.COMPLETED
    assert nudged == [Lane.ENDING]


def test_whom_the_room_did_not_take_hears_an_apology(leg: Leg) -> None:
    leg.leave_the_room(DialCallStatus="failed")
    assert leg.is_over
    assert "Sorry" in leg.said


def test_one_whose_time_was_extended_is_back_without_a_menu(
    clock: Traveller, twilio: Twilio, conference: Conference
) -> None:
    clock.move_to(conference.created_at)
    leg = dial_in(twilio).press(conference.code)
    extending.extend(conference.id, 300, by="Anna")
    clock.shift(315)
    leg.leave_the_room()
    assert leg.is_in_room(conference.id)
    assert leg.twiml[0].tag == "Dial"
    assert events(EventKind.STEPPED_OUT) == 0


@pytest.mark.parametrize("number", ["", "x", "-1", "1e9", "9" * 40, "\u0661"])
@pytest.mark.parametrize("route", ["after-room", "room-menu"])
def test_counters_that_are_none_are_no_error(leg: Leg, route: str, number: str) -> None:
    worse = number.encode().hex()
    query = f"deadline={worse}&stay={worse}&asked={worse}&n={worse}"
    leg.ask(f"/twilio/voice/{route}/{call().id}?{query}")
    assert leg.twiml.find("Dial") is not None or leg.twiml.find("Gather") is not None
