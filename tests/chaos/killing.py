"""Who kills: at a point of the work, or whomever, at any moment. What he kills he starts again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.arming import all_up, lay_fuse, up_file
from tests.chaos.house import BEATS, WEB, WORKERS, ChaosHouse
from tests.chaos.points import Point, Process
from tests.chaos.resuming import Handover, Held, held
from tests.chaos.row import World
from tools.waiting import NotInTime, eventually

VICTIMS = ("web", "worker", "beat", "Redis", "PostgreSQL")
_REACHED = 60.0  # seconds in which somebody comes by any point
_COMES_UP = 60.0  # seconds
_NOTHING = Held(frozenset(), frozenset())


@dataclass(frozen=True)
class Kill:
    """`left`: what had been begun in that moment, of a kill after which that counts."""

    what: str
    at: float = field(default_factory=time.time)
    left: Held = _NOTHING


@dataclass
class Killer:
    """Call it from the main thread: what another one starts dies with that thread."""

    world: World
    house: ChaosHouse
    folder: Path
    handover: Handover
    lot: random.Random
    kills: list[Kill] = field(default_factory=list)
    _web_before: set[str] | None = None  # those that had come up when one was killed

    def at(self, point: Point, number: int) -> None:
        """Kill whoever comes by that site of the point next. Raises NotInTime: nobody does."""
        site = point.sites[number]
        self._until_enough_are_up(site.process)
        up = all_up(self.folder)
        fuse = lay_fuse(self.folder, point, number)
        try:
            eventually(lambda: not fuse.exists(), f"somebody passes {fuse.name}", _REACHED)
        finally:
            fuse.unlink(missing_ok=True)
        if site.process is Process.WEB:  # gunicorn starts another one by itself
            self.kills.append(Kill(point.name))
            self._web_before = up
        else:
            dead = eventually(self._dead_workers, "the worker that passed is dead")
            self._start_again(point.name, dead)

    def anything(self, victim: str) -> None:
        """SIGKILL, and started again at once."""
        kill: dict[str, Callable[[], None]] = {
            "web": lambda: self._restart(WEB),
            "worker": self._worker,
            "beat": lambda: self._restart(self.lot.choice(BEATS)),
            "Redis": self._redis,
            "PostgreSQL": self._postgres,
        }
        kill[victim]()

    def _restart(self, name: str) -> None:
        self.kills.append(Kill("web" if name == WEB else "beat"))
        self.house.restart(name)
        if name == WEB:
            self._web_before = None

    def _worker(self) -> None:
        self._until_enough_are_up(Process.WORKER)
        name = self.lot.choice(list(WORKERS))
        pid = self.house.processes[name].pid
        self.house.kill(name)
        self._start_again("worker", {name: pid})

    def _redis(self) -> None:
        assert self.world.redis
        self.kills.append(Kill("Redis"))
        self.world.redis.kill()
        self.world.redis.start()

    def _postgres(self) -> None:
        """An answer that comes meanwhile cannot be written down."""
        assert self.world.postgres
        began = time.time()
        self.world.postgres.kill()
        self.world.postgres.start()
        self.kills.append(Kill("PostgreSQL", began, self._held()))

    def _dead_workers(self) -> dict[str, int]:
        """Their names and the ids that they had as processes."""
        workers = {name: self.house.processes[name] for name in WORKERS}
        return {name: one.pid for name, one in workers.items() if one.poll() is not None}

    def _start_again(self, what: str, dead: dict[str, int]) -> None:
        """What takes time is that they come up: meanwhile another one may be killed."""
        left = self._held()
        self.kills.append(Kill(what, left=left))
        for name, pid in dead.items():
            self.house.start_one(name)
            up = up_file(self.folder, self.house.processes[name].pid)
            self.handover.restarted(up, left, instead_of=up_file(self.folder, pid))

    def _until_enough_are_up(self, process: Process) -> None:
        """Whom we kill next shall not be the last one, nor one who has not even begun."""
        if process is Process.WORKER:
            there = "all workers but one are up"
            eventually(lambda: self.handover.coming_up() <= 1, there, _COMES_UP)
        elif self._web_before is not None:
            before, self._web_before = self._web_before, None
            eventually(lambda: all_up(self.folder) - before, "another web is up", _COMES_UP)

    def _held(self) -> Held:
        return held(self.house.environment["DATABASE_URL"])


def tried(kill: Callable[[], None]) -> str:
    """Empty, or why it was not possible to kill so."""
    try:
        kill()
    except NotInTime as error:
        return str(error)
    return ""
