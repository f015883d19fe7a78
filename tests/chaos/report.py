"""The table at the end, and the report below `var/chaos/`."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.row import MINUTES, RATE, Figures, Row, World
from tools.phones_client import Json

FOLDER = Path(__file__).resolve().parents[2] / "var" / "chaos"
_MOST_SHOWN = 12  # violations of a row


@dataclass(frozen=True)
class Measured:
    """A row that was run: its figures, how long it took, and how to run it again."""

    row: Row
    world: World
    figures: Figures
    seconds: float

    @property
    def command(self) -> str:
        parts = [f"make chaos ROWS={self.row.name} SEED={self.world.seed}"]
        if self.world.conferences:
            parts.append(f"CONFERENCES={self.world.conferences}")
        if self.world.rounds:
            parts.append(f"ROUNDS={self.world.rounds}")
        if self.world.rate != RATE:
            parts.append(f"RATE={self.world.rate:g}")
        if self.world.minutes != MINUTES:
            parts.append(f"MINUTES={self.world.minutes:g}")
        if self.world.database != "postgres":
            parts.append(f"DATABASE={self.world.database}")
        return " ".join(parts)


HEAD = "| row | goal | measured | | command, where and when |\n|---|---|---|---|---|"


def table(measured: list[Measured]) -> str:
    """In Markdown."""
    return "\n".join([HEAD, *map(line, measured)])


def line(each: Measured) -> str:
    verdict = "holds" if each.figures.holds else "**broken**"
    how = f"`{each.command}`, {_where()}, {each.seconds / 60:.0f} min"
    cells = (each.row.name, each.row.goal, each.figures.measured, verdict, how)
    return f"| {' | '.join(cells)} |"


def _where() -> str:
    return f"{_commit()}, {os.cpu_count()} cores, {time.strftime('%F')}"


def broken(each: Measured) -> str:
    """What is wrong with a row: the kinds with their numbers, and the first of them."""
    kinds = ", ".join(f"{n} times {kind}" for kind, n in each.figures.kinds().items())
    first = "".join(f"\n      {one}" for one in each.figures.violations[:_MOST_SHOWN])
    return f"    {each.row.name} is broken: {kinds}{first}"


def write(measured: list[Measured]) -> Path:
    """The table for people and the figures for programs; returns the table's path."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = time.strftime("%Y%m%d-%H%M%S")
    page = FOLDER / f"{name}.md"
    page.write_text(f"{table(measured)}\n")
    figures = [_figures(each) for each in measured]
    (FOLDER / f"{name}.json").write_text(json.dumps(figures, indent=2))
    return page


def keep(evidence: list[Json], logs: Path) -> Path:
    """What tells of the conferences with which something is wrong; returns where it is.

    The logs of the house are kept beside it.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = FOLDER / f"{time.strftime('%Y%m%d-%H%M%S')}-wrong.json"
    kept.write_text(json.dumps(evidence, indent=1))
    beside = kept.with_suffix(".logs")
    beside.mkdir(exist_ok=True)
    for log in logs.glob("*.log"):
        shutil.copy(log, beside)
    return kept


def _figures(each: Measured) -> dict[str, object]:
    return {
        "row": each.row.name,
        "goal": each.row.goal,
        "measured": each.figures.measured,
        "holds": each.figures.holds,
        "seed": each.world.seed,
        "command": each.command,
        "where": _where(),
        "seconds": round(each.seconds),
        "details": each.figures.details,
        "violations": [str(one) for one in each.figures.violations],
    }


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() or "no commit"
