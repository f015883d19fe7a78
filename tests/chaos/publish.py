"""Puts what was measured into docs/reliability.md: each row replaces its own line, others stay."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.chaos.report import Measured, line

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
_TABLE = re.compile(r"(?s)(<!-- measured -->\n)(.*?)(\n<!-- /measured -->)")


def publish(measured: list[Measured], order: list[str], page: Path = PAGE) -> None:
    """`order`: the names of all rows, as they stand in the table."""
    publish_lines({each.row.name: line(each) for each in measured}, page, order)


def publish_lines(new: Mapping[str, str], page: Path = PAGE, order: Sequence[str] = ()) -> None:
    """By the name of its row, what is to stand there; without `order` as they stand already."""
    text = page.read_text()
    lines = {_name(old): old for old in _lines(text)} | new
    rows = "\n".join(lines[name] for name in order or lines if name in lines)
    page.write_text(
        _TABLE.sub(lambda found: f"{found[1]}{_head(found[2])}\n{rows}{found[3]}", text)
    )


def _head(table: str) -> str:
    return "\n".join(table.splitlines()[:2])


def _lines(text: str) -> list[str]:
    found = _TABLE.search(text)
    assert found, "docs/reliability.md has lost the marks of its table"
    return found[2].splitlines()[2:]


def _name(row: str) -> str:
    return row.split("|")[1].strip()
