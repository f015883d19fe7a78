"""Invite: the text, the dial-out, and what is said of those who cannot be reached."""

import re

from tests.journeys.client import dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.waiting import eventually


def test_the_text_carries_name_number_code_and_a_one_tap_dial_string(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), name="Budget 2027")

    text = alice.reads_text()

    assert "Budget 20 27" in text, "a group of four digits would look like the code"
    assert f"{conference.number},,{conference.code}#" in text
    assert re.search(r"\b\d{4}\b", text)[0] == conference.code
    assert alice.texts()[0]["from"] == conference.number
    conference.shows(alice, "invited")
    eventually(lambda: conference.person(alice)["sms_status"] == "delivered", "it is delivered")


def test_a_text_that_cannot_be_delivered_says_why(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    alice.behaves(on_sms="fail:30003")
    conference = house.client.opens(dial_in(alice), dial_in(bob))

    person = conference.shows(alice, "failed")

    assert person["sms_status"] == "undelivered"
    assert person["error"]["code"] == "30003"
    assert len(person["error"]["detail"].split()) > 4, "a sentence, not a code"
    assert conference.now()["status"] == "waiting", "the other one can still come"


def test_a_busy_phone_is_shown_as_busy_and_the_conference_goes_on(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    alice.behaves(on_ring="busy", after=0)
    conference = house.client.opens(dial_out(alice), dial_out(bob), max_duration=6)

    conference.shows(alice, "busy")

    bob.takes_the_call(conference.id)
    conference.ends("time_limit")


def test_a_number_that_cannot_be_called_says_why(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    alice.behaves(on_ring="fail", after=0)
    conference = house.client.opens(dial_out(alice), dial_in(bob))

    conference.shows(alice, "failed")

    assert conference.now()["status"] == "waiting"


def test_who_presses_something_else_has_declined(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_in(bob))

    alice.answers()
    alice.hears("press 1")
    alice.presses("9")

    alice.is_idle()
    conference.shows(alice, "declined")


def test_who_hangs_up_instead_of_pressing_1_has_declined(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_in(bob))

    alice.answers()
    conference.shows(alice, "answered")
    alice.hears("press 1")
    alice.hangs_up()

    conference.shows(alice, "declined")


def test_a_mailbox_presses_nothing_and_never_joins(house: House) -> None:
    mailbox, bob = house.somebody(), house.somebody()
    mailbox.behaves(on_ring="machine", after=0)
    conference = house.client.opens(dial_out(mailbox), dial_in(bob))

    conference.shows(mailbox, "declined", "no_answer", "missed")

    assert house.network.legs_in(conference.id) == []


def test_without_confirmation_a_called_person_is_in_at_once(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_out(alice, confirm=False), max_duration=30)

    alice.answers()

    alice.is_in(conference.id)
    alice.hangs_up()
    conference.ends("everyone_left")


def test_called_people_are_called_once_each(house: House) -> None:
    people = [house.somebody() for _ in range(5)]
    conference = house.client.opens(*map(dial_out, people))

    for person in people:
        person.rings()

    assert [len(house.network.legs_of(person.number)) for person in people] == [1] * 5
    conference.is_ended_by_its_owner()
    for person in people:
        person.is_idle()
