"""What a killed worker had in hand, and how long after it is up again somebody goes on with it."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

_GLANCE = 0.25  # seconds between two looks

Claim = tuple[int, int]  # an order and its attempt


@dataclass(frozen=True)
class Held:
    """Of one moment. `asked_for`: the legs and people whose call or text has no answer yet."""

    claims: frozenset[Claim]
    asked_for: frozenset[str]


def held(database_url: str) -> Held:
    query = """SELECT id, attempt, state, COALESCE(call_id, participant_id) FROM conferencing_order
               WHERE state IN ('claimed', 'asked')"""
    with psycopg.connect(database_url, connect_timeout=5) as server:
        rows = server.execute(query).fetchall()
    claims = frozenset((id_, attempt) for id_, attempt, _, _ in rows)
    return Held(claims, frozenset(about for _, _, state, about in rows if state == "asked"))


@dataclass
class Handover:
    """Looks now and then, beside all that happens. `seconds`: of each kill that left something."""

    database_url: str
    seconds: list[float] = field(default_factory=list)
    _starting: list[tuple[Path, frozenset[Claim]]] = field(default_factory=list)
    _waiting: list[tuple[float, frozenset[Claim]]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> "Handover":
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def restarted(self, up: Path, left: Held, *, instead_of: Path) -> None:
        """A worker has died, left these, and been started again; `up` is there once it works.

        `instead_of` of the one that has died, which may have been on its way up itself.
        """
        with self._lock:
            waiting = [(up if each == instead_of else each, old) for each, old in self._starting]
            self._starting = [*waiting, (up, left.claims)]

    def coming_up(self) -> int:
        """Workers that have been started again and do not work yet."""
        return len(self._starting)

    def unfinished(self) -> int:
        """Kills after which something has not been taken up."""
        return len(self._starting) + len(self._waiting)

    def _look(self) -> None:
        while not self._over.wait(_GLANCE):
            self.see_who_is_up()
            with suppress(psycopg.Error):  # it is the database that is down
                self.compare(held(self.database_url).claims)

    def see_who_is_up(self) -> None:
        with self._lock:
            for started in [each for each in self._starting if each[0].exists()]:
                self._waiting.append((time.monotonic(), started[1]))
                self._starting.remove(started)

    def compare(self, now: frozenset[Claim]) -> None:
        for waiting in list(self._waiting):
            back, claims = waiting
            if not claims & now:
                self._waiting.remove(waiting)
                self.seconds.append(time.monotonic() - back)
