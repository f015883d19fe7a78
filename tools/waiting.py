"""Wait for what is to become true, never for time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 40.0  # seconds; a machine with two cores may be busy, and only a failure waits so long
_GLANCE = 0.05  # seconds between two looks


class NotInTime(AssertionError):
    """What was waited for did not happen; the message says what, and what was seen last."""


def eventually(
    look: Callable[[], T | None], what: str, patience: float = PATIENCE, pause: float = _GLANCE
) -> T:
    """Look until what is seen counts as true. Raises NotInTime after `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > until:
            raise NotInTime(f"{what}: not within {patience:.0f} s; last seen: {seen!r}")
        time.sleep(pause)
