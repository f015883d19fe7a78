"""The debugger: what went wrong between the network and the application, by Twilio's codes."""

import logging
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

logger = logging.getLogger("localtwilio.debugger")
KEPT = 5000


@dataclass(frozen=True)
class Entry:
    """One line of the log; `at` is seconds since the epoch."""

    code: int
    level: str
    message: str
    sid: str | None
    url: str | None
    at: float


class Debugger:
    """Keeps the newest entries and writes each one to the program's log."""

    def __init__(self) -> None:
        self.entries: deque[Entry] = deque(maxlen=KEPT)

    def error(
        self, code: int, message: str, sid: str | None = None, url: str | None = None
    ) -> None:
        self._add(Entry(code, "error", message, sid, url, time.time()))

    def warning(
        self, code: int, message: str, sid: str | None = None, url: str | None = None
    ) -> None:
        self._add(Entry(code, "warning", message, sid, url, time.time()))

    def as_json(self) -> list[dict[str, Any]]:
        """Newest first."""
        return [asdict(entry) for entry in reversed(self.entries)]

    def _add(self, entry: Entry) -> None:
        self.entries.append(entry)
        level = logging.ERROR if entry.level == "error" else logging.WARNING
        logger.log(
            level, "%s %s %s %s", entry.code, entry.message, entry.sid or "", entry.url or ""
        )
