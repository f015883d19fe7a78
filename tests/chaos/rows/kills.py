"""Killed at twelve points of the work and at any moment, again and again, under load."""

import asyncio
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from math import inf
from pathlib import Path

from tests.chaos import ours
from tests.chaos.arming import FOLDER
from tests.chaos.asked import Asked
from tests.chaos.history import Rules, Violation
from tests.chaos.house import ChaosHouse
from tests.chaos.killing import VICTIMS, Kill, Killer, tried
from tests.chaos.load import Load
from tests.chaos.ours import Ours
from tests.chaos.plan import Group, crowd
from tests.chaos.points import POINTS, Point
from tests.chaos.resuming import Handover
from tests.chaos.row import SPEED, Figures, World
from tests.chaos.rows.course import concluded
from tests.chaos.tally import Tally, added_up, batched
from tests.chaos.voices import Voices, lost_messages
from tools.waiting import eventually

SETTLED = 60.0  # seconds from the kill until an unknown outcome is known, or said to be so
RESUMED = 15.0  # seconds after a worker is up again until somebody has what it had left
# Who ends rooms is killed again and again: until then the belts hold.
_RULES = Rules(stay=15.0, late=60.0, settled=SETTLED, refused=True)
_PLANNED = 3000  # conferences, more than any house needs
_LIFE_OF_A_HOUSE = 6  # rounds
_TAKEN_UP = 40.0
_NO_SHOW = "40"  # seconds, so that a house is soon over
_LAST_NEWS = 5.0  # seconds: no callback is held back here


class Rushing(Load):
    """A load that goes on until it is enough."""

    enough = False

    async def _meet(self, group: Group, began: float) -> None:
        while time.monotonic() < began + group.opens and not self.enough:  # noqa: ASYNC110 - another thread says so
            await asyncio.sleep(0.2)
        if not self.enough:
            await super()._meet(group, began)


@dataclass
class Lived:
    """One house and its kills, told and compared."""

    tally: Tally
    violations: list[Violation]
    details: dict[str, object]


@dataclass(frozen=True)
class Kills:
    """`victims` are killed besides, at any moment; `life` of a conference and the longest pause
    between two kills in seconds. `patience`: so many times longer may work wait to be resumed,
    where the machine runs other tests meanwhile.
    """

    name: str = "kills"
    goal: str = (
        "killed at 12 points of the work, 20 times each, and web, worker, beat, Redis, PostgreSQL"
        " at random, 20 times each; two beats and three workers throughout: no conference lost, no"
        " second call or SMS, an unknown outcome only where an answer was on its way, settled"
        " within 60 s; work resumed within 15 s of the worker's restart"
    )
    rounds: int = 20
    life: int = 20
    pause: float = 2.0
    patience: float = 1.0
    points: tuple[Point, ...] = POINTS
    victims: tuple[str, ...] = VICTIMS

    def run(self, world: World) -> Figures:
        """A round kills once in each way; what a round is shuffled by is its seed."""
        seeds = range(world.seed, world.seed + (world.rounds or self.rounds))
        houses = [self._house(world, list(some)) for some in batched(seeds, _LIFE_OF_A_HOUSE)]
        total = added_up(each.tally for each in houses)
        wrong = [one for each in houses for one in each.violations]
        details = {**total.as_json(), "houses": [each.details for each in houses]}
        return Figures(total.words(), wrong, details)

    def _house(self, world: World, seeds: list[int]) -> Lived:
        with tempfile.TemporaryDirectory(prefix="partyline-points-") as folder:
            how = {
                "DJANGO_SETTINGS_MODULE": "tests.chaos.armed",
                "CONFERENCE_NO_SHOW_AFTER": _NO_SHOW,
                FOLDER: folder,
            }
            with world.house(**how) as house:
                return self._killed(world, house, seeds, Path(folder))

    def _killed(self, world: World, house: ChaosHouse, seeds: list[int], folder: Path) -> Lived:
        plan = crowd(seeds[0], _PLANNED, rate=world.rate / 2, life=self.life)
        voices = Voices(house)
        with Handover(house.environment["DATABASE_URL"]) as handover:
            killer = Killer(world, house, folder, handover, random.Random(seeds[0]))
            asked, failed = self._under_load(killer, plan, voices, seeds)
            eventually(lambda: not handover.unfinished(), "all work is taken up", _TAKEN_UP)
        outcome = concluded(world, house, asked, _RULES, last_news=_LAST_NEWS)
        known = _once_known(house, killer.kills)
        waited = until_known(known, killer.kills)
        wrong = [
            *outcome.violations,
            *failed,
            *lost_messages(voices.left, known.messages, Path(house.environment["MEDIA_ROOT"])),
            *unknown_without_reason(known, killer.kills),
            *_too_long("unknown too long", waited, SETTLED),
            *_too_long("resumed late", handover.seconds, RESUMED * self.patience),
        ]
        tally = Tally(
            dict(Counter(kill.what for kill in killer.kills)),
            conferences=len(asked),
            right=len(asked) - len(outcome.wrong()),
            messages=len(voices.left),
            waited=waited,
            resumed=handover.seconds,
        )
        return Lived(tally, wrong, outcome.details())

    def _under_load(
        self, killer: Killer, plan: list[Group], voices: Voices, seeds: list[int]
    ) -> tuple[list[Asked], list[Violation]]:
        load = Rushing(killer.house, plan, speed=SPEED, stubborn=True)
        over = threading.Event()
        with ThreadPoolExecutor(2) as beside:
            loading = beside.submit(lambda: asyncio.run(load.run()))
            speaking = beside.submit(voices.speak, over)
            try:
                failed = [one for seed in seeds for one in self._round(killer, seed, loading.done)]
            finally:
                load.enough = True
                over.set()
            speaking.result()
            return loading.result(), failed

    def _round(self, killer: Killer, seed: int, over: Callable[[], bool]) -> Iterator[Violation]:
        """Once in each way, unless the load is `over`: then it has broken, and nobody comes by.

        Of the places of a point each has its turn.
        """
        at_points = {
            each.name: partial(killer.at, each, seed % len(each.sites)) for each in self.points
        }
        at_random = {each: partial(killer.anything, each) for each in self.victims}
        planned = [*at_points.items(), *at_random.items()]
        killer.lot.shuffle(planned)
        began = time.monotonic()
        for what, kill in planned:
            if over():
                return
            if problem := tried(kill):
                yield Violation("not killed", what, problem)
            time.sleep(killer.lot.uniform(0.0, self.pause))
        took = time.monotonic() - began
        killer.world.say(f"round {seed}: {len(planned)} kills in {took:.0f} s")


def _once_known(house: ChaosHouse, kills: list[Kill]) -> Ours:
    """Our database once no outcome is unknown any more, or all have had their time."""
    until = max((kill.at for kill in kills), default=0.0) + SETTLED
    while True:
        held = ours.read(house.environment["DATABASE_URL"])
        if inf not in until_known(held, kills) or time.time() > until:
            return held
        time.sleep(1)


def _too_long(kind: str, seconds: list[float], most: float) -> Iterator[Violation]:
    for each in seconds:
        if each > most:
            yield Violation(kind, "after a kill", f"{each:.1f} s")


def unknown_without_reason(held: Ours, kills: list[Kill]) -> Iterator[Violation]:
    """An outcome was given up, though no kill came between the asking and the writing down."""
    for id_, doubted in held.doubted.items():
        if _kill_of(id_, doubted, kills) is None:
            yield Violation("unknown without reason", id_)


def until_known(held: Ours, kills: list[Kill]) -> list[float]:
    """Of the outcomes that a kill has left unknown: seconds until they were known after all."""
    waited = []
    for id_, doubted in held.doubted.items():
        if kill := _kill_of(id_, doubted, kills):
            waited.append(max(0.0, held.evidence.get(id_, inf) - kill.at))
    return sorted(waited)


def _kill_of(id_: str, doubted: float, kills: list[Kill]) -> Kill | None:
    """The last one that met it while it was being asked for."""
    met = (kill for kill in kills if id_ in kill.left.asked_for and kill.at <= doubted)
    return max(met, key=lambda kill: kill.at, default=None)
