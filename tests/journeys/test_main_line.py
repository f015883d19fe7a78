"""The company's line: a menu, a person, a message."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.client import dial_in
from tests.journeys.house import FORWARD, MAIN_LINE, House
from tests.journeys.network import Phone
from tests.journeys.waiting import eventually

Json = dict[str, Any]


@pytest.fixture
def office(house: House) -> Iterator[Phone]:
    """The phone that the main line forwards to, idle before and after."""
    phone = house.network.phone(FORWARD)
    phone.behaves(on_ring="wait")
    yield phone
    phone.behaves(on_ring="wait")


def call_of(house: House, caller: Phone, outcome: str) -> Json:
    """The newest call of that number, once it is over that way."""

    def look() -> Json | None:
        answer = house.staff.http.get("/calls", params={"number": caller.number})
        assert answer.status_code == 200, answer.text
        calls = answer.json()["results"]
        return calls[0] if calls and calls[0]["outcome"] == outcome else None

    found: Json = eventually(look, f"{caller.number}'s call is {outcome}")
    return found


def test_1_reaches_a_person(house: House, office: Phone) -> None:
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.hears("to talk to a person, press 1")
    caller.presses("1")

    office.answers()
    office.hears("press 1")
    office.presses("1")
    caller.hangs_up()

    office.is_idle()
    call = call_of(house, caller, "forwarded")
    assert call["menu_path"] == "1"
    assert call["line"] == MAIN_LINE


def test_2_takes_a_message(house: House) -> None:
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.presses("2")
    caller.hears("after the beep")
    caller.speaks(seconds=4, text="Please call me back.")
    caller.hears("thank you for your message")

    call = call_of(house, caller, "voicemail")
    assert call["voicemail"]
    assert call["menu_path"] == "2"


def test_nobody_answers_then_a_message_is_taken(house: House, office: Phone) -> None:
    office.behaves(on_ring="busy", after=0)
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.presses("1")

    caller.hears("nobody can take your call")
    caller.hears("after the beep")
    caller.hangs_up()

    call_of(house, caller, "missed")


def test_a_mailbox_never_takes_a_forwarded_call(house: House, office: Phone) -> None:
    office.behaves(on_ring="machine", after=0)
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.presses("1")

    caller.hears("after the beep", patience=40)
    caller.hangs_up()

    call_of(house, caller, "missed")


def test_silence_and_wrong_keys_end_at_the_default_route(house: House) -> None:
    caller = house.somebody()
    caller.dials(MAIN_LINE)
    caller.presses("9")
    caller.hears("did not understand")

    caller.hears("after the beep", patience=40)
    caller.hangs_up()

    call_of(house, caller, "abandoned")


def test_conference_callers_are_not_bothered_with_the_menu(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=30)
    alice.dials_in(conference.number, conference.code, conference.id)
    alice.hangs_up()
    conference.ends("everyone_left")
