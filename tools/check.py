"""`make check`: everything that can be said without running a test."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools.console import Steps
from tools.embedded import ROOT

BIN = Path(sys.executable).parent
PYTHON = str(BIN / "python")
MANAGE = (PYTHON, "manage.py")
AT_ONCE = 2  # mypy takes as long as all of the others


@dataclass(frozen=True)
class Check:
    """One program whose exit code is the verdict."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    good: bool
    words: str
    seconds: float


def as_deployed(folder: str) -> dict[str, str]:
    """The settings of `.env.example`, which is https, and what it leaves blank."""
    return {
        "PARTYLINE_ENV_FILE": ".env.example",
        "DJANGO_SECRET_KEY": "neither-a-secret-nor-short-0123456789-abcdefghijklmnop",
        "TWILIO_AUTH_TOKEN": "token-for-checks",
        "DATABASE_URL": f"sqlite:///{folder}/check.sqlite3",
        "CELERY_BROKER_URL": f"filesystem://{folder}/broker",
    }


def checks(folder: str) -> list[Check]:
    deployed = as_deployed(folder)
    schema = ("spectacular", "--validate", "--fail-on-warn", "--file", f"{folder}/schema.yml")
    compose = ("--builtin-schema", "vendor.compose-spec", "docker-compose.yml")
    return [
        Check("mypy", (str(BIN / "mypy"),)),
        Check("ruff: lint", (str(BIN / "ruff"), "check", ".")),
        Check("ruff: format", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("import rules", (str(BIN / "lint-imports"), "--no-cache")),
        Check("import rings", (PYTHON, "-m", "tools.check_import_rings")),
        Check("docker-compose.yml", (str(BIN / "check-jsonschema"), *compose)),
        Check("Dockerfile", (str(BIN / "hadolint"), "Dockerfile")),
        Check("deployment", (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"), deployed),
        Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), deployed),
        Check("OpenAPI", (*MANAGE, *schema), deployed),
    ]


def main() -> None:
    steps = Steps(3, done=2)
    steps.next("checks")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as beside:
        given = [(check, beside.submit(verdict, check)) for check in checks(folder)]
        failed = [check.name for check, done in given if not passes(check, done.result())]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks pass.", flush=True)
    sys.exit(bool(failed))


def verdict(check: Check) -> Verdict:
    start = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Verdict(done.returncode == 0, done.stdout, time.monotonic() - start)


def passes(check: Check, found: Verdict) -> bool:
    """Shows what it says only where that is bad news."""
    word = "ok" if found.good else "FAILED"
    print(f"    {check.name:<20} {word:<6} {found.seconds:5.1f} s", flush=True)
    if not found.good:
        print(found.words, flush=True)
    return found.good


if __name__ == "__main__":
    main()
