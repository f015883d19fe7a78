"""N conferences of three while the callbacks are doubled, shuffled, late and lost."""

from dataclasses import dataclass, field

from tests.chaos.history import Rules
from tests.chaos.plan import crowd
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out
from tools.phones_client import Json

LIFE = 60
SCRAMBLED: Json = {"drop": 0.2, "duplicate": 1.0, "delay": 20, "shuffle": True}
NONE_COMES: Json = {"drop": 1.0}
EXACT = Rules()


@dataclass(frozen=True)
class Crowd:
    """`usual`: how many conferences, unless the world says otherwise; `life` in seconds."""

    name: str = "crowd"
    goal: str = (
        "callbacks doubled, shuffled, up to 20 s late, 20 % dropped: 100 % right within 30 s of"
        " the true end, call durations exact, stays within 1 s"
    )
    callbacks: Json = field(default_factory=SCRAMBLED.copy)
    rules: Rules = EXACT
    usual: int = 2000
    life: int = LIFE

    def run(self, world: World) -> Figures:
        plan = crowd(world.seed, world.many(self.usual), rate=world.rate, life=self.life)
        with world.house() as house:
            house.suffers(callbacks=self.callbacks, seed=world.seed)
            outcome = carry_out(world, house, plan, self.rules)
        return Figures(outcome.words(), outcome.violations, outcome.details())


WITHOUT_CALLBACKS = Crowd(
    name="no-callbacks",
    goal=(
        "all callbacks dropped: states 100 % right, durations exact from REST, stays within 15 s"
    ),
    callbacks=NONE_COMES,
    rules=Rules(stay=15.0, settled=60.0),
    usual=300,
)
