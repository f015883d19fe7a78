"""A hundred conferences of three people at once, each right in the ledger and in the API.

How fast they end is measured by `benchmarks/crowd.py`.
"""

from collections.abc import Callable

import pytest

from tests.journeys.crowd import gather, lateness, until_over
from tests.journeys.house import House


@pytest.mark.parametrize(
    "houses", ["sqlite"], indirect=True
)  # the slower one; PostgreSQL is benched
@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_hundred_conferences_at_once(build: Callable[..., House]) -> None:
    house = build(CALLS_PER_SECOND="50")

    crowd = gather(house, groups=100, life=50)
    until_over(crowd)

    ledger = house.network.ledger()
    for group in crowd:
        lateness(group, ledger)
    assert len([c for c in ledger["conferences"] if c["status"] == "completed"]) == 100
