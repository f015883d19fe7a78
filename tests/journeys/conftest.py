"""Each journey runs twice: on SQLite with a folder as broker, and on PostgreSQL with Redis."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import pytest

from tests.journeys.house import House, give_back

LEGS = ("sqlite", "postgres")

Houses = Callable[..., AbstractContextManager[House]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session", params=LEGS)
def houses(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Houses:
    """Houses of this leg with settings of their own, each for as long as its `with` lasts."""
    postgres = os.environ.get("PARTYLINE_TEST_POSTGRES_URL", "")
    redis_url = os.environ.get("PARTYLINE_TEST_REDIS_URL", "")
    if request.param == "postgres" and not (postgres and redis_url):
        pytest.skip("PARTYLINE_TEST_POSTGRES_URL and PARTYLINE_TEST_REDIS_URL are not set")

    @contextmanager
    def standing(**settings: str) -> Iterator[House]:
        folder = tmp_path_factory.mktemp("house")
        if request.param == "sqlite":
            house = House.on_sqlite(folder, **settings)
        else:
            house = House.on_postgres(folder, postgres, redis_url, **settings)
        try:
            yield house.start()
        finally:
            house.stop()
            if request.param == "postgres":
                give_back(postgres, house)

    return standing


@pytest.fixture(scope="session")
def house(houses: Houses) -> Iterator[House]:
    """The one in which most journeys take place."""
    with houses() as house:
        yield house


@pytest.fixture
def build(houses: Houses) -> Iterator[Callable[..., House]]:
    """Start houses with settings of their own; all are gone when the test ends."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(houses(**settings))
