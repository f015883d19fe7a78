"""A row of the table: what is promised, and what was measured."""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.chaos.history import Violation
from tests.chaos.house import CALLS_A_SECOND, SETTINGS, ChaosHouse
from tests.journeys.house import give_back
from tools import legs, servers
from tools.servers import Redis, Server

RATE = 1.2  # conferences opened a second: two cores carry so many, with all their people
MINUTES = 10.0
SPEED = 5.0  # people and speech; limits and time stamps are real


@dataclass
class Figures:
    """What was measured: a sentence for the table, details for the report, and what is broken."""

    measured: str
    violations: list[Violation] = field(default_factory=list)
    details: dict[str, object] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.violations

    def kinds(self) -> dict[str, int]:
        return dict(Counter(each.kind for each in self.violations))


@dataclass
class World:
    """Where a row happens. `conferences` of None: as many as the row itself wants.

    PostgreSQL and Redis are instances of our own, so that they can be killed; `sqlite` houses
    have neither.
    """

    seed: int = 1
    conferences: int | None = None
    rate: float = RATE  # conferences opened a second
    minutes: float = MINUTES  # of the soak
    rounds: int | None = None  # of the kills; None: as many as the row wants
    database: str = "postgres"
    postgres: Server | None = None
    redis: Redis | None = None

    def say(self, what: str) -> None:
        print(f"    {time.strftime('%H:%M:%S')} {what}", flush=True)

    def many(self, usual: int) -> int:
        return self.conferences or usual

    @contextmanager
    def house(self, **settings: str) -> Iterator[ChaosHouse]:
        """A house with a database of its own; its logs are kept if something goes wrong."""
        folder = Path(tempfile.mkdtemp(prefix="partyline-chaos-"))
        house = self._build(folder, {**SETTINGS, **settings})
        try:
            house.start()
            house.network.hurries(SPEED)
            house.suffers(cps=CALLS_A_SECOND)
            with house.watch.kept():
                yield house
        except BaseException:
            print(f"    the logs are in {folder}", file=sys.stderr, flush=True)
            house.stop()
            raise
        house.stop()
        self._give_back(house)
        shutil.rmtree(folder)

    def _build(self, folder: Path, settings: dict[str, str]) -> ChaosHouse:
        if self.database == "sqlite":
            return ChaosHouse.on_sqlite(folder, **settings)
        assert self.postgres
        assert self.redis
        urls = (self.postgres.url, self.redis.url)
        return ChaosHouse.on_postgres(folder, *urls, **settings)

    def _give_back(self, house: ChaosHouse) -> None:
        if self.postgres and self.database == "postgres":
            give_back(self.postgres.url, house)


@contextmanager
def world(database: str = "postgres", **options: object) -> Iterator[World]:
    """With servers of its own, unless it is to stand on files."""
    made = World(database=database, **options)  # type: ignore[arg-type]
    if database == "sqlite":
        yield made
        return
    program = legs.redis_program()
    if program is None:
        sys.exit("Redis: install redis-server (apt-get install redis-server).")
    postgres, redis = servers.Postgres(), servers.Redis(program)
    try:
        postgres.start()
        redis.start()
        made.postgres, made.redis = postgres, redis
        yield made
    finally:
        redis.stop()
        postgres.remove()


class Row(Protocol):
    """One line of the table."""

    name: str
    goal: str

    def run(self, world: World) -> Figures: ...
