"""A machine that now and then has no time for us: everything comes late, and counts."""

import random
import time
from dataclasses import dataclass

from tests.chaos.history import Rules
from tests.chaos.house import BEATS, WEB, WORKERS, ChaosHouse
from tests.chaos.plan import crowd
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out
from tests.chaos.rows.crowd import SCRAMBLED
from tests.chaos.rows.outages import Over, wait

_SHORTEST, _LONGEST = 4.0, 12.0  # seconds; the network waits for an answer for 15
_BETWEEN = 4.0
_ALL = (WEB, *WORKERS, *BEATS)
_WHO = ((WEB,), (*WORKERS, *BEATS), _ALL)


@dataclass(frozen=True)
class Overload:
    name: str = "overload"
    goal: str = (
        "our processes stand still for 4 to 12 s, again and again, callbacks scrambled as in"
        " `crowd`: nobody left out who had the time to come, durations exact, stays within 2 s and"
        " the time that the network waited for our answers"
    )
    usual: int = 300
    life: int = 40

    def run(self, world: World) -> Figures:
        lot = random.Random(world.seed)
        plan = crowd(world.seed, world.many(self.usual), rate=world.rate / 2, life=self.life)
        rules = Rules(busy=True, stay=2.0, settled=30.0 + _LONGEST)
        with world.house() as house:
            house.suffers(callbacks=SCRAMBLED, seed=world.seed)

            def trouble(over: Over) -> None:
                while not over():
                    _stands_still(house, lot)
                    wait(_BETWEEN + lot.uniform(0.0, _LONGEST), over)

            outcome = carry_out(world, house, plan, rules, trouble=trouble)
        return Figures(outcome.words(), outcome.violations, outcome.details())


def _stands_still(house: ChaosHouse, lot: random.Random) -> None:
    with house.standstill(*lot.choice(_WHO)):
        time.sleep(lot.uniform(_SHORTEST, _LONGEST))
