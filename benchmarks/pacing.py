"""Whether texts and dial-outs keep to their pace, with four workers."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks import network
from benchmarks.bench import Bench
from benchmarks.report import Finding, Goal
from benchmarks.stage import Stage, run
from benchmarks.teardown import answering, until_awake
from tests.journeys.waiting import eventually

_PACE = 20  # a second
_HOW_MANY = 300  # of each kind, both at the same time
_WAKING = 3.0  # seconds, in which the workers wake; they are judged for the rest
_WORKERS = 4
KINDS = {"Calls": "dial_out", "Messages": "dial_in"}


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    for kind, times in _trial(bench, stage).items():
        what = "dial-outs" if kind == "Calls" else "texts"
        rate = _rate([at for at in times if at >= times[0] + _WAKING])
        yield Finding(
            part="pacing",
            database=stage.kind,
            what=f"{what} with {_WORKERS} workers: off the set pace",
            ours=f"{rate:.2f}/s",
            reference=f"set to {_PACE}/s",
            figure=100 * abs(rate / _PACE - 1),
            goal=Goal("≤", 2, "%"),
        )
        yield Finding(
            part="pacing",
            database=stage.kind,
            what=f"{what}: most in any second",
            ours=f"{_most_in_a_second(times)}",
            reference=f"set to {_PACE}",
            figure=_most_in_a_second(times),
            goal=Goal("≤", _PACE, ""),
        )


def _trial(bench: Bench, stage: Stage) -> dict[str, list[float]]:
    """When the network was asked for each kind, in order."""
    settings = {"CALLS_PER_SECOND": str(_PACE), "TEXTS_PER_SECOND": str(_PACE)}
    with stage.house(**settings) as house, answering(house, 0.0) as log:
        house.start_workers()
        for number in range(1, _WORKERS):  # the house has one
            name = f"worker-{number}"
            house._run(name, "celery", *["-A", "config", "worker", "-Q", "orders", "-n", name])  # noqa: SLF001
        until_awake(house)
        for mode in KINDS.values():
            run(house, "benchmarks.invitations", mode, str(_HOW_MANY))
        for kind in KINDS:
            asked = partial(_times, log, kind)
            eventually(lambda: len(asked()) >= _HOW_MANY, f"all {kind}", patience=90, pause=0.5)  # noqa: B023
        bench.say(f"{_HOW_MANY} of each")
        return {kind: _times(log, kind) for kind in KINDS}


def _times(log: Path, kind: str) -> list[float]:
    path = f"/{kind}.json"
    asked = (each for each in network.asked(log) if each.verb == "POST")
    return sorted(each.came for each in asked if each.path.endswith(path))


def _rate(times: list[float]) -> float:
    return (len(times) - 1) / (times[-1] - times[0])


def _most_in_a_second(times: list[float]) -> int:
    return max(bisect_left(times, begin + 1.0) - index for index, begin in enumerate(times))
