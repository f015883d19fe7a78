"""The feed's rows as CSV, for spreadsheets that take every cell for a formula if they can."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from calls.activity import Row

HEADINGS = (
    "id",
    "started",
    "direction",
    "from",
    "to",
    "name",
    "line",
    "outcome",
    "what happened",
    "menu path",
    "answered",
    "ended",
    "rang for seconds",
    "connected for seconds",
    "conference",
    "message seconds",
    "network id",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Line:
    """What csv writes to: it hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The heading, then a line a call. Times are UTC, numbers E.164."""
    writer = csv.writer(_Line())
    yield "\ufeff"  # without it Excel takes UTF-8 for something else
    yield writer.writerow(HEADINGS)
    for row in rows:
        yield writer.writerow([defused(each) for each in _cells(row)])


def defused(value: Any) -> str:
    """A cell that no spreadsheet calculates: `+12125550101` is a number to read, not a sum."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(row: Row) -> list[Any]:
    of = row.columns
    return [
        row.id,
        _moment(of["created_at"]),
        of["direction"],
        of["from_number"],
        of["to_number"],
        row.name,
        row.line,
        row.outcome,
        row.badge,
        of["menu_path"],
        _moment(of["answered_at"]),
        _moment(of["ended_at"]),
        row.rang,
        row.talked,
        row.conference,
        row.message.seconds if row.message and row.message.kept else None,
        of["sid"],
    ]


def _moment(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""
