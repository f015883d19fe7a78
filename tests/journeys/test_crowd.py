"""A hundred conferences of three people at once, each right in the ledger and in the API."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from tests.journeys.client import Conference, dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.network import Json, Phone
from tests.journeys.waiting import eventually

CROWD = 100
LIFE = 30  # seconds, so that all live at the same time

Group = tuple[Conference, list[Phone]]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_hundred_conferences_at_once(build: Callable[..., House]) -> None:
    house = build(CALLS_PER_SECOND="50")
    groups = _open_all(house)
    with ThreadPoolExecutor(8) as people:
        list(people.map(_dial_in, groups))
    eventually(lambda: _inside(house) == 3 * CROWD, "all 300 are in their rooms", patience=60)

    eventually(
        lambda: all(c.now()["status"] == "ended" for c, _ in groups), "all have ended", patience=90
    )

    ledger = house.network.ledger()
    late = sorted(lateness for group in groups for lateness in _check(group, ledger))
    print(
        f"\nrooms empty after their deadline: median {late[len(late) // 2]:.2f} s,"
        f" p99 {late[int(len(late) * 0.99)]:.2f} s, worst {late[-1]:.2f} s"
    )
    assert late[int(len(late) * 0.99)] <= 2


def _open_all(house: House) -> list[Group]:
    groups = []
    for _ in range(CROWD):
        comes, *called = (house.somebody() for _ in range(3))
        for phone in called:
            phone.behaves(on_ring="answer", after=0.5, press="1")
        people = [dial_in(comes), *map(dial_out, called)]
        groups.append((house.client.opens(*people, max_duration=LIFE), [comes, *called]))
    return groups


def _dial_in(group: Group) -> None:
    conference, (comes, *_) = group
    comes.dials_in(conference.number, comes.reads_code(), conference.id)


def _inside(house: House) -> int:
    return sum(1 for leg in house.network.ledger()["legs"] if leg["joined"])


def _check(group: Group, ledger: Json) -> list[float]:
    """The conference is right in the API and in the ledger; how late its people left the room."""
    conference, phones = group
    told = conference.now()
    legs = [leg for leg in ledger["legs"] if leg["room"] == conference.id]
    numbers = {leg["from"] if leg["direction"] == "inbound" else leg["to"] for leg in legs}
    assert told["end_reason"] == "time_limit", told
    assert [person["status"] for person in told["participants"]] == ["left"] * 3, told
    assert numbers == {phone.number for phone in phones}
    assert len(legs) == 3
    ends_at = datetime.fromisoformat(told["ends_at"]).timestamp()
    assert max(leg["ended"] for leg in legs) <= ends_at + 10
    by_number = {person["phone_number"]: person for person in told["participants"]}
    for leg in legs:
        person = by_number[leg["from"] if leg["direction"] == "inbound" else leg["to"]]
        assert abs(person["talk_seconds"] - (leg["left"] - leg["joined"])) <= 1.5, (person, leg)
    return [leg["left"] - ends_at for leg in legs]
