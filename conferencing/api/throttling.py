"""How often a key may ask. One counter a minute: DRF's own throttles keep a list of all times."""

import math
import time
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from conferencing.models import ApiKey

_WINDOW = 60  # seconds


@dataclass(frozen=True)
class Window:
    """At most `limit` in each minute of the clock."""

    name: str
    limit: int

    def wait(self, counters: BaseCache, whose: str) -> int:
        """Count one. Returns the seconds until the next is allowed; 0: this one is."""
        now = time.time()
        counter = f"throttle:{self.name}:{whose}:{int(now // _WINDOW)}"
        if self._count(counters, counter) <= self.limit:
            return 0
        return max(1, math.ceil(_WINDOW - now % _WINDOW))

    def _count(self, counters: BaseCache, counter: str) -> int:
        with suppress(ValueError):  # it is not there: this is the first of its minute
            return counters.incr(counter)
        counters.add(counter, 0, timeout=2 * _WINDOW)
        try:
            return counters.incr(counter)
        except ValueError:  # the cache dropped it between the two: it is full, and we let go
            return 0


def requests_of_key() -> Window:
    return Window("requests", settings.API_REQUESTS_PER_MINUTE)


def failed_authentications() -> Window:
    return Window("failures", settings.API_FAILURES_PER_MINUTE)


class KeyThrottle(BaseThrottle):
    def __init__(self) -> None:
        self._wait = 0

    def allow_request(self, request: Request, _view: object) -> bool:
        if isinstance(request.user, ApiKey):
            self._wait = requests_of_key().wait(cache, request.user.id)
        return not self._wait

    def wait(self) -> float:
        return self._wait
