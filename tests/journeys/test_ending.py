"""End: at the deadline, empty, as a no-show, as failed, or by request; late answers hear so."""

from collections.abc import Callable

from tests.journeys.client import dial_in, dial_out
from tests.journeys.house import House


def test_the_deadline_is_absolute_and_empties_the_room(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), dial_out(carol), max_duration=6)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)

    ended = conference.ends("time_limit")

    for phone in (alice, bob, carol):
        phone.is_idle()
    left = [leg["left"] for leg in house.network.legs_in(conference.id)]
    started = min(leg["joined"] for leg in house.network.legs_in(conference.id))
    assert max(left) - started < 6 + 15, "it is ended, before its legs' own limits have to"
    statuses = {p["phone_number"]: p["status"] for p in ended["participants"]}
    assert statuses[carol.number] in ("canceled", "no_answer")


def test_it_is_over_when_all_have_hung_up(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), dial_in(carol))
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)

    bob.hangs_up()
    conference.shows(bob, "left")
    assert conference.now()["status"] == "live"
    alice.hangs_up()

    conference.ends("everyone_left")
    assert conference.person(carol)["status"] == "missed", "a text alone does not hold it"


def test_nobody_reached_and_nobody_to_come_is_failed(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    alice.behaves(on_ring="busy", after=0)
    bob.behaves(on_ring="fail", after=0)
    conference = house.client.opens(dial_out(alice), dial_out(bob))

    conference.ends("failed")


def test_its_owner_ends_it(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_out(bob), dial_in(carol))
    alice.takes_the_call(conference.id)
    bob.rings()

    conference.is_ended_by_its_owner()
    conference.is_ended_by_its_owner()  # asked twice, it is still only over

    alice.is_idle()
    bob.is_idle()
    conference.ends("ended_by_user")


def test_who_answers_late_hears_that_it_is_over(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_out(bob))
    alice.answers()
    alice.hears("press 1")

    conference.is_ended_by_its_owner()

    alice.is_idle()
    bob.is_idle()
    assert house.network.legs_in(conference.id) == []


def test_nobody_comes(build: Callable[..., House]) -> None:
    house = build(CONFERENCE_NO_SHOW_AFTER="8")
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob))
    bob.rings()

    conference.ends("no_show")

    bob.is_idle()
    assert conference.person(alice)["status"] == "missed"


def test_many_conferences_at_the_same_time(house: House) -> None:
    rooms = []
    for _ in range(8):
        people = [house.somebody(), house.somebody()]
        rooms.append((house.client.opens(dial_in(people[0]), dial_out(people[1])), people))

    for conference, (comes, is_called) in rooms:
        is_called.takes_the_call(conference.id)
        comes.dials_in(conference.number, comes.reads_code(), conference.id)

    for conference, people in rooms:
        inside = {
            leg["to"] if leg["direction"] != "inbound" else leg["from"]
            for leg in house.network.legs_in(conference.id)
        }
        assert inside == {person.number for person in people}
        conference.is_ended_by_its_owner()
    for conference, _ in rooms:
        conference.ends("ended_by_user")
