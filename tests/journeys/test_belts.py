"""Everything of ours dies: the telephone network still ends the calls, and we catch up later."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.journeys.client import dial_in, dial_out
from tests.journeys.conftest import Houses
from tests.journeys.house import House
from tests.journeys.waiting import eventually


@pytest.fixture(scope="module")
def house(houses: Houses) -> Iterator[House]:
    """Nobody else's: its processes are killed."""
    with houses() as house:
        yield house


def test_no_leg_outlives_its_deadline_when_all_processes_are_killed(house: House) -> None:
    alice, bob, carol = house.somebody(), house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), dial_out(carol), max_duration=8)
    bob.takes_the_call(conference.id)
    alice.dials_in(conference.number, conference.code, conference.id)
    carol.rings()
    ends_at = datetime.fromisoformat(conference.becomes("live")["ends_at"]).timestamp()

    house.kill("web", "worker-orders", "worker-deadlines", "beat")

    alice.is_idle(patience=60)
    bob.is_idle(patience=60)
    legs = house.network.legs_in(conference.id)
    assert len(legs) == 2
    assert max(leg["ended"] for leg in legs) <= ends_at + 30

    house.start_product()
    conference.ends("time_limit", patience=60)
    conference.shows(alice, "left")
    conference.shows(bob, "left")


def test_a_worker_that_dies_leaves_its_orders_to_the_next(house: House) -> None:
    house.kill("worker-orders", "worker-deadlines")
    alice, bob = house.somebody(), house.somebody()
    conference = house.client.opens(dial_in(alice), dial_out(bob), max_duration=30)
    assert conference.now()["participants"][0]["status"] == "pending"

    house.start_workers()

    assert alice.reads_code() == conference.code
    bob.takes_the_call(conference.id)
    conference.is_ended_by_its_owner()
    conference.ends("ended_by_user")
    eventually(lambda: len(house.network.legs_of(bob.number)) == 1, "called once")
