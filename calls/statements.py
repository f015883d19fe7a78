"""Statements that stay the same but for their values are run as the database likes them best."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper


class Write(NamedTuple):
    """An INSERT or an UPDATE, and its values."""

    statement: str
    values: Sequence[Any]


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


def write_and_then(first: Write, then: Sequence[Write]) -> bool:
    """INSERT something, and only if it was not there, UPDATE what follows from it. Whether so.

    On PostgreSQL all of it is one statement, since each costs a way to the server and back; on
    SQLite there is no way. Whoever calls this holds the transaction.
    """
    if then and connections[DEFAULT_DB_ALIAS].vendor == "postgresql":
        spelt = _as_one(first.statement, *(each.statement for each in then))
        ((count,),) = read(spelt, [value for each in (first, *then) for value in each.values])
        return bool(count)
    is_new = bool(write(*first))
    if is_new:
        for each in then:
            write(*each)
    return is_new


@cache
def _as_one(first: str, *then: str) -> str:
    """The database runs each to its end, in whatever order they need each other."""
    following = "".join(
        f", following_{number} AS ({each} AND EXISTS (SELECT 1 FROM new))"  # noqa: S608 - ours
        for number, each in enumerate(then)
    )
    return f"WITH new AS ({first} RETURNING 1){following} SELECT count(*) FROM new"  # noqa: S608 - ours


def write_each(statement: str, each: Sequence[Sequence[Any]]) -> None:
    """Once for each of them."""
    if each:
        _prepared().executemany(statement, each)


def _prepared() -> CursorWrapper:
    """The database reads and plans each statement only once, and the cursor may be its only one:
    it is not closed."""
    cursor: CursorWrapper = connections[DEFAULT_DB_ALIAS].prepared_cursor()  # type: ignore[attr-defined]
    return cursor
