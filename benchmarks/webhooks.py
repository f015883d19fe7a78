"""Webhooks against the plain view, the lean one and the bare SQL: how many a second, how late."""

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from benchmarks.bench import Bench
from benchmarks.load import Load
from benchmarks.references import floor
from benchmarks.report import Finding, Goal
from benchmarks.stage import Kind, Stage, letters

STEADY, CROWDED = 16, 64  # requests under way at once
_MOST = 2400  # a second that any of them can take
OURS = {
    "status": ("status callback", Goal("≥", 1.2)),
    "code": ("code entry", Goal("≥", 0.8)),
    "incoming": ("incoming call", Goal("≥", 1.0)),
}
_LATE = Goal("≤", 1.5)

Shot = Callable[[], Load]


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    """`fx-private-relay`'s 0.13 of the plain view: 9 times that is less than the goal here."""
    enough = round(_MOST * bench.seconds * (2 * bench.rounds + 1))
    with ExitStack() as stack:
        house = stack.enter_context(stage.house())
        reference = stack.enter_context(stage.reference())
        beside = stack.enter_context(stage.reference(our_server=True))
        house.start_web()
        ours = {kind: letters(house, kind, enough) for kind in OURS}
        theirs = {path: letters(reference, f"/{path}", enough) for path in ("plain", "lean")}
        posts = {**ours, **theirs, "plain, served as ours": letters(beside, "/plain", enough)}

        def shots(connections: int, names: list[str]) -> dict[str, Shot]:
            def shoot(name: str) -> Shot:
                return lambda: posts[name].load(connections, bench.seconds)

            return {name: shoot(name) for name in names}

        every = shots(STEADY, [*posts])
        for shot in every.values():  # warm: processes, plans, pages of the database
            shot()
        every["floor"] = lambda: _floor(stage, reference.environment["DATABASE_URL"], bench.seconds)
        steady = bench.rounds_of(every)
        crowded = bench.rounds_of(shots(CROWDED, [*OURS, "plain"]))
    yield from _throughput(stage, steady)
    yield from _lateness(stage, crowded)


def _floor(stage: Stage, url: str, seconds: float) -> Load:
    if stage.kind is Kind.SQLITE:
        return floor.on_sqlite(Path(url.removeprefix("sqlite:///")), 1000, seconds)
    return floor.on_postgresql(url, 1000, STEADY, seconds)


def _throughput(stage: Stage, rounds: list[dict[str, Load]]) -> Iterator[Finding]:
    names: dict[str, tuple[str, Goal | None]] = {
        **OURS,
        "plain, served as ours": ("plain view, served as ours is", None),
        "lean": ("lean view", None),
    }
    for name, (what, goal) in {**names, "floor": ("floor: the SQL alone", None)}.items():
        yield Finding(
            part="webhooks",
            database=stage.kind,
            what=f"{what}, {STEADY} at once",
            ours=_rate(rounds, name),
            reference=f"plain view {_rate(rounds, 'plain')}",
            figure=median(each[name].rate / each["plain"].rate for each in rounds),
            goal=goal,
        )


def _rate(rounds: list[dict[str, Load]], name: str) -> str:
    errors = sum(each[name].errors for each in rounds)
    rate = f"{median(each[name].rate for each in rounds):.0f}/s"
    return f"{rate}, {errors} errors" if errors else rate


def _lateness(stage: Stage, rounds: list[dict[str, Load]]) -> Iterator[Finding]:
    for name, (what, _) in OURS.items():
        yield Finding(
            part="webhooks",
            database=stage.kind,
            what=f"{what}, p99 with {CROWDED} at once",
            ours=_p99(rounds, name),
            reference=f"plain view {_p99(rounds, 'plain')}",
            figure=median(_ratio(each[name].p99_ms, each["plain"].p99_ms) for each in rounds),
            goal=_LATE,
        )


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs if math.isfinite(theirs) else math.inf


def _p99(rounds: list[dict[str, Load]], name: str) -> str:
    errors = sum(each[name].errors for each in rounds)
    late = f"{median(each[name].p99_ms for each in rounds):.0f} ms"
    return f"{late}, {errors} errors" if errors else late
