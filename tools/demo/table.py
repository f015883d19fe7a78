"""The feed's rows as a small table."""

from datetime import datetime

from tools.demo.house import DIAL_IN, MAIN_LINE
from tools.demo.people import Stage, pretty
from tools.phones_client import Json

_HEADS = ("when", "", "who", "line", "outcome", "duration")
_LINES = {DIAL_IN: "Conferences", MAIN_LINE: "Main line"}
_ARROWS = {"inbound": "in", "outbound": "out"}


def table(calls: list[Json], stage: Stage) -> list[str]:
    """One line a call, newest first, under a line of heads."""
    rows = [_HEADS, *(_row(call, stage) for call in calls)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _row(call: Json, stage: Stage) -> tuple[str, ...]:
    inbound = call["direction"] == "inbound"
    who = call["from_number" if inbound else "to_number"]
    when = datetime.fromisoformat(call["started_at"]).astimezone()
    return (
        f"{when:%H:%M:%S}",
        _ARROWS[call["direction"]],
        f"{stage.people[who]} {pretty(who)}",
        _LINES.get(call["line"] or "", "-"),
        call["outcome"],
        _clock(call["duration"]),
    )


def _clock(seconds: int | None) -> str:
    return "-" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"
