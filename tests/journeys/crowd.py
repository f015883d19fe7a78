"""Many conferences at once: open them, bring their people in, compare what all sides say."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from tests.journeys.client import Conference, dial_in, dial_out
from tests.journeys.house import House
from tests.journeys.network import Phone
from tests.journeys.waiting import eventually
from tools.phones_client import Json

_HANDS = 8  # people whose keys are pressed at the same time
_PAUSE = 0.3  # seconds between two looks: three hundred people who look often are a load, too


@dataclass
class Group:
    conference: Conference
    comes: Phone
    called: list[Phone]

    @property
    def numbers(self) -> set[str]:
        return {phone.number for phone in (self.comes, *self.called)}


def gather(house: House, groups: int, life: int) -> list[Group]:
    """Open so many conferences of three; wait until all of them are in their rooms."""
    house.network.pause = _PAUSE
    crowd = [_open(house, life) for _ in range(groups)]
    with ThreadPoolExecutor(_HANDS) as people:
        list(people.map(_dial_in, crowd))
    everybody = 3 * groups
    eventually(lambda: _joined(house) == everybody, "all are in", patience=90, pause=1)
    return crowd


def _open(house: House, life: int) -> Group:
    comes, *called = (house.somebody() for _ in range(3))
    for phone in called:
        phone.behaves(on_ring="answer", after=0.5, press="1")
    people = [dial_in(comes), *map(dial_out, called)]
    return Group(house.client.opens(*people, max_duration=life), comes, called)


def _dial_in(group: Group) -> None:
    conference = group.conference
    group.comes.dials_in(conference.number, group.comes.reads_code(), conference.id)


def _joined(house: House) -> int:
    return sum(1 for leg in house.network.ledger()["legs"] if leg["joined"])


def until_over(crowd: list[Group]) -> None:
    for group in crowd:
        group.conference.becomes("ended", patience=120)


def lateness(group: Group, ledger: Json) -> list[float]:
    """Check one conference against the ledger; by how many seconds its people left late."""
    told = group.conference.now()
    legs = [leg for leg in ledger["legs"] if leg["room"] == group.conference.id]
    assert told["end_reason"] == "time_limit", told
    assert [person["status"] for person in told["participants"]] == ["left"] * 3, told
    assert {_other_end(leg) for leg in legs} == group.numbers
    assert len(legs) == 3, "nobody was called twice"
    people = {person["phone_number"]: person for person in told["participants"]}
    for leg in legs:
        stayed = sum(left - joined for joined, left in leg["stays"])
        assert abs(people[_other_end(leg)]["talk_seconds"] - stayed) <= 1.5, leg
    ends_at = datetime.fromisoformat(told["ends_at"]).timestamp()
    return [leg["left"] - ends_at for leg in legs]


def _other_end(leg: Json) -> str:
    number: str = leg["from"] if leg["direction"] == "inbound" else leg["to"]
    return number
