"""The short form of the row `kills`: each point once, in one house."""

from collections.abc import Iterator

import pytest

from tests.chaos import report
from tests.chaos.report import Measured
from tests.chaos.row import World, world
from tests.chaos.rows.kills import Kills
from tools import legs

pytestmark = [pytest.mark.slow, pytest.mark.chaos]


@pytest.fixture(scope="module")
def place() -> Iterator[World]:
    if not legs.redis_program():
        pytest.skip("redis-server is not installed")
    with world("postgres", seed=1, rate=1.0) as made:
        yield made


@pytest.mark.timeout(600)
def test_each_point_once(place: World) -> None:
    row = Kills(rounds=1, victims=(), life=15, pause=0.5, patience=4)

    figures = row.run(place)

    assert figures.holds, report.broken(Measured(row, place, figures, 0.0))
