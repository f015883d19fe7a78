"""A Redis cache whose loss costs a miss, not an error."""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis is where nudges and throttles live; neither may turn a request into a 500."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as problem:
            logger.warning("cache does not answer: %s", problem)
            return default

    def set(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        try:
            super().set(key, value, timeout, version)
        except RedisError as problem:
            logger.warning("cache does not answer: %s", problem)

    def add(
        self,
        key: Any,
        value: Any,
        timeout: Any = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        try:
            return bool(super().add(key, value, timeout, version))
        except RedisError as problem:
            logger.warning("cache does not answer: %s", problem)
            return False

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError for a key that is not there, as every cache of Django's does."""
        try:
            return int(super().incr(key, delta, version))
        except RedisError as problem:
            logger.warning("cache does not answer: %s", problem)
            return delta
