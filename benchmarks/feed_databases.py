"""A small and a large database of each kind, filled with the same mixture of calls."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import django
import psycopg
from django.conf import settings

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, models, transaction  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from benchmarks import feed_rows  # noqa: E402

_AT_ONCE = 5000


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Databases:
    """One of each size, gone when the `with` is left. `now` is the one that is asked."""

    now = Size.SMALL

    def __init__(self, name: str, urls: dict[Size, dict[str, Any]]) -> None:
        self.name = name
        self._wrappers = {size: _wrapper(size, urls[size]) for size in Size}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for wrapper in self._wrappers.values():
            wrapper.close()

    @contextmanager
    def using(self, size: Size) -> Iterator[None]:
        """Whatever Django does inside, it does there."""
        connections["default"], self.now = self._wrappers[size], size
        yield

    def fill(self, sizes: dict[Size, int]) -> None:
        for size, calls in sizes.items():
            print(f"{self.name}: {calls:,} calls", flush=True)
            with self.using(size):
                call_command("migrate", verbosity=0)
                User.objects.create_superuser("chief")
                with _quickly():
                    for model, rows in feed_rows.tables(calls):
                        _insert(model, rows)
                if connection.vendor == "postgresql":  # as its own housekeeping does
                    connection.cursor().execute("ANALYZE")


@contextmanager
def on_sqlite(folder: Path) -> Iterator[Databases]:
    default = settings.DATABASES["default"]
    urls = {size: {**default, "NAME": str(folder / f"{size}.sqlite3")} for size in Size}
    with Databases("SQLite", urls) as databases:
        yield databases


@contextmanager
def on_postgres() -> Iterator[Databases]:
    """New databases beside the one that PARTYLINE_TEST_POSTGRES_URL names."""
    server = os.environ["PARTYLINE_TEST_POSTGRES_URL"]
    mark = secrets.token_hex(3)
    names = {size: f"partyline_feed_{size}_{mark}" for size in Size}
    with psycopg.connect(server, autocommit=True) as admin:
        for name in names.values():
            admin.execute(f'CREATE DATABASE "{name}"')
        try:
            with Databases("PostgreSQL", _urls(admin, names)) as databases:
                yield databases
        finally:
            for name in names.values():
                admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _urls(admin: "psycopg.Connection[Any]", names: dict[Size, str]) -> dict[Size, dict[str, Any]]:
    known = admin.info
    server = {"HOST": known.host, "PORT": known.port, "USER": known.user}
    server |= {"ENGINE": "django.db.backends.postgresql", "PASSWORD": known.password, "OPTIONS": {}}
    default = settings.DATABASES["default"]
    return {size: {**default, **server, "NAME": name} for size, name in names.items()}


def _wrapper(size: Size, url: dict[str, Any]) -> BaseDatabaseWrapper:
    connections.settings[str(size)] = url
    wrapper = connections.create_connection(str(size))
    wrapper.alias = "default"  # a transaction asks for the connection by its alias
    return wrapper


@contextmanager
def _quickly() -> Iterator[None]:
    """SQLite writes with a large cache and without waiting for the disk, as nobody else should."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute("PRAGMA cache_size = -1000000").execute("PRAGMA synchronous = OFF")
        yield
        cursor.execute(f"PRAGMA cache_size = {before}").execute("PRAGMA synchronous = NORMAL")


def _insert(model: type[models.Model], rows: Iterator[dict[str, Any]]) -> None:
    """By the fastest way in. `rows` give some columns; the others have their defaults."""
    table = model._meta  # noqa: SLF001 - public for long, whatever its name says
    fields = [field for field in table.concrete_fields if field is not table.auto_field]
    settled = {field.attname: field.get_default() for field in fields}
    columns = ", ".join(f'"{field.column}"' for field in fields)
    while some := [settled | row for row in islice(rows, _AT_ONCE)]:
        values = [
            [each.get_db_prep_save(row[each.attname], connection) for each in fields]
            for row in some
        ]
        with transaction.atomic():
            _write(table.db_table, columns, values)


def _write(table: str, columns: str, values: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in values:
                    copy.write_row(row)
        else:
            marks = ", ".join(["?"] * len(values[0]))
            insert = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
            connection.connection.executemany(insert, values)
