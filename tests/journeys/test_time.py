"""The time: a word before it is up, more of it for everybody, and never more than there may be."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests.journeys.client import Conference, dial_in, dial_out
from tests.journeys.conftest import Houses
from tests.journeys.house import House
from tests.journeys.network import Phone
from tests.journeys.waiting import eventually

LEFT = "4 seconds left."
BELT = 15  # seconds that a leg's own limit is longer than what was left when it came in


@pytest.fixture(scope="module")
def house(houses: Houses) -> Iterator[House]:
    """A minute before the end is long to wait for: here it is four seconds."""
    with houses(CONFERENCE_WARNING_BEFORE="4", CONFERENCE_LONGEST_DURATION="60") as house:
        yield house


def both_in(house: House, **more: Any) -> tuple[Conference, Phone, Phone]:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), **more)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")
    return conference, alice, bob


def seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def test_everybody_hears_that_the_time_is_nearly_up(house: House) -> None:
    conference, alice, bob = both_in(house, max_duration=10)

    for phone in (alice, bob):
        phone.hears(LEFT)
        phone.hears("time is up")
    conference.ends("time_limit")
    for phone in (alice, bob):
        heard = phone.captions()
        assert sum(LEFT in caption for caption in heard) == 1
    assert len(conference.has_happened("announcement_heard")) == 1


def test_a_lone_caller_hears_it_too(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=9)
    alice.dials_in(conference.number, conference.code, conference.id)

    alice.hears(LEFT)
    alice.hears("time is up")
    conference.ends("time_limit")


def test_a_short_one_is_not_warned(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=6)
    alice.dials_in(conference.number, conference.code, conference.id)

    alice.hears("time is up")
    conference.ends("time_limit")
    assert not any("seconds left" in caption for caption in alice.captions())


def test_more_time_moves_the_end_and_the_word_before_it(house: House) -> None:
    conference, alice, bob = both_in(house, max_duration=10)
    before = seconds(conference.now()["ends_at"])

    extended = conference.is_asked_to("extend", 200, seconds=6)

    assert seconds(extended["ends_at"]) == before + 6
    for phone in (alice, bob):
        phone.hears(LEFT)
    ended = conference.ends("time_limit")
    left = [leg["left"] for leg in house.network.legs_in(conference.id)]
    assert all(before + 5 < each < before + 6 + BELT for each in left)
    assert seconds(ended["ended_at"]) >= before + 6
    kinds = conference.kinds()[::-1]
    said_since = kinds[kinds.index("extended") :].count("announcement_heard")
    assert said_since == 1, "on a slow machine the first end may have been near already"
    told = conference.has_happened("extended")[0]["detail"]
    assert (told["seconds"], told["by"]) == (6, "API key journeys")


def test_there_is_a_longest(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=50)
    too_early = conference.is_asked_to("extend", 409, seconds=5)["errors"][0]
    assert too_early["code"] == "waiting"
    alice.dials_in(conference.number, conference.code, conference.id)

    too_long = conference.is_asked_to("extend", 409, seconds=11)["errors"][0]
    assert too_long["code"] == "too_long"
    assert too_long["detail"] == "It may last 60 seconds in all: 10 more can be had."
    conference.is_asked_to("extend", 200, seconds=10)
    assert conference.is_asked_to("extend", 409, seconds=1)["errors"][0]["code"] == "too_long"
    conference.is_ended_by_its_owner()
    alice.is_idle()


def test_legs_whose_own_time_runs_out_come_back_unnoticed(house: House) -> None:
    """Every leg is in the room for as long as was left when it came, and a belt: then its action
    is asked, which sends it back into a room that lasts longer now."""
    conference, alice, bob = both_in(house, max_duration=5)
    beeps = {phone: phone.captions().count("(beep)") for phone in (alice, bob)}
    conference.is_asked_to("extend", 200, seconds=50)
    stays: list[set[str]] = []

    def both_are_back() -> bool:
        stays.append({person["status"] for person in conference.now()["participants"]})
        returned = [event for event in conference.events() if event["kind"] == "returned"]
        return len({event["call"] for event in returned}) == 2

    eventually(both_are_back, "both legs are back in the room", patience=5 + BELT + 40)

    assert set.union(*stays) == {"joined"}
    legs = house.network.legs_of(alice.number) + house.network.legs_of(bob.number)
    assert [leg["status"] for leg in legs] == ["in-progress"] * 2
    assert len(conference.has_happened("joined")) == 2
    assert {p: p.captions().count("(beep)") for p in beeps} == beeps
    bob.says(1, "Are you still there?")
    alice.hears("Are you still there?")
    assert conference.person(alice)["left_at"] is None
    conference.is_ended_by_its_owner()
    for phone in (alice, bob):
        phone.is_idle()
        phone.hears("conference is over")
