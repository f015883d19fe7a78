"""The short form of the row `sqlite`: real processes, and the sight of the words if they come."""

from pathlib import Path

import pytest

from tests.chaos import report
from tests.chaos.report import Measured
from tests.chaos.row import World
from tests.chaos.rows.sqlite import Sqlite, said


@pytest.mark.slow
@pytest.mark.chaos
@pytest.mark.timeout(300)
def test_all_processes_write_to_one_file_and_it_is_never_locked() -> None:
    place = World(database="sqlite")
    row = Sqlite(usual=60)

    figures = row.run(place)

    assert figures.holds, report.broken(Measured(row, place, figures, 0.0))


def test_a_log_that_says_so_is_seen(tmp_path: Path) -> None:
    (tmp_path / "web-1.log").write_text("all is well\n")
    (tmp_path / "worker-2.log").write_text("fine\nOperationalError: database is locked\n")

    assert [each.about for each in said(tmp_path, "is locked")] == ["worker-2.log"]
