"""A long time under load, with a restart every half minute: does it grow?"""

import random
import statistics
import time
from dataclasses import dataclass, field

from tests.chaos.history import Rules, Violation
from tests.chaos.house import OURS, ChaosHouse
from tests.chaos.plan import crowd
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out
from tests.chaos.rows.outages import Over, wait

LIFE = 60
AT_ONCE = 100  # conferences
EVERY = 30.0  # seconds between two restarts
MOST_GROWTH = 0.10
_WARM = 120.0  # seconds until everything has been asked for once
_LIVES = LIFE + 15  # seconds from the opening to the end, about


@dataclass
class Memory:
    """What all our processes hold, each second."""

    began: float = field(default_factory=time.monotonic)
    samples: list[tuple[float, int]] = field(default_factory=list)

    def look(self, house: ChaosHouse) -> None:
        self.samples.append((time.monotonic() - self.began, house.memory()))

    def growth(self) -> float:
        """The last quarter against the first one that was warm; medians, as a restart dips."""
        warm = [size for at, size in self.samples if at > _WARM] or [1]
        quarter = max(1, len(warm) // 4)
        return statistics.median(warm[-quarter:]) / statistics.median(warm[:quarter]) - 1


class Soak:
    name = "soak"
    goal = (
        "100 conferences at once, a restart every 30 s, 10 minutes: memory +10 % at most, no open"
        " leg at the end"
    )

    def run(self, world: World) -> Figures:
        rate = world.many(AT_ONCE) / _LIVES
        plan = crowd(world.seed, round(world.minutes * 60 * rate), rate=rate, life=LIFE)
        memory = Memory()
        lot = random.Random(world.seed)
        with world.house() as house:

            def trouble(over: Over) -> None:
                while not over():
                    _one_restart(world, house, lot)
                    until = time.monotonic() + EVERY
                    while time.monotonic() < until and not over():
                        wait(1.0, over)
                        memory.look(house)

            rules = Rules(stay=15.0, late=30.0, settled=60.0, refused=True)
            outcome = carry_out(world, house, plan, rules, trouble=trouble, stubborn=True)
        wrong = list(outcome.violations)
        growth = memory.growth()
        if growth > MOST_GROWTH:
            wrong.append(Violation("memory grows", "our processes", f"{growth:+.1%}"))
        size = memory.samples[-1][1] / 2**20
        words = f"memory {growth:+.1%} ({size:.0f} MB); {outcome.words()}"
        return Figures(words, wrong, outcome.details())


def _one_restart(world: World, house: ChaosHouse, lot: random.Random) -> None:
    name = lot.choice(OURS)
    world.say(f"{name} is killed and started again")
    house.restart(name)
