"""A kept connection is looked at before it is used again, without a question to the server; and
statements that are run again and again are prepared: the server reads and plans them once."""

import select
from typing import Any, Self

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from psycopg import OperationalError


class PreparedCursor(base.ServerBindingCursor):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        super().execute(query, params, **{**options, "prepare": True})  # type: ignore[misc]
        return self

    def close(self) -> None:
        """It is kept for the next statement, and goes with its connection."""


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """For logs under DEBUG: what is prepared went out without its text."""
        told: str | None = super().last_executed_query(cursor, sql, params)
        return told or str(self.compose_sql(sql, params))


_HAS_MEMOIZE = 140_000  # the version
_MOST_PREPARED = 400  # all that there are; psycopg's own limit of 100 would have them come and go
_NEVER_UNASKED = 10**9  # executions after which psycopg prepares by itself; None: it never does


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations
    _kept: PreparedCursor | None = None
    _kept_of: Any = None  # the connection that it belongs to

    def is_usable(self) -> bool:
        """Whether the server is still there.

        It speaks only when it is asked: whatever waits to be read is its goodbye, or the end of
        the connection. Django's own way is a query for each request.
        """
        if self.connection is None or self.connection.closed:
            return False
        waiting = select.poll()
        try:
            waiting.register(self.connection.fileno(), select.POLLIN)
        except OperationalError:
            return False
        return not waiting.poll(0)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = _MOST_PREPARED
        connection.prepare_threshold = _NEVER_UNASKED
        return connection

    def init_connection_state(self) -> None:
        """We read pages. To join one of them by Memoize, which PostgreSQL has since 14, it gets
        memory ready for all rows that there are: at 10^6 calls that took 5 times as long."""
        super().init_connection_state()
        if self.pg_version >= _HAS_MEMOIZE:
            with self.cursor() as cursor:
                cursor.execute("SET enable_memoize = off")

    def prepared_cursor(self) -> CursorWrapper:
        """As `cursor`, for statements whose text never changes."""
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            if self._kept is None or self._kept_of is not self.connection:
                self._kept = PreparedCursor(self.connection)  # type: ignore[call-arg]
                self._kept_of = self.connection
            wrapped: CursorWrapper = self._prepare_cursor(self._kept)  # type: ignore[attr-defined]
            return wrapped
