"""What our processes stand on goes away for a while; then they do themselves; or all at once."""

import time
from collections.abc import Callable
from functools import partial

from tests.chaos.history import Rules
from tests.chaos.house import OURS, ChaosHouse
from tests.chaos.plan import Group, crowd
from tests.chaos.row import Figures, World
from tests.chaos.rows.course import carry_out
from tools.phones_client import Json

LIFE = 60
OUTAGE = 60.0  # seconds
_SHORT = 10.0
_FIRST = 25.0  # seconds of load before anything happens
_AGAIN = 40.0

# Belts end what nobody else ends; what was missed is learned once we are back.
OUT = Rules(stay=15.0, late=30.0, settled=OUTAGE + 30.0, refused=True)
# We are away until the last leg is over, and learn of all of them only then.
SILENT = Rules(stay=15.0, late=30.0, settled=300.0, refused=True)

Over = Callable[[], bool]


class RedisDead:
    name = "redis-dead"
    goal = "Redis dead for 60 s: nothing lost, nothing doubled"

    def run(self, world: World) -> Figures:
        def trouble(_house: ChaosHouse, over: Over) -> None:
            assert world.redis
            wait(_FIRST, over)
            world.say("Redis is killed")
            world.redis.kill()
            time.sleep(OUTAGE)
            world.redis.start()
            world.say("Redis is back, and knows nothing")

        return troubled(world, trouble, OUT)


class RedisFlushed:
    name = "redis-flushed"
    goal = "Redis flushed for 60 s, twice a second: nothing lost, nothing doubled"

    def run(self, world: World) -> Figures:
        def trouble(_house: ChaosHouse, over: Over) -> None:
            assert world.redis
            wait(_FIRST, over)
            world.say("Redis is flushed, again and again")
            until = time.monotonic() + OUTAGE
            while time.monotonic() < until:
                world.redis.flush()
                time.sleep(0.5)
            world.say("Redis is left alone")

        return troubled(world, trouble, OUT)


class PostgresRestarted:
    name = "postgres-restarted"
    goal = "PostgreSQL restarted, and killed for 10 s: nothing lost, nothing doubled"

    def run(self, world: World) -> Figures:
        def trouble(_house: ChaosHouse, over: Over) -> None:
            assert world.postgres
            wait(_FIRST, over)
            world.say("PostgreSQL is restarted")
            world.postgres.stop()
            world.postgres.start()
            wait(_AGAIN, over)
            world.say("PostgreSQL is killed")
            world.postgres.kill()
            time.sleep(_SHORT)
            world.postgres.start()
            world.say("PostgreSQL is back")

        return troubled(world, trouble, OUT)


class Deploys:
    name = "deploys"
    goal = "a deploy (TERM, drain, restart) in the middle of it, three times: none lost"

    def run(self, world: World) -> Figures:
        def trouble(house: ChaosHouse, over: Over) -> None:
            for _ in range(3):
                wait(_FIRST, over)
                world.say("deploying")
                house.deploy()

        return troubled(world, trouble, OUT)


class AllKilled:
    name = "all-killed"
    goal = "everything of ours killed: no leg past its deadline + 30 s"

    def run(self, world: World) -> Figures:
        """PostgreSQL and Redis are killed, too; all comes back once the network is silent."""

        conferences = world.many(100)

        def trouble(house: ChaosHouse, over: Over) -> None:
            wait(min(conferences / world.rate, LIFE - _SHORT), over)
            house.kill(*OURS)
            if world.redis and world.postgres:
                world.redis.kill()
                world.postgres.kill()
            world.say("everything of ours is killed")
            _until_silent(world, house)
            if world.redis and world.postgres:
                world.redis.start()
                world.postgres.start()
            house.start_product()
            world.say("everything is back")

        plan = crowd(world.seed, conferences, rate=world.rate, life=LIFE)
        return troubled(world, trouble, SILENT, plan)


def _until_silent(world: World, house: ChaosHouse) -> None:
    """Nobody who was let in or called is on the phone; others try to get through."""
    while still := [leg for leg in house.network.ledger()["legs"] if _lives_on(leg)]:
        world.say(f"{len(still)} legs live on without us")
        time.sleep(3)


def _lives_on(leg: Json) -> bool:
    return leg["ended"] is None and bool(leg["stays"] or leg["direction"] != "inbound")


def wait(seconds: float, over: Over) -> None:
    """So long, or until the load is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not over():
        time.sleep(0.1)


def troubled(
    world: World,
    trouble: Callable[[ChaosHouse, Over], None],
    rules: Rules,
    plan: list[Group] | None = None,
) -> Figures:
    """A crowd whose callers dial again when something breaks, and so does who uses our API."""
    plan = plan or crowd(world.seed, world.many(200), rate=world.rate, life=LIFE)
    with world.house() as house:
        house.suffers(seed=world.seed)
        outcome = carry_out(
            world, house, plan, rules, trouble=partial(trouble, house), stubborn=True
        )
    return Figures(outcome.words(), outcome.violations, outcome.details())
