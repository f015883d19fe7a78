"""Fill the tables of a database by SQL of its own, indexes last, as one restores a backup."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from benchmarks.feed_rows import POSTGRESQL, SQLITE, Filling, Rows

_SERIES = {
    "postgresql": "generate_series(0::bigint, {last}, {step}) AS numbers(n)",
    "sqlite": (
        "(WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + {step} FROM counted"
        " WHERE n + {step} <= {last}) SELECT n FROM counted)"
    ),
}
_INDEXES = {
    "postgresql": (
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT IN"
        " (SELECT conname FROM pg_constraint)"
    ),
    "sqlite": (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
        " AND sql IS NOT NULL"
    ),
}
_QUICKLY = {
    "postgresql": (
        "SET session_replication_role = replica",  # foreign keys are not looked at
        "SET maintenance_work_mem = '1GB'",
        "SET synchronous_commit = off",
    ),
    "sqlite": (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -1000000",
    ),
}


def fill(calls: int) -> None:
    """The rows of so many calls, into empty tables."""
    rows = Rows(calls, POSTGRESQL if connection.vendor == "postgresql" else SQLITE)
    with connection.cursor() as cursor:
        for statement in _QUICKLY[connection.vendor]:
            cursor.execute(statement)
        for filling in rows.tables():
            begin = time.monotonic()
            with _without_indexes(cursor, filling.model):
                _insert(cursor, filling, calls)
            print(f"    {filling.model.__name__}: {time.monotonic() - begin:.0f} s", flush=True)
        # Not so on SQLite: its plans must be good without, as nobody tells it in production.
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    connection.close()


@contextmanager
def _without_indexes(cursor: CursorWrapper, model: type[models.Model]) -> Iterator[None]:
    cursor.execute(_INDEXES[connection.vendor], [model._meta.db_table])  # noqa: SLF001
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)


def _insert(cursor: CursorWrapper, filling: Filling, calls: int) -> None:
    table = filling.model._meta  # noqa: SLF001 - public for long, whatever its name says
    fields = [field for field in table.concrete_fields if field is not table.auto_field]
    expressions, values = [], []
    for field in fields:
        if field.attname in filling.columns:
            expressions.append(filling.columns[field.attname].replace("%", "%%"))
        else:
            expressions.append("%s")
            values.append(_default(field))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    series = filling.source or _SERIES[connection.vendor].format(last=calls - 1, step=filling.step)
    cursor.execute(
        f'INSERT INTO "{table.db_table}" ({columns}) SELECT {", ".join(expressions)}'
        f" FROM {series} WHERE {filling.condition.replace('%', '%%')}",
        values,
    )


def _default(field: "models.Field[Any, Any]") -> Any:
    return field.get_db_prep_save(field.get_default(), connection)
