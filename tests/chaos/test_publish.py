"""The table of docs/reliability.md is written by the program that has measured it."""

from pathlib import Path

from tests.chaos.history import Violation
from tests.chaos.publish import PAGE, publish
from tests.chaos.report import Measured
from tests.chaos.row import Figures, World
from tests.chaos.rows import ROWS
from tests.chaos.rows.crowd import Crowd

ORDER = [row.name for row in ROWS]


def measured(name: str, words: str, *wrong: Violation) -> Measured:
    return Measured(Crowd(name=name), World(seed=7), Figures(words, list(wrong)), 61.0)


def test_a_row_replaces_its_own_line_and_no_other(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(PAGE.read_text())
    publish([measured("soak", "first"), measured("crowd", "first")], ORDER, page)

    publish([measured("soak", "second")], ORDER, page)

    rows = [row for row in page.read_text().splitlines() if row.startswith(("| crowd", "| soak"))]
    assert [row.split(" | ")[2] for row in rows] == ["first", "second"]
    assert "`make chaos ROWS=soak SEED=7`" in rows[1]
    before, after = PAGE.read_text(), page.read_text()
    assert before.partition("<!--")[0] == after.partition("<!--")[0]


def test_what_is_broken_is_said_to_be(tmp_path: Path) -> None:
    page = tmp_path / "reliability.md"
    page.write_text(PAGE.read_text())

    publish([measured("crowd", "bad", Violation("called twice", "+12015550100"))], ORDER, page)

    assert "| **broken** |" in page.read_text()
