"""Organisers: the others wait for one, one has more time by keypad, and the end comes with one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from tests.journeys.client import Conference, dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.network import Phone
from tests.journeys.waiting import eventually


@pytest.fixture(autouse=True)
def unhurried(house: House) -> Iterator[None]:
    """The room's menu waits five seconds for a key: people need some of them."""
    house.network.hurries(4)
    yield
    house.network.hurries(20)


@pytest.fixture
def alice(house: House) -> Phone:
    return house.somebody()


@pytest.fixture
def bob(house: House) -> Phone:
    return house.somebody()


def organised(house: House, alice: Phone, *others: Phone, **more: object) -> Conference:
    organiser = dial_in(alice, name="Alice", organiser=True)
    return house.client.opens(organiser, *map(dial_out, others), **{"max_duration": 120} | more)


def comes(phone: Phone, conference: Conference) -> None:
    phone.dials_in(conference.number, conference.code, conference.id)
    conference.shows(phone, "joined")


def takes(phone: Phone, conference: Conference) -> None:
    phone.takes_the_call(conference.id)
    conference.shows(phone, "joined")


def ends_at(conference: Conference) -> datetime:
    return datetime.fromisoformat(conference.now()["ends_at"])


def test_the_others_wait_for_the_organiser_with_music(
    house: House, alice: Phone, bob: Phone
) -> None:
    carol = house.somebody()
    conference = organised(house, alice, bob, carol, wait_for_organiser=True)
    takes(bob, conference)
    takes(carol, conference)
    bob.hears("(music)")
    carol.hears("(music)")
    bob.says(1, "is anybody there")
    bob.steps_out()  # who waits may look into the menu, too
    bob.presses("*")
    bob.is_in(conference.id)
    assert "room_started" not in conference.kinds()

    comes(alice, conference)

    eventually(lambda: "room_started" in conference.kinds(), "the room starts")
    bob.is_heard_by(carol, "here she is")
    alice.is_heard_by(bob, "good morning")
    assert "is anybody there" not in carol.captions()

    alice.hangs_up()  # it does not end with her: nobody asked for that
    conference.shows(alice, "left")
    carol.is_heard_by(bob, "so much for that")
    assert conference.now()["status"] == "live"
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")


def test_an_organiser_has_five_more_minutes_by_keypad_and_the_others_have_not(
    house: House, alice: Phone, bob: Phone
) -> None:
    conference = organised(house, alice, bob)
    takes(bob, conference)
    comes(alice, conference)
    before = ends_at(conference)

    bob.steps_out()
    assert "4 for" not in bob.hears("press 1")
    bob.presses("4")
    bob.hears("I did not understand that.")
    bob.presses("*")
    bob.is_in(conference.id)
    assert ends_at(conference) == before

    alice.steps_out()
    assert "4 for five more minutes" in alice.hears("press 1")
    alice.presses("4")
    alice.hears("Five more minutes.")
    alice.is_in(conference.id)
    assert ends_at(conference) == before + timedelta(seconds=300)
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")


def test_beyond_the_cap_no_more_time_is_offered_nor_had(
    house: House, alice: Phone, bob: Phone
) -> None:
    conference = organised(house, alice, bob, max_duration=3600)
    takes(bob, conference)
    comes(alice, conference)
    before = ends_at(conference)

    alice.steps_out()
    assert "4 for" not in alice.hears("press 1")
    alice.presses("4")
    alice.hears("This conference cannot last any longer.")
    alice.presses("*")
    alice.is_in(conference.id)
    assert ends_at(conference) == before
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")


@pytest.mark.parametrize("how", ["by keypad", "by hanging up"])
def test_it_ends_for_all_when_the_organiser_leaves(
    house: House, alice: Phone, bob: Phone, how: str
) -> None:
    carol = house.somebody()
    conference = organised(house, alice, bob, carol, ends_with_organiser=True)
    takes(bob, conference)
    takes(carol, conference)
    comes(alice, conference)
    alice.steps_out()
    assert conference.now()["status"] == "live"  # to step out is not to leave

    if how == "by keypad":
        alice.presses("9")
        alice.hears("You have left the conference. Goodbye.")
    else:
        alice.hangs_up()

    bob.hears("This conference is over. Goodbye.")
    carol.hears("This conference is over. Goodbye.")
    for phone in (alice, bob, carol):
        phone.is_idle()
    assert conference.ends("ended_by_user")["ended_by"] == "Alice"
