"""The counters of the throttles, where they live in Redis."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from conferencing.api.throttling import Window
from config.cache import ForgivingRedisCache


@pytest.fixture
def redis() -> Iterator[ForgivingRedisCache]:
    url = os.environ.get("PARTYLINE_TEST_REDIS_URL")
    if not url:
        pytest.skip("PARTYLINE_TEST_REDIS_URL names no Redis")
    cache = ForgivingRedisCache(url, {"KEY_PREFIX": f"test-{uuid4()}"})
    yield cache
    cache.close()


@pytest.mark.redis
def test_redis_counts_for_all_processes(redis: ForgivingRedisCache) -> None:
    window = Window("requests", limit=2)
    waits = [window.wait(redis, "key_1") for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert 1 <= waits[2] <= 60
    assert window.wait(redis, "key_2") == 0


def test_nobody_is_turned_away_because_redis_is_down() -> None:
    nothing_there = {"OPTIONS": {"socket_connect_timeout": 0.1, "socket_timeout": 0.1}}
    dead = ForgivingRedisCache("redis://127.0.0.1:9/0", nothing_there)
    window = Window("requests", limit=1)
    assert [window.wait(dead, "key_1") for _ in range(3)] == [0, 0, 0]
