"""Settings read afresh, from an environment that a test writes."""

import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]

Load = Callable[..., dict[str, Any]]


@pytest.fixture
def required(tmp_path: Path) -> dict[str, str]:
    """The settings without which nothing starts, and places to keep things in."""
    return {
        "DJANGO_SECRET_KEY": "not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz-0123",
        "PUBLIC_BASE_URL": "https://calls.example.com",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "SERVER_PHONE": "+12125550100",
        "FORWARD_PHONE": "+12125550112",
        "DATABASE_URL": f"sqlite:///{tmp_path}/house.sqlite3",
        "CELERY_BROKER_URL": f"filesystem://{tmp_path}/broker",
    }


@pytest.fixture
def load(required: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Runs config/settings.py on the required settings and the given ones; None takes one away."""

    def run(dotenv: Path | None = None, **given: str | None) -> dict[str, Any]:
        values = {**required, "PARTYLINE_ENV_FILE": str(dotenv or ""), **given}
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in values.items():
            if value is not None:
                monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config" / "settings.py"))

    yield run
    monkeypatch.undo()
