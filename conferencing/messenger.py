"""Wakes workers from a thread of its own, so that no request waits for the broker.

Those who are to be woken while a message is on its way are woken together by the next.
"""

from collections import Counter
from collections.abc import Callable
from threading import Condition, Thread

from django.db import close_old_connections

from conferencing.models import Lane


class Messenger:
    """Calls `wake` with a lane and how many of its workers are wanted."""

    def __init__(self, wake: Callable[[Lane, int], None]) -> None:
        self._wake = wake
        self._wanted: Counter[Lane] = Counter()
        self._asked = Condition()
        self._thread: Thread | None = None

    @property
    def is_there(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """In a process that answers requests, after it was forked: threads do not survive that."""
        self._thread = Thread(target=self._go, name="messenger", daemon=True)
        self._thread.start()

    def tell(self, lane: Lane, workers: int) -> None:
        with self._asked:
            self._wanted[lane] += workers
            self._asked.notify()

    def _go(self) -> None:
        while True:
            for lane, workers in self._taken().items():
                self._wake(lane, workers)
            close_old_connections()

    def _taken(self) -> Counter[Lane]:
        with self._asked:
            self._asked.wait_for(lambda: bool(self._wanted))
            taken, self._wanted = self._wanted, Counter()
            return taken
