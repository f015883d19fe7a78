"""Wait for what is to become true, never for time to pass."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 20.0  # seconds; this machine has two cores and is noisy


def eventually(look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """Look until what is seen counts as true; fail with what was seen last."""
    until = time.monotonic() + patience
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > until:
            raise AssertionError(f"{what}: not within {patience:.0f} s; last seen: {seen!r}")
        time.sleep(0.05)
