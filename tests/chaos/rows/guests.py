"""Guests who must not come in: those who answer when all is over, and machines."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from tests.chaos.asked import Asked
from tests.chaos.history import Rules, Violation
from tests.chaos.history.people import machines_let_in
from tests.chaos.house import ChaosHouse
from tests.chaos.load import Load
from tests.chaos.plan import Doing, Group, Person, with_a_host
from tests.chaos.row import SPEED, Figures, World
from tests.chaos.rows.course import carry_out, concluded
from tests.journeys.waiting import eventually

_HANDS = 8
_BATCH = 100  # conferences whose guests' phones ring at the same time
_LIFE = 75  # seconds, in which all hosts have to come


class LateAnswers:
    name = "late-answers"
    goal = "late answers: no room revived"

    def run(self, world: World) -> Figures:
        """The workers stand still when the conferences end, so that nobody is hung up in time.

        Half of the conferences are ended by their owner, half by the clock.
        """
        guests = world.many(1000)
        plan = with_a_host(guests, Doing.ANSWERS_LATE, guests=1, rate=5, life=_LIFE)
        asked: list[Asked] = []
        with world.house() as house:
            for first in range(0, guests, _BATCH):
                asked += _answer_late(world, house, plan[first : first + _BATCH], first)
            outcome = concluded(world, house, asked, Rules(late=120.0, settled=90.0, refused=True))
        late = _late(outcome.book.ours.conferences, outcome.book.true_legs_of)
        wrong = list(outcome.violations)
        if late < guests * 0.9:
            wrong.append(Violation("not late", "answers", f"only {late} of {guests} were"))
        words = f"{late} late answers, {outcome.words()}"
        return Figures(words, wrong, outcome.details())


def _answer_late(world: World, house: ChaosHouse, groups: list[Group], done: int) -> list[Asked]:
    began = groups[0].opens
    groups = [Group(group.opens - began, group.life, group.people) for group in groups]
    guests = [group.people[1] for group in groups]
    asked = asyncio.run(Load(house, groups, speed=SPEED).run())
    phones = [house.network.phone(guest.number) for guest in guests]
    hosts = [house.network.phone(group.people[0].number) for group in groups]
    for host, phone in zip(hosts, phones, strict=True):
        eventually(lambda host=host: any(leg["room"] for leg in host.legs()), "the host is in")
        phone.rings()
    with house.standstill(), ThreadPoolExecutor(_HANDS) as hands:
        asked[::2] = hands.map(lambda each: _ended_by_owner(house, each), asked[::2])
        for host in hosts:  # the belts end what we do not
            host.is_idle(patience=_LIFE + 40)
        list(hands.map(lambda guest: _answers(house, guest), guests))
        for phone in phones:
            phone.is_idle()
    world.say(f"{done + len(guests)} guests have answered late")
    return asked


def _ended_by_owner(house: ChaosHouse, asked: Asked) -> Asked:
    house.client.http.post(f"/conferences/{asked.id}/end").raise_for_status()
    return replace(asked, ended_by_owner=True)


def _answers(house: ChaosHouse, guest: Person) -> None:
    with suppress(AssertionError):  # it has stopped ringing
        house.network.phone(guest.number).move("answer", {})


def _late(conferences: dict[str, dict[str, float]], legs: dict[str, list[dict[str, float]]]) -> int:
    return sum(
        bool(leg["answered"]) and leg["answered"] > min(each["ends_at"], each["ending_at"])
        for id_, each in conferences.items()
        if each["ends_at"] and each["ending_at"]
        for leg in legs[id_]
    )


class Machines:
    name = "machines"
    goal = "answering machines: no machine joins"

    def run(self, world: World) -> Figures:
        machines = world.many(1000)
        plan = with_a_host(machines // 4, Doing.MACHINE, guests=4, rate=world.rate, life=45)
        with world.house() as house:
            outcome = carry_out(world, house, plan, Rules())
        answered = sum(
            bool(leg["answered"])
            for asked in outcome.book.asked
            for person in asked.group.people
            if person.doing is Doing.MACHINE
            for leg in outcome.book.legs_of_number[person.number]
        )
        joined = list(machines_let_in(outcome.book))
        words = f"{answered} machines answered, {len(joined)} joined; {outcome.words()}"
        return Figures(words, [*outcome.violations, *joined], outcome.details())
