"""Every callback is lost: what happened is found out by asking."""

from collections.abc import Iterator

import pytest

from tests.journeys.client import dial_in, dial_out
from tests.journeys.house import House


@pytest.fixture(autouse=True)
def _without_callbacks(house: House) -> Iterator[None]:
    house.suffers(callbacks={"drop": 1.0})
    yield
    house.suffers(callbacks={"drop": 0.0})


def test_without_a_single_callback_all_is_told_as_it_was(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob))
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")

    alice.hangs_up()
    bob.hangs_up()
    conference.ends("everyone_left")

    legs = {leg["call_sid"]: leg for leg in house.network.legs_in(conference.id)}
    for person in conference.now()["participants"]:
        leg = legs[person["call_sid"]]
        assert person["status"] == "left"
        assert abs(person["talk_seconds"] - (leg["left"] - leg["joined"])) <= 15
    entries = [event for event in conference.events() if event["kind"] == "found_in"]
    assert len(entries) == 2, "each entry once"


def test_what_was_asked_of_people_in_the_room_is_shown_as_done(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob))
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")

    conference.changes(bob, muted=True)
    conference.changes(alice, on_hold=True)
    conference.comes_to(bob, muted=True, on_hold=False)
    conference.comes_to(alice, on_hold=True, muted=False)

    conference.changes(bob, muted=False)
    conference.changes(alice, on_hold=False)
    conference.comes_to(bob, muted=False)
    conference.comes_to(alice, on_hold=False)
    bob.is_heard_by(alice, "so here we are")
    conference.is_ended_by_its_owner()
