"""On what it was measured."""

import os
import platform
import sqlite3
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Self

import psycopg

from tools.embedded import ROOT

_PACKAGES = ("django", "djangorestframework", "psycopg", "gunicorn", "celery", "twilio")


@dataclass
class Machine:
    at: str
    commit: str
    cores: int
    processor: str
    system: str
    versions: dict[str, str]
    load_before: float  # of the last minute, before anything of ours ran
    load_after: float = 0.0

    @classmethod
    def this(cls, postgres: str | None) -> Self:
        versions = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
        versions |= {name: version(name) for name in _PACKAGES}
        if postgres:
            with psycopg.connect(postgres) as server:
                versions["postgresql"] = str(server.info.server_version)
        return cls(
            at=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            commit=_commit(),
            cores=os.cpu_count() or 0,
            processor=_processor(),
            system=platform.platform(),
            versions=versions,
            load_before=round(os.getloadavg()[0], 1),
        )

    def described(self) -> str:
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.at}, commit {self.commit}. {self.cores} cores of {self.processor},"
            f" {self.system}. {versions}. The load was {self.load_before} before,"
            f" {self.load_after} at the end; what was measured is part of the latter."
        )


def _commit() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
