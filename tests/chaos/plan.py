"""Who is to come to which conference, and what each of them does. Drawn by lot, from a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import count

import phonenumbers

_TAKEN = 212  # the area of our own lines
_LAST = 100  # +1 AAA 555 0100 to 0199 belong to nobody


class Doing(StrEnum):
    """What a person does with the invitation."""

    STAYS = "stays"  # until the conference ends
    LEAVES = "leaves"  # hangs up before
    NEVER_COMES = "never comes"
    UNREACHABLE = "unreachable"  # no text arrives
    DECLINES = "declines"  # answers, and presses 2
    BUSY = "busy"
    NO_ANSWER = "no answer"
    FAILS = "fails"
    MACHINE = "machine"  # a mailbox answers
    ANSWERS_LATE = "answers late"  # once the conference is over

    @property
    def comes(self) -> bool:
        return self in (Doing.STAYS, Doing.LEAVES)


@dataclass(frozen=True)
class Person:
    """`after`: seconds from the opening to the dialling in, or from the ringing to the answer.

    `until`: seconds from the opening to the hanging up, of one who leaves.
    """

    number: str
    mode: str
    doing: Doing
    after: float = 0.5
    until: float | None = None


@dataclass(frozen=True)
class Group:
    """A conference and its people; `opens` in seconds from the beginning of the load."""

    opens: float
    life: int
    people: tuple[Person, ...]


def crowd(seed: int, conferences: int, *, rate: float, life: int) -> list[Group]:
    """Conferences of three, `rate` of them a second: one dials in, two are called."""
    lot = random.Random(seed)
    numbers = phone_numbers()
    return [_group(lot, numbers, index / rate, life) for index in range(conferences)]


def _group(lot: random.Random, numbers: Iterator[str], opens: float, life: int) -> Group:
    comes = _person(lot, next(numbers), "dial_in", _DIALLERS, life)
    called = (_person(lot, next(numbers), "dial_out", _CALLED, life) for _ in range(2))
    return Group(opens, life, (comes, *called))


_DIALLERS = {Doing.STAYS: 55, Doing.LEAVES: 35, Doing.NEVER_COMES: 6, Doing.UNREACHABLE: 4}
_CALLED = {
    Doing.STAYS: 45,
    Doing.LEAVES: 30,
    Doing.DECLINES: 8,
    Doing.BUSY: 6,
    Doing.NO_ANSWER: 6,
    Doing.FAILS: 5,
}


def _person(
    lot: random.Random, number: str, mode: str, does: dict[Doing, int], life: int
) -> Person:
    doing = lot.choices(list(does), weights=list(does.values()))[0]
    after = lot.uniform(1.0, 4.0) if mode == "dial_in" else lot.uniform(0.5, 3.0)
    until = lot.uniform(0.3, 0.8) * life if doing is Doing.LEAVES else None
    return Person(number, mode, doing, after, until)


def dial_outs(seed: int, calls: int, *, rate: float, life: int) -> list[Group]:
    """Conferences of five who are all called; `rate` counts conferences."""
    lot = random.Random(seed)
    numbers = phone_numbers()
    return [
        Group(
            index / rate,
            life,
            tuple(_person(lot, next(numbers), "dial_out", _CALLED, life) for _ in range(5)),
        )
        for index in range(calls // 5)
    ]


def with_a_host(groups: int, doing: Doing, *, guests: int, rate: float, life: int) -> list[Group]:
    """Conferences that one person opens by coming, and whose other guests all do the same."""
    numbers = phone_numbers()

    def called(what: Doing) -> Person:
        return Person(next(numbers), "dial_out", what)

    return [
        Group(index / rate, life, (called(Doing.STAYS), *(called(doing) for _ in range(guests))))
        for index in range(groups)
    ]


def hurry(seed: int, conferences: int) -> list[Group]:
    """Conferences that are all asked for in one moment, and to which nobody comes."""
    lot = random.Random(seed)
    numbers = phone_numbers()
    absent = (Doing.BUSY, Doing.NO_ANSWER, Doing.FAILS, Doing.DECLINES)

    def group() -> Group:
        texted = Person(next(numbers), "dial_in", Doing.NEVER_COMES)
        called = (Person(next(numbers), "dial_out", lot.choice(absent), 0.0) for _ in range(2))
        return Group(0.0, 60, (texted, *called))

    return [group() for _ in range(conferences)]


def phone_numbers() -> Iterator[str]:
    """All that belong to nobody, one after the other."""
    for index in count():
        area, last = _areas()[index // _LAST], index % _LAST
        yield f"+1{area}55501{last:02d}"


@cache
def _areas() -> list[int]:
    """Those of the United States, where our own lines are."""
    return [area for area in range(201, 990) if area != _TAKEN and _is_american(area)]


def _is_american(area: int) -> bool:
    number = phonenumbers.parse(f"+1{area}5550100")
    american = phonenumbers.region_code_for_number(number) == "US"
    return american and phonenumbers.is_valid_number(number)
