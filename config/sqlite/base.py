"""Transactions that write take turns within a process, and a statement is translated once.

SQLite lets one transaction write at a time and has the others sleep and look again, longer each
time: with many threads it is mostly idle while they sleep, and who comes last may wait longest. The
threads of a process therefore queue before BEGIN, where each is woken by the one before it.
SQLite's own lock still decides between processes, and nothing depends on the queue.
"""

from collections import defaultdict
from functools import lru_cache
from threading import Lock

from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper

_turns: defaultdict[str, Lock] = defaultdict(Lock)  # by database


class PreparedCursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        return _converted(query) if param_names is None else super().convert_query(query)


@lru_cache(maxsize=1000)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    _turn: "Lock | None" = None  # while it is ours

    def prepared_cursor(self) -> CursorWrapper:
        """As `cursor`, for statements whose text never changes."""
        self.ensure_connection()
        with self.wrap_database_errors:
            cursor = self.connection.cursor(factory=PreparedCursor)
            wrapped: CursorWrapper = self._prepare_cursor(cursor)  # type: ignore[attr-defined]
            return wrapped

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def commit(self) -> None:
        super().commit()
        self._give_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._give_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        """Whoever keeps his for longer than anybody waits is not waited for any more: SQLite then
        says whether the database is locked."""
        name = str(self.settings_dict["NAME"])
        turn = _turns[name]
        patience: float = self.settings_dict["OPTIONS"].get("timeout", 5)
        if turn.acquire(timeout=patience):
            self._turn = turn
        elif _turns[name] is turn:
            del _turns[name]

    def _give_turn(self) -> None:
        if self._turn:
            turn, self._turn = self._turn, None
            turn.release()
