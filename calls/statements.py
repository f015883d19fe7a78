"""Statements that stay the same but for their values are run as the database likes them best."""

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


def read(statement: str, values: Sequence[Any]) -> list[Any]:
    """All rows that it finds."""
    cursor = _prepared()
    cursor.execute(statement, values)
    found: list[Any] = cursor.fetchall()
    return found


def write(statement: str, values: Sequence[Any]) -> int:
    """How many rows it has written."""
    cursor = _prepared()
    cursor.execute(statement, values)
    count: int = cursor.rowcount
    return count


def write_each(statement: str, each: Sequence[Sequence[Any]]) -> None:
    """Once for each of them."""
    if each:
        _prepared().executemany(statement, each)


def _prepared() -> CursorWrapper:
    """The database reads and plans each statement only once, and the cursor may be its only one:
    it is not closed."""
    cursor: CursorWrapper = connections[DEFAULT_DB_ALIAS].prepared_cursor()  # type: ignore[attr-defined]
    return cursor
