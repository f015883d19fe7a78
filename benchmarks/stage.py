"""Houses to measure: ours and the references', each on a database of its own."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.load import Post
from tests.journeys.house import ROOT, House, give_back

_REFERENCES = "benchmarks.references"


class Kind(StrEnum):
    SQLITE = "SQLite"
    POSTGRESQL = "PostgreSQL"


@dataclass(frozen=True)
class Stage:
    """Where houses stand: which database, and the servers that they need."""

    kind: Kind
    postgres: str = ""
    redis: str = ""

    @contextmanager
    def house(self, **settings: str) -> Iterator[House]:
        """An empty one with its tables; its processes end with the `with`."""
        settings = {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "ERROR", **settings}
        with tempfile.TemporaryDirectory(prefix="partyline-bench-") as folder:
            if self.kind is Kind.SQLITE:
                house = House.on_sqlite(Path(folder), **settings)
            else:
                house = House.on_postgres(Path(folder), self.postgres, self.redis, **settings)
            try:
                house.manage("migrate", "--verbosity=0")
                yield house
            finally:
                house.stop()
                if self.kind is Kind.POSTGRESQL:
                    give_back(self.postgres, house)

    @contextmanager
    def reference(self, *, defaults: bool = False, our_server: bool = False) -> Iterator[House]:
        """The references' server, running; `defaults`: with Django's own database options;
        `our_server`: served as ours is."""
        settings = {"WEB_CONCURRENCY": "2", "LOG_LEVEL": "ERROR"}
        served = "gunicorn.conf.py" if our_server else "benchmarks/references/served.py"
        settings |= {"REFERENCE_DEFAULTS": "yes"} if defaults else {}
        with self.house(**settings) as house:
            tables = ["migrate", "--verbosity=0", "--run-syncdb"]
            house.manage(*tables, f"--settings={_REFERENCES}.settings")
            arguments = ["--config", served, f"{_REFERENCES}.wsgi", *_bind(house)]
            house._run("web", "gunicorn", *arguments)  # noqa: SLF001
            house._until_it_answers("web", house.web_url)  # noqa: SLF001
            yield house


def _bind(house: House) -> list[str]:
    return ["--bind", house.web_url.removeprefix("http://")]


def letters(house: House, kind: str, count: int) -> Post:
    """So many requests of this kind, and the rows that they are about."""
    file = house.folder / f"{kind.strip('/')}.requests"
    program = f"{_REFERENCES}.cast" if kind.startswith("/") else "benchmarks.cast"
    settings = f"{_REFERENCES}.settings" if kind.startswith("/") else "config.settings"
    run(house, program, kind, str(count), str(file), DJANGO_SETTINGS_MODULE=settings)
    return Post(house.web_url, file)


def run(house: House, program: str, *arguments: str, **environment: str) -> str:
    """A program of ours in the environment of a house."""
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=ROOT,
        env={**os.environ, **house.environment, **environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
