from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from conferencing import telephony
from conferencing.tests.network import PaperNetwork


@pytest.fixture
def net(settings: Settings) -> Iterator[PaperNetwork]:
    """The telephone network that the product speaks to in this test; asked as often as it likes."""
    settings.TELEPHONY_GATEWAY = "conferencing.tests.network.PaperNetwork"
    settings.CALLS_PER_SECOND = settings.TEXTS_PER_SECOND = 1000
    telephony.network.cache_clear()
    yield telephony.network()
    telephony.network.cache_clear()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that goes on by itself and can be put forward: `clock.shift(seconds)`."""
    with time_machine.travel(0, tick=True) as coordinates:
        coordinates.move_to("2026-03-02T09:00:00+00:00")
        yield coordinates


@pytest.fixture
def stopped_clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still but for `shift(seconds)`: however long a test itself takes."""
    with time_machine.travel("2026-03-02T09:00:00+00:00", tick=False) as clock:
        yield clock
