"""In the room: who joined and left, coming back, and the organiser's hand by REST."""

from tests.journeys.client import dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.waiting import eventually


def test_joined_left_and_talk_time_agree_with_the_network(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=60)

    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")
    eventually(lambda: conference.person(alice)["talk_seconds"] >= 2, "talk time ticks")
    alice.hangs_up()

    conference.ends("everyone_left")
    person = conference.person(alice)
    leg = house.network.legs_in(conference.id)[0]
    assert person["status"] == "left"
    assert abs(person["talk_seconds"] - (leg["left"] - leg["joined"])) <= 1.5


def test_who_drops_out_comes_back_as_the_same_participant(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), max_duration=60)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")

    alice.hangs_up()
    conference.shows(alice, "left")
    alice.dials_in(conference.number, conference.code, conference.id)
    conference.shows(alice, "joined")

    assert len(conference.now()["participants"]) == 2
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")


def test_hanging_one_up_leaves_the_others_in(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_out(bob), max_duration=60)
    alice.takes_the_call(conference.id)
    bob.takes_the_call(conference.id)

    conference.removes(alice)

    alice.is_idle()
    conference.shows(alice, "left")
    assert conference.person(bob)["status"] == "joined"
    bob.hangs_up()
    conference.ends("everyone_left")


def test_a_ringing_phone_stops_when_its_invitation_is_withdrawn(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_out(alice), dial_in(bob))
    alice.rings()

    conference.removes(alice)

    alice.is_idle()
    conference.shows(alice, "canceled", "no_answer")


def test_one_more_is_called_while_the_others_talk(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=60)
    alice.dials_in(conference.number, conference.code, conference.id)

    conference.invites(dial_out(bob))

    bob.takes_the_call(conference.id)
    conference.shows(bob, "joined")
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")
    alice.is_idle()
    bob.is_idle()


def test_one_phone_as_both_dial_in_and_dial_out(house: House) -> None:
    """The brief's own test: let the incoming call ring, dial in, and be alone in the room."""
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(alice), max_duration=6)
    alice.rings()

    alice.dials_in(conference.number, alice.reads_code(), conference.id)

    conference.shows(alice, "joined", mode="dial_in")
    assert conference.person(alice, "dial_out")["status"] in ("calling", "ringing")
    assert len(house.network.legs_in(conference.id)) == 1
    conference.ends("time_limit")
    alice.is_idle()
