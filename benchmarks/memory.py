"""What a web process holds after many webhooks, and whether it still grows."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.report import Finding, Goal
from benchmarks.stage import Kind, Stage, letters
from tests.journeys.house import House

_AT_ONCE = 16
_PREPARED = 20_000  # then they come again, as repeats
_SHOT = 10.0  # seconds


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    """In one process, so that all of them are its own. Status callbacks, then their repeats."""
    if stage.kind is not Kind.POSTGRESQL or not shutil.which("wrk"):
        return
    with stage.house(WEB_CONCURRENCY="1") as house:
        house.start_web()
        post = letters(house, "status", _PREPARED)
        held: list[tuple[int, float]] = []  # after so many webhooks, so many MB
        done = 0
        while done < bench.webhooks:
            done += post.over_and_over(_AT_ONCE, _SHOT).requests
            held.append((done, _megabytes(house)))
            bench.say(f"{done:,} webhooks: {held[-1][1]:.0f} MB")
    tenth = next(megabytes for count, megabytes in held if count >= done / 10)
    yield Finding(
        part="memory",
        database=stage.kind,
        what=f"a web process after {done:,} webhooks",
        ours=f"{held[-1][1]:.0f} MB",
        reference="",
        figure=held[-1][1],
        goal=Goal("≤", 150, "MB"),
    )
    yield Finding(
        part="memory",
        database=stage.kind,
        what="its growth after the first tenth of them",
        ours=f"{held[-1][1] - tenth:.1f} MB",
        reference=f"{tenth:.0f} MB by then",
        figure=held[-1][1] - tenth,
        goal=Goal("≤", 5, "MB"),
    )


def _megabytes(house: House) -> float:
    """What the only worker of gunicorn has in memory."""
    master = house.processes["web"].pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text().splitlines()
    resident = next(line for line in status if line.startswith("VmRSS:"))
    return int(resident.split()[1]) / 1024
