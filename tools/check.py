"""`make check`: everything that can be said without running a test."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tools.console import Steps
from tools.embedded import ROOT

BIN = Path(sys.executable).parent
PYTHON = str(BIN / "python")
MANAGE = (PYTHON, "manage.py")


@dataclass(frozen=True)
class Check:
    """One program whose exit code is the verdict."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)


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
        Check("ruff: lint", (str(BIN / "ruff"), "check", ".")),
        Check("ruff: format", (str(BIN / "ruff"), "format", "--check", ".")),
        Check("mypy", (str(BIN / "mypy"),)),
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
    with tempfile.TemporaryDirectory() as folder:
        failed = [check.name for check in checks(folder) if not passes(check)]
    print(f"Failed: {', '.join(failed)}." if failed else "All checks pass.", flush=True)
    sys.exit(bool(failed))


def passes(check: Check) -> bool:
    """Runs it, and shows what it says only where that is bad news."""
    start = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    verdict = "FAILED" if done.returncode else "ok"
    print(f"    {check.name:<20} {verdict:<6} {time.monotonic() - start:5.1f} s", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
