"""A small and a large database of each kind, filled with the same mixture of calls, and kept.

The first run builds them, which takes minutes for ten million calls; later ones find them:
SQLite's in `var/bench/`, PostgreSQL's as `partyline_bench_…` beside the others.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import django
import psycopg
from django.conf import settings

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402

from benchmarks.feed_fill import fill  # noqa: E402
from tools.embedded import VAR  # noqa: E402

_FOLDER = VAR / "bench"


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

    def prepare(self) -> None:
        """Brings the tables up to date, and makes sure of somebody who may look at them."""
        for size in Size:
            with self.using(size):
                call_command("migrate", verbosity=0)
                User.objects.get_or_create(
                    username="chief", defaults={"is_superuser": True, "is_staff": True}
                )


@contextmanager
def on_sqlite(sizes: dict[Size, int]) -> Iterator[Databases]:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    files = {size: _FOLDER / f"{calls}.sqlite3" for size, calls in sizes.items()}
    for size, file in files.items():
        if not file.exists():
            unfinished = file.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _build(f"SQLite: {sizes[size]:,} calls", _sqlite(unfinished), sizes[size])
            unfinished.rename(file)
    with Databases("SQLite", {size: _sqlite(file) for size, file in files.items()}) as databases:
        databases.prepare()
        yield databases


@contextmanager
def on_postgres(sizes: dict[Size, int]) -> Iterator[Databases]:
    """Beside the one that PARTYLINE_TEST_POSTGRES_URL names."""
    server = os.environ["PARTYLINE_TEST_POSTGRES_URL"]
    names = {size: f"partyline_bench_{calls}" for size, calls in sizes.items()}
    with psycopg.connect(server, autocommit=True) as admin:
        for size, name in names.items():
            known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not known.fetchone():
                unfinished = f"{name}_unfinished"
                admin.execute(f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)')
                admin.execute(f'CREATE DATABASE "{unfinished}"')
                what = f"PostgreSQL: {sizes[size]:,} calls"
                _build(what, _postgres(admin, unfinished), sizes[size])
                admin.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
        urls = {size: _postgres(admin, name) for size, name in names.items()}
        with Databases("PostgreSQL", urls) as databases:
            databases.prepare()
            yield databases


def _build(what: str, url: dict[str, Any], calls: int) -> None:
    print(f"{what}: this first filling takes minutes, and is kept for the next time", flush=True)
    begin = time.monotonic()
    wrapper = _wrapper(Size.LARGE, url)
    connections["default"] = wrapper
    call_command("migrate", verbosity=0)
    fill(calls)
    wrapper.close()
    print(f"{what}: filled in {time.monotonic() - begin:.0f} s", flush=True)


def _sqlite(file: Path) -> dict[str, Any]:
    return {**settings.DATABASES["default"], "NAME": str(file)}


def _postgres(admin: "psycopg.Connection[Any]", name: str) -> dict[str, Any]:
    known = admin.info
    server = {"HOST": known.host, "PORT": known.port, "USER": known.user, "NAME": name}
    server |= {"ENGINE": "config.postgresql", "PASSWORD": known.password, "OPTIONS": {}}
    return {**settings.DATABASES["default"], **server}


def _wrapper(size: Size, url: dict[str, Any]) -> BaseDatabaseWrapper:
    connections.settings[str(size)] = url
    wrapper = connections.create_connection(str(size))
    wrapper.alias = "default"  # a transaction asks for the connection by its alias
    return wrapper
