"""Rooms that are all due at the same moment: how late each is claimed, and how late it is ended."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import network
from benchmarks.bench import Bench
from benchmarks.report import Finding, Goal
from benchmarks.stage import Stage, run
from tests.journeys.house import House
from tests.journeys.waiting import eventually

_LEAD = 4.0  # seconds until they are due
_PATIENCE = 150.0
_USUAL = "ETA tasks, the usual way: {} s in a trial"


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    claimed, ended = _trial(bench, stage, 10_000, 0.0)
    yield _finding(stage, "10,000 rooms at once, claimed", claimed, Goal("≤", 1.5, "s"), "36")
    yield _finding(stage, "10,000 rooms at once, ended at the network", ended, None, "36")
    _, ended = _trial(bench, stage, 1000, 0.1)
    what = "1,000 rooms, 100 ms for each request, ended"
    yield _finding(stage, what, ended, Goal("≤", 4, "s"), "56")


def _finding(stage: Stage, what: str, late: list[float], goal: Goal | None, usual: str) -> Finding:
    p99 = late[int(len(late) * 0.99)]
    return Finding(
        part="teardown",
        database=stage.kind,
        what=f"{what}: p99 late",
        ours=f"median {late[len(late) // 2]:.2f} s, worst {late[-1]:.2f} s",
        reference=_USUAL.format(usual),
        figure=p99,
        goal=goal,
        unit="s",
    )


def _trial(bench: Bench, stage: Stage, rooms: int, delay: float) -> tuple[list[float], list[float]]:
    """How late, in order, each room was claimed, and ended at the network."""
    with stage.house() as house, answering(house, delay) as log:
        run(house, "benchmarks.rooms", "make", str(rooms))
        house.start_workers()
        until_awake(house)
        due = float(run(house, "benchmarks.rooms", "due", str(_LEAD)))
        bench.say(f"{rooms:,} rooms are due in {due - time.time():.1f} s")
        _until(lambda: len(_ends(log)) >= rooms, f"{rooms} rooms are ended")
        told = json.loads(run(house, "benchmarks.rooms", "late"))
        ended = sorted(at - due for at in _ends(log).values())
        bench.say(f"the last was ended {ended[-1]:.1f} s late")
    return told["seconds"], ended


def _ends(log: Path) -> dict[str, float]:
    """When each room was first ended at the network."""
    ends: dict[str, float] = {}
    for asked in network.asked(log):
        if "/Conferences/" in asked.path:
            ends.setdefault(asked.path, asked.answered)
    return ends


@contextmanager
def answering(house: House, delay: float) -> Iterator[Path]:
    """A network in place of the house's own; gone with the house."""
    log = house.folder / "asked.log"
    port = house.phones_url.rpartition(":")[2]
    house._run("network", "benchmarks.network", port, str(delay), str(log))  # noqa: SLF001
    eventually(log.exists, "the network answers", patience=20)
    yield log


def until_awake(house: House) -> None:
    _until(lambda: int(run(house, "benchmarks.rooms", "awake")) > 0, "the sweep is awake")


def _until(so: Callable[[], bool], what: str) -> None:
    eventually(so, what, patience=_PATIENCE, pause=0.5)
