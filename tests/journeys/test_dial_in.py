"""Dial in: greeted, asked, three tries, a reason for every no, then into the room."""

from tests.journeys.client import Conference, dial_in
from tests.journeys.house import House


def _wrong(conference: Conference) -> str:
    return f"{(int(conference.code) + 1) % 10_000:04d}"


def test_greeted_and_told_how_many_minutes_are_left(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice), name="Planning", max_duration=300)

    alice.dials(conference.number)
    alice.hears("welcome")
    alice.presses(conference.code)

    alice.hears("Planning")
    alice.hears("5 minutes left")
    alice.is_in(conference.id)
    alice.hangs_up()
    conference.ends("everyone_left")


def test_silence_is_asked_again_and_then_let_go(house: House) -> None:
    alice = house.somebody()

    alice.dials("+12125550100")

    alice.hears("code")
    alice.hears("did not hear")
    alice.hears("goodbye")
    alice.is_idle()


def test_three_wrong_codes_and_the_call_is_over(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice))
    alice.dials(conference.number)

    for _ in range(2):
        alice.presses(_wrong(conference))
        alice.hears("not right")
    alice.presses(_wrong(conference))

    alice.hears("goodbye")
    alice.is_idle()
    assert conference.now()["status"] == "waiting"


def test_the_code_of_a_conference_that_is_over(house: House) -> None:
    alice = house.somebody()
    conference = house.client.opens(dial_in(alice))
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")

    alice.dials(conference.number)
    alice.hears("code")
    alice.presses(conference.code)

    alice.hears("over")
    assert house.network.legs_in(conference.id) == []


def test_somebody_who_only_knows_the_code_is_a_participant_too(house: House) -> None:
    alice, stranger = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), max_duration=30)

    stranger.dials_in(conference.number, conference.code, conference.id)

    assert conference.shows(stranger, "joined")["invited"] is False
    stranger.hangs_up()
    conference.ends("everyone_left")


def test_one_code_opens_one_conference(house: House) -> None:
    alice, bob = house.somebody(), house.somebody()
    hers = house.client.opens(dial_in(alice), max_duration=30)
    his = house.client.opens(dial_in(bob), max_duration=30)

    alice.dials_in(hers.number, alice.reads_code(), hers.id)
    bob.dials_in(his.number, bob.reads_code(), his.id)

    assert hers.shows(alice, "joined")
    assert his.shows(bob, "joined")
    for phone, conference in ((alice, hers), (bob, his)):
        phone.hangs_up()
        conference.ends("everyone_left")
