"""What tests stand on beside SQLite and files: PostgreSQL, Redis, Chromium. Found, or started."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from tools import apt
from tools.servers import Postgres, Redis, postgres_answers, redis_answers

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a database from which others can be made: given, of this machine, or our own."""
    given = os.environ.get("PARTYLINE_TEST_POSTGRES_URL")
    if given or postgres_answers(LOCAL_POSTGRES):
        yield given or LOCAL_POSTGRES
        return
    server = Postgres()
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


@contextmanager
def redis_server() -> Iterator[str | None]:
    """A server's URL without a database number, found as `postgres` does, or None."""
    given = os.environ.get("PARTYLINE_TEST_REDIS_URL", "").rstrip("/")
    if given or redis_answers(LOCAL_REDIS):
        yield given or LOCAL_REDIS
        return
    program = redis_program()
    if not program:
        yield None
        return
    server = Redis(program)
    try:
        server.start()
        yield server.url
    finally:
        server.stop()


def redis_program() -> str | None:
    """The path of a redis-server, installed where that is allowed."""
    if not shutil.which("redis-server"):
        apt.install("redis-server")
    return shutil.which("redis-server")


def chromium() -> str | None:
    """The path of a Chromium, installed where that is allowed."""
    found = _which_chromium()
    if not found and apt.install("chromium"):
        found = _which_chromium()
    return found


def _which_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)
