"""Each journey runs twice: on SQLite with a folder as broker, and on PostgreSQL with Redis."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.journeys.house import House, give_back, on_postgres, on_sqlite

LEGS = ("sqlite", "postgres")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)
            # All of one leg in one worker of xdist: they share a house.
            leg = next((leg for leg in LEGS if f"[{leg}" in item.name), "")
            item.add_marker(pytest.mark.xdist_group(f"journeys-{leg}"))


@pytest.fixture(scope="session", params=LEGS)
def build(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., House]]:
    """Start houses with settings of their own; all are gone when the session ends."""
    built: list[House] = []
    postgres = os.environ.get("PARTYLINE_TEST_POSTGRES_URL", "")
    redis_url = os.environ.get("PARTYLINE_TEST_REDIS_URL", "")
    if request.param == "postgres" and not (postgres and redis_url):
        pytest.skip("PARTYLINE_TEST_POSTGRES_URL and PARTYLINE_TEST_REDIS_URL are not set")

    def start(**settings: str) -> House:
        folder: Path = tmp_path_factory.mktemp("house")
        if request.param == "sqlite":
            house = on_sqlite(folder, **settings)
        else:
            house = on_postgres(folder, postgres, redis_url, **settings)
        built.append(house)
        return house.start()

    yield start
    for house in built:
        house.stop()
        if request.param == "postgres":
            give_back(postgres, house)


@pytest.fixture(scope="session")
def house(build: Callable[..., House]) -> House:
    return build()
