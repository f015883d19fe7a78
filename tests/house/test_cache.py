"""Redis that does not answer costs a miss."""

import pytest

from config.cache import ForgivingRedisCache


@pytest.fixture
def cache() -> ForgivingRedisCache:
    # The discard port: nothing listens there.
    return ForgivingRedisCache("redis://127.0.0.1:9/0", {"OPTIONS": {"socket_timeout": 1}})


def test_reading_is_a_miss(cache: ForgivingRedisCache) -> None:
    assert cache.get("key", "default") == "default"


def test_writing_is_lost_without_an_error(cache: ForgivingRedisCache) -> None:
    cache.set("key", "value", 60)
