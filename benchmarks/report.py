"""What was found: one line for each thing measured, a table, and the files in `results/`."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.machine import Machine

RESULTS = Path(__file__).with_name("results")
_HEAD = ("part", "database", "what", "ours", "reference", "figure", "goal", "")


@dataclass(frozen=True)
class Goal:
    """A figure is to be at least, or at most, so much."""

    sign: str  # "≥" or "≤"
    bound: float
    unit: str = "x"

    def holds(self, figure: float) -> bool:
        return figure >= self.bound if self.sign == "≥" else figure <= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g} {self.unit}"


@dataclass(frozen=True)
class Finding:
    """`figure` is what the goal is about: a ratio, or seconds; without a goal it is only told."""

    part: str
    database: str
    what: str
    ours: str
    reference: str
    figure: float
    goal: Goal | None = None
    unit: str = "x"

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "holds" if self.goal.holds(self.figure) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        goal = str(self.goal) if self.goal else ""
        unit = self.goal.unit if self.goal else self.unit
        figure = f"{self.figure:.3g} {unit}"
        first = (self.part, self.database, self.what, self.ours, self.reference)
        return (*first, figure, goal, self.verdict)


def table(findings: Iterable[Finding]) -> str:
    """In Markdown, which is as readable on a terminal."""
    rows = [_HEAD, *(finding.cells() for finding in findings)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def write(machine: Machine, findings: list[Finding], name: str = "latest") -> Path:
    """Both files; returns the readable one."""
    RESULTS.mkdir(exist_ok=True)
    rows = [
        {**asdict(f), "goal": str(f.goal) if f.goal else None, "verdict": f.verdict}
        for f in findings
    ]
    content = {"machine": asdict(machine), "findings": rows}
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    page = RESULTS / f"{name}.md"
    page.write_text(f"# What `make bench` found\n\n{machine.described()}\n\n{table(findings)}\n")
    return page
