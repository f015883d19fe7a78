"""What came of killing, added up over houses, and over runs that were made one after the other.

python -m tests.chaos.tally FILE...     the sum of reports in var/chaos, into docs/reliability.md
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.outcome import spread
from tests.chaos.publish import PAGE, publish_lines


@dataclass(frozen=True)
class Tally:
    """`waited`: for outcomes that a kill left unknown; `resumed`: work that one left. Seconds."""

    kills: dict[str, int] = field(default_factory=dict)
    conferences: int = 0
    right: int = 0
    messages: int = 0
    waited: list[float] = field(default_factory=list)
    resumed: list[float] = field(default_factory=list)

    def words(self) -> str:
        waited, resumed = spread(sorted(self.waited)), spread(sorted(self.resumed))
        return (
            f"{sum(self.kills.values())} kills ({self._fewest()} or more of each kind),"
            f" {self.right} of {self.conferences} conferences right, {self.messages} messages kept;"
            f" {len(self.waited)} outcomes unknown, known after: {waited}; work resumed: {resumed}"
        )

    def _fewest(self) -> int:
        return min(self.kills.values(), default=0)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def added_up(tallies: Iterable[Tally]) -> Tally:
    all_ = list(tallies)
    kills = sum((Counter(each.kills) for each in all_), Counter())
    return Tally(
        dict(kills),
        conferences=sum(each.conferences for each in all_),
        right=sum(each.right for each in all_),
        messages=sum(each.messages for each in all_),
        waited=[one for each in all_ for one in each.waited],
        resumed=[one for each in all_ for one in each.resumed],
    )


def batched(items: Iterable[int], most: int) -> Iterator[tuple[int, ...]]:
    """As itertools has it from Python 3.12 on."""
    listed = list(items)
    for start in range(0, len(listed), most):
        yield tuple(listed[start : start + most])


def summed_line(reports: list[list[dict[str, Any]]]) -> str:
    """One line of the table for several runs of the kills: it holds if each of them does."""
    runs = [run for report in reports for run in report if run["row"] == "kills"]
    total = added_up(_tally(run["details"]) for run in runs)
    verdict = "holds" if all(run["holds"] for run in runs) else "**broken**"
    minutes = sum(run["seconds"] for run in runs) / 60
    how = "; ".join(f"`{run['command']}`, {run['where']}" for run in runs)
    cells = ("kills", runs[0]["goal"], total.words(), verdict, f"{how}; {minutes:.0f} min in all")
    return f"| {' | '.join(cells)} |"


def _tally(details: dict[str, Any]) -> Tally:
    return Tally(**{name: details[name] for name in Tally.__dataclass_fields__})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.tally", description=__doc__)
    parser.add_argument("reports", nargs="+", type=Path)
    reports = [json.loads(each.read_text()) for each in parser.parse_args().reports]
    line = summed_line(reports)
    publish_lines({"kills": line}, PAGE)
    print(line)


if __name__ == "__main__":
    main()
