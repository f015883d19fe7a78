"""Brokers: the folder, safe for processes that start and die at will; Redis, asked more often."""

import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from celery.app import amqp
from kombu import Connection
from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Messages are files in one folder; a direct exchange has one queue, which bears its name."""

    @property
    def _folder(self) -> Path:
        return Path(self.data_folder_in)

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]
        # kombu creates the file and then fills it, so a reader may find it empty.
        name = f"{time_ns()}-{uuid.uuid4()}.{queue}"
        unfinished = self._folder / f"{name}.tmp"
        unfinished.write_text(dumps(payload))
        unfinished.rename(self._folder / f"{name}.msg")

    def _get(self, queue: str) -> Any:  # type: ignore[override]
        # kombu moves the file to the system's temporary folder: a copy, where that is another
        # disk, which two workers may both take.
        for waiting in sorted(self._folder.glob(f"*.{queue}.msg")):
            taken = waiting.with_suffix(".taken")
            try:
                waiting.rename(taken)
            except FileNotFoundError:  # Another worker was faster.
                continue
            content = taken.read_text()
            taken.unlink()
            return loads(content)
        raise Empty

    def get_table(self, exchange: str) -> list[Any]:
        # kombu keeps it in a file, which can be read while half written. Other exchanges than
        # direct ones carry events for monitors: nobody listens, so their files would pile up.
        direct = self.typeof(exchange).type == "direct"
        return [filesystem.exchange_queue_t(exchange, "", exchange)] if direct else []

    def _queue_bind(self, *_: Any) -> None:
        """Nothing to write down, see `get_table`."""


class Transport(filesystem.Transport):
    """Chosen by CELERY_BROKER_TRANSPORT."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **options: Any) -> None:
        # A worker looks whether it shall stop between two calls, which it lets last 2 s.
        patience = None if timeout is None else min(timeout, 0.2)
        super().drain_events(connection, patience, **options)


class EagerConnection(Connection):
    """Tries again each second. Celery waits longer each time, up to half a minute, and no setting
    of its own changes that."""

    def _ensure_connection(
        self,
        errback: Any = None,
        max_retries: int | None = None,
        interval_start: float = 0.5,
        interval_step: float = 0.5,
        interval_max: float = 1,
        *more: Any,
        **named: Any,
    ) -> Any:
        """Whoever publishes gives intervals of his own, by position; workers give none."""
        intervals: Any = (interval_start, interval_step, interval_max)  # kombu says int
        return super()._ensure_connection(errback, max_retries, *intervals, *more, **named)


class AMQP(amqp.AMQP):
    """Chosen in `config.celery`."""

    Connection = EagerConnection
