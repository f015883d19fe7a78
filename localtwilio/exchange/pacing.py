"""Calls per second: outbound calls by REST wait in a queue and leave it one by one."""

import asyncio
from collections import deque
from collections.abc import Callable

from localtwilio.faults import Faults

LONGEST_QUEUE = 24 * 3600  # seconds; beyond it Twilio rejects with 22005


class Pacer:
    """Lets one entry pass every 1/cps seconds. `start` says whether it used its turn."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._queue: deque[Callable[[], bool]] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._last = float("-inf")

    @property
    def wait(self) -> float:
        """Seconds that a new entry has to wait, as far as can be foreseen."""
        behind = max(0.0, self._free_at - asyncio.get_running_loop().time())
        return behind + len(self._queue) / self._faults.cps

    @property
    def full(self) -> bool:
        return self.wait > LONGEST_QUEUE

    def submit(self, start: Callable[[], bool]) -> None:
        self._queue.append(start)
        if self._timer is None:
            self._schedule()

    def reconsider(self) -> None:
        """The calls per second have changed: who waits may have to wait less, or longer."""
        if self._timer:
            self._timer.cancel()
            self._schedule()

    @property
    def _free_at(self) -> float:
        return self._last + 1 / self._faults.cps

    def _schedule(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_at(max(loop.time(), self._free_at), self._pass_one)

    def _pass_one(self) -> None:
        self._timer = None
        # A call that was canceled in the queue does not use a turn.
        while self._queue:
            if self._queue.popleft()():
                self._last = asyncio.get_running_loop().time()
                break
        if self._queue:
            self._schedule()
