"""In the room by keypad: the star key, its menu, and what the others hear meanwhile."""

from collections.abc import Iterator
from datetime import datetime
from time import time

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


@pytest.fixture
def two(house: House, alice: Phone, bob: Phone) -> Conference:
    """Alice has dialled in, Bob was called, and they talk."""
    conference = house.client.opens(
        dial_in(alice, name="Alice"), dial_out(bob, name="Bob"), max_duration=120
    )
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")
    return conference


def is_back_in(phone: Phone, conference: Conference) -> None:
    phone.is_in(conference.id)
    conference.shows(phone, "joined")


def happened(conference: Conference, kind: str) -> int:
    return conference.kinds().count(kind)


def rooms(house: House, conference: Conference) -> list[str]:
    return [c["sid"] for c in house.network.ledger()["conferences"] if c["name"] == conference.id]


def is_over(conference: Conference, reason: str = "ended_by_user") -> None:
    conference.is_ended_by_its_owner()
    conference.ends(reason)


def test_of_two_one_steps_out_and_the_other_hears_music(
    house: House, two: Conference, alice: Phone, bob: Phone
) -> None:
    before, beeps = len(bob.captions()), alice.captions().count("(beep)")

    alice.steps_out()

    assert "Press 1 to mute yourself, 2 to hear who is here, 3" in alice.hears("press 1")
    eventually(lambda: "(music)" in bob.captions()[before:], "Bob hears music")
    assert two.now()["status"] == "live"
    assert {two.person(phone)["status"] for phone in (alice, bob)} == {"joined"}
    two.is_asked_to("announce", text="Lunch is ready.")  # which waits until they hear it

    is_back_in(alice, two)  # by pressing nothing
    eventually(lambda: happened(two, "resumed") == 1, "Bob is back from the music")
    bob.is_heard_by(alice, "welcome back")
    alice.is_heard_by(bob, "thank you")
    for phone in (alice, bob):
        phone.hears("Lunch is ready.")
    assert (happened(two, "joined"), happened(two, "returned")) == (2, 1)
    assert alice.captions().count("(beep)") == beeps
    assert sum("joining" in caption for caption in alice.captions()) == 1
    is_over(two)


def test_whoever_was_called_mutes_himself_and_is_heard_again(
    two: Conference, alice: Phone, bob: Phone
) -> None:
    bob.steps_out()
    bob.presses("1")
    bob.hears("You are muted.")
    is_back_in(bob, two)
    eventually(lambda: two.person(bob)["muted"], "Bob is shown as muted")
    alice.is_heard_by(bob, "I hear nothing")  # she is back from the music
    bob.says(1, "can you hear me")

    bob.steps_out()
    bob.hears("1 to be heard again")
    bob.presses("1")
    bob.hears("You can be heard again.")
    is_back_in(bob, two)
    eventually(lambda: not two.person(bob)["muted"], "Bob is not shown as muted")
    bob.is_heard_by(alice, "and now")
    assert "can you hear me" not in alice.captions()
    is_over(two)


def test_of_three_one_asks_who_is_here_and_how_long_is_left_and_the_others_talk_on(
    house: House, two: Conference, alice: Phone, bob: Phone
) -> None:
    carol = house.somebody()
    two.invites(dial_out(carol))
    carol.takes_the_call(two.id)
    two.shows(carol, "joined")

    alice.steps_out()
    alice.presses("2")
    alice.hears("Here with you: Bob and 1 caller. Press 1")
    bob.is_heard_by(carol, "where is she")
    alice.presses("3")
    alice.hears(" left. Press 1")
    alice.presses("7")
    alice.hears("I did not understand that.")
    alice.presses("*")

    is_back_in(alice, two)
    carol.is_heard_by(alice, "there you are")
    assert happened(two, "held") == 0
    assert happened(two, "joined") == 3

    alice.steps_out()
    alice.presses("9")
    alice.hears("You have left the conference. Goodbye.")
    alice.is_idle()
    two.shows(alice, "left")
    carol.is_heard_by(bob, "she has left")
    assert two.now()["status"] == "live"
    is_over(two)


def test_of_two_one_leaves_by_keypad_and_the_music_ends(
    two: Conference, alice: Phone, bob: Phone
) -> None:
    alice.steps_out()
    eventually(lambda: happened(two, "held") == 1, "Bob hears music")
    alice.presses("9")

    alice.is_idle()
    two.shows(alice, "left")
    eventually(lambda: happened(two, "resumed") == 1, "the music ends")
    assert two.person(bob)["status"] == "joined"
    bob.hangs_up()
    two.ends("everyone_left")


def test_both_step_out_at_once_and_the_room_is_born_again(
    house: House, two: Conference, alice: Phone, bob: Phone
) -> None:
    alice.steps_out()
    bob.steps_out()
    eventually(lambda: happened(two, "room_ended") == 1, "the network's room is over")
    assert two.now()["status"] == "live"
    assert {two.person(phone)["status"] for phone in (alice, bob)} == {"joined"}

    is_back_in(alice, two)
    is_back_in(bob, two)
    assert len(rooms(house, two)) == 2
    eventually(lambda: happened(two, "returned") == 2, "both are back")
    alice.is_heard_by(bob, "so here we are")
    bob.is_heard_by(alice, "again")
    before = len(bob.captions())

    alice.steps_out()
    held = house.network.ledger()["conferences"]
    assert [c["status"] for c in held if c["name"] == two.id] == ["completed", "in-progress"]
    eventually(lambda: "(music)" in bob.captions()[before:], "Bob hears music again")
    is_back_in(alice, two)
    assert happened(two, "joined") == 2
    is_over(two)
    alice.is_idle()
    bob.is_idle()
    assert [c["reason"] for c in house.network.ledger()["conferences"] if c["name"] == two.id] == [
        "last-participant-left",
        "conference-ended-via-api",
    ]


def test_it_is_ended_while_somebody_is_in_the_menu(
    two: Conference, alice: Phone, bob: Phone
) -> None:
    alice.steps_out()

    two.is_ended_by_its_owner()

    alice.hears("This conference is over. Goodbye.")
    bob.hears("This conference is over. Goodbye.")
    alice.is_idle()
    two.ends("ended_by_user")
    two.shows(alice, "left")


def test_the_star_key_in_the_last_seconds_keeps_nobody_beyond_the_end(
    house: House, alice: Phone, bob: Phone
) -> None:
    conference = house.client.opens(dial_in(alice), dial_out(bob), max_duration=10)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    ends_at = datetime.fromisoformat(conference.becomes("live")["ends_at"]).timestamp()
    house.network.hurries(1)  # the menu takes longer to say than a leg may outlive its room
    eventually(lambda: ends_at - time() < 3, "the last seconds")

    alice.steps_out()

    conference.ends("time_limit")
    for phone in (alice, bob):
        phone.hears("The time is up. Goodbye.")
        phone.is_idle()
    assert max(leg["ended"] for leg in house.network.legs_in(conference.id)) <= ends_at + 8
