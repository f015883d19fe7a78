"""Time: real for limits and timestamps, hurried for people and audio."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

_background: set[asyncio.Task[Any]] = set()


def now() -> float:
    """Seconds since the epoch, with fractions."""
    return time.time()


def spawn(work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run it in the background; a failure is logged by asyncio and kills nothing else.

    The set keeps a reference: the event loop alone holds tasks only weakly.
    """
    task = asyncio.get_running_loop().create_task(work)
    _background.add(task)
    task.add_done_callback(_settle)
    return task


def _settle(task: asyncio.Task[Any]) -> None:
    _background.discard(task)
    if not task.cancelled() and (error := task.exception()):
        task.get_loop().call_exception_handler(
            {"message": "a task of the exchange failed", "exception": error, "task": task}
        )


class Clock:
    """`speed` compresses people and audio only; limits, time-outs and timestamps stay real."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def people(self, seconds: float) -> float:
        """How long `seconds` of a person or of audio really last."""
        return seconds / self.speed
