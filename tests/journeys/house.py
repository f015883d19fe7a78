"""A whole Partyline: web, workers, beat and the local telephone network, as real processes."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, product
from pathlib import Path
from typing import Self

import httpx
import psycopg
import redis

from tests.journeys.client import Client
from tests.journeys.network import Network, Phone
from tests.journeys.waiting import eventually
from tools.phones_client import Json
from tools.processes import dying_with_parent
from tools.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
LINE = "+12125550100"
MAIN_LINE = "+12125550101"
FORWARD = "+12125550112"
# All in one process: its start takes longer than what there is to do.
_PREPARED = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("configure_lines")
call_command("create_api_key", "journeys")
call_command("create_api_key", "staff", "--staff")
"""
_COMES_UP = 180.0  # seconds, on a machine that is busy with other tests
_AREA_CODES = ("213", "310", "312", "415", "617", "646", "702", "713", "206", "305")


def _numbers() -> Iterator[str]:
    for area, last in product(_AREA_CODES, range(100)):
        yield f"+1{area}55501{last:02d}"


class House:
    """One installation on ports, a database and a broker of its own."""

    def __init__(
        self, folder: Path, *, database_url: str, broker_url: str, **settings: str
    ) -> None:
        self.folder = folder
        self.web_url = f"http://127.0.0.1:{free_port()}"
        self.phones_url = f"http://127.0.0.1:{free_port()}"
        self.token = secrets.token_hex(16)
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "config.settings",  # not the one of the tests
            "PARTYLINE_ENV_FILE": "",
            "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
            "PUBLIC_BASE_URL": self.web_url,
            "DATABASE_URL": database_url,
            "CELERY_BROKER_URL": broker_url,
            "MEDIA_ROOT": str(self.folder / "media"),
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": self.token,
            "TWILIO_API_BASE_URL": self.phones_url,
            "SERVER_PHONE": LINE,
            "MAIN_LINE_PHONE": MAIN_LINE,
            "FORWARD_PHONE": FORWARD,
            "CONFERENCE_MIN_DURATION": "2",
            "CALLS_PER_SECOND": "50",
            "WEB_CONCURRENCY": "1",
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._numbers = _numbers()
        self._starts = count(1)

    @classmethod
    def on_sqlite(cls, folder: Path, **settings: str) -> Self:
        database, broker = f"sqlite:///{folder}/db.sqlite3", f"filesystem://{folder}/broker"
        return cls(folder, database_url=database, broker_url=broker, **settings)

    @classmethod
    def on_postgres(cls, folder: Path, postgres: str, redis_url: str, **settings: str) -> Self:
        """A new database beside the one that `postgres` names, and a Redis database of its own."""
        name = f"partyline_journeys_{os.getpid()}_{secrets.token_hex(3)}"
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        database = postgres.rpartition("/")[0] + f"/{name}"
        broker = f"{redis_url.rstrip('/')}/{_redis_database(redis_url)}"
        redis.Redis.from_url(broker).flushdb()
        return cls(folder, database_url=database, broker_url=broker, **settings)

    def start(self) -> Self:
        self.start_network()
        self.network = Network(self.phones_url)
        self.network.hurries(20)
        keys = self.manage("shell", "--verbosity=0", "--command", _PREPARED).split()[-2:]
        self.client, self.staff = (Client(self.web_url, key) for key in keys)
        self.start_product()
        return self

    def start_network(self) -> None:
        lines = [word for line in (LINE, MAIN_LINE) for word in ("--line", line)]
        port = self.phones_url.rpartition(":")[2]
        account = ["--account-sid", "AC" + "0" * 32, "--auth-token", self.token]
        self._run("network", "localtwilio", "--port", port, *account, *lines)
        self._until_it_answers("network", f"{self.phones_url}/phones")
        httpx.post(f"{self.phones_url}/faults", json={"cps": 50}).raise_for_status()

    def start_product(self) -> None:
        self.start_workers()  # They come up while the web server is waited for.
        self.start_web()

    def start_web(self) -> None:
        port = self.web_url.rpartition(":")[2]
        self._run("web", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}")
        self._until_it_answers("web", f"{self.web_url}/healthz")

    def start_workers(self) -> None:
        """Those that have been killed, or all; the beat, too."""
        queues = ("orders", "deadlines")
        programs = {f"worker-{queue}": ("worker", "-Q", queue) for queue in queues}
        for name, program in {**programs, "beat": ("beat",)}.items():
            if name not in self.processes:
                self._run(name, "celery", "-A", "config", *program)

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=_COMES_UP,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def suffers(self, **faults: Json) -> None:
        """Turn the network's knobs, as `/faults` names them."""
        self.network.http.post("/faults", json=faults).raise_for_status()

    def somebody(self) -> Phone:
        """A person whose phone nobody else in this house's journeys has."""
        return self.network.phone(next(self._numbers))

    def kill(self, *names: str) -> None:
        """SIGKILL, as the out-of-memory killer does: nothing is tidied up."""
        for name in names or list(self.processes):
            process = self.processes.pop(name)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self) -> None:
        for process in self.processes.values():
            with suppress(ProcessLookupError):  # it has died, and its test has said so
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def log(self, name: str) -> str:
        return "".join(f.read_text() for f in sorted(self.folder.glob(f"{name}-*.log")))

    def _run(self, name: str, module: str, *arguments: str) -> None:
        with (self.folder / f"{name}-{next(self._starts)}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [*dying_with_parent(), sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _until_it_answers(self, name: str, url: str) -> None:
        def answers() -> bool:
            assert self.processes[name].poll() is None, f"{name} died: {self.log(name)}"
            try:
                return httpx.get(url, timeout=2).status_code < 500
            except httpx.TransportError:
                return False

        eventually(answers, f"{name} answers", patience=_COMES_UP)


def _redis_database(redis_url: str) -> int:
    """One that no other house has: its workers would take this one's messages."""
    leases = redis.Redis.from_url(f"{redis_url.rstrip('/')}/0")
    free = (n for n in range(1, 16) if leases.set(f"partyline-tests:{n}", "", nx=True, ex=1800))
    return next(free)


def give_back(postgres: str, house: House) -> None:
    name = house.environment["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    url, _, number = house.environment["CELERY_BROKER_URL"].rpartition("/")
    redis.Redis.from_url(f"{url}/0").delete(f"partyline-tests:{number}")
