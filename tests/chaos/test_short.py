"""The short form of `make chaos`: two hundred conferences whose callbacks are scrambled.

`make test` gives it the machine alone, and as many conferences a second as the full form opens: two
cores carry those with all their people. Another machine may be slower, so webhooks may wait; the
exact figures are those of the full form.
"""

from collections.abc import Iterator

import pytest

from tests.chaos import report
from tests.chaos.history import Rules
from tests.chaos.report import Measured
from tests.chaos.row import World, world
from tests.chaos.rows.crowd import Crowd
from tools import legs

pytestmark = [pytest.mark.slow, pytest.mark.chaos]

BUSY = Rules(busy=True, stay=2.0, settled=60.0)
MILD = {"drop": 0.2, "duplicate": 0.2, "delay": 20, "shuffle": True}


@pytest.fixture(scope="module")
def place() -> Iterator[World]:
    if not legs.redis_program():
        pytest.skip("redis-server is not installed")
    with world("postgres", seed=5) as made:
        yield made


@pytest.mark.timeout(900)
def test_two_hundred_conferences_with_scrambled_callbacks(place: World) -> None:
    row = Crowd(usual=200, life=30, callbacks=MILD, rules=BUSY)

    figures = row.run(place)

    assert figures.holds, report.broken(Measured(row, place, figures, 0.0))
