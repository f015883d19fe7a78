"""The brief, in its own steps."""

from tests.journeys.client import dial_in, dial_out
from tests.journeys.house import House


def test_text_call_code_room_end(house: House) -> None:
    """Client 1 is texted a code, client 2 is called, both talk in one room, until its time."""
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), name="Budget", max_duration=8)

    code = alice.reads_code()
    assert code == conference.code

    bob.takes_the_call(conference.id)
    conference.becomes("live")

    alice.dials(conference.number)
    alice.hears("code")
    alice.presses(_another(code))
    alice.hears("not right")
    alice.presses(code)
    alice.is_in(conference.id)
    conference.shows(alice, "joined")
    conference.shows(bob, "joined")

    ended = conference.ends("time_limit")
    alice.is_idle()
    bob.is_idle()
    assert [person["status"] for person in ended["participants"]] == ["left", "left"]


def _another(code: str) -> str:
    return f"{(int(code) + 1) % 10000:04d}"
