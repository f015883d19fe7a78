"""Wait for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 40.0  # seconds; only ever spent in full by a test that fails


def until(probe: Callable[[], T], what: str, within: float = PATIENCE) -> T:
    """The first truthy answer of `probe`; AssertionError with its last answer otherwise."""
    began = time.monotonic()
    while not (answer := probe()):
        waited = time.monotonic() - began
        if waited > within:
            raise AssertionError(f"not within {within:g} s: {what}; last seen: {answer!r}")
        time.sleep(0.01)
    return answer
