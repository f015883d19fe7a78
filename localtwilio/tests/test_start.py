"""How the program starts, and how it refuses to."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from localtwilio.tests.support import network as networks
from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.network import ACCOUNT, LINES, REPOSITORY

GOOD = {"--account-sid": ACCOUNT, "--auth-token": "x", "--line": LINES[0], "--port": "0"}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--account-sid", "AC123"),
        ("--auth-token", ""),
        ("--line", "12"),
        ("--speed", "0"),
        ("--port", "many"),
        ("--api-key", "no-colon"),
    ],
)
def test_a_bad_option_is_named(option: str, value: str) -> None:
    """It does not start; one sentence names the option, and no traceback follows."""
    options = [word for pair in {**GOOD, option: value}.items() for word in pair]
    run = subprocess.run(
        [sys.executable, "-m", "localtwilio", *options],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode != 0
    assert option in run.stderr
    assert "Traceback" not in run.stderr


def test_a_silent_recording_may_be_absent(app: Application, tmp_path: Path) -> None:
    """D, Record: older docs say: silence gives no recording, no action; the next verb runs."""
    app.answers("/voice", f"<Record action='{app.url('/done')}'/><Say>Nothing was said</Say>")
    starting = contextmanager(networks.start)
    with starting(tmp_path / "log", "--silent-recording", "absent") as network:
        network.line(LINES[0]).update(voice_url=app.url("/voice"))
        alice = network.handset()
        alice.dials(LINES[0])
        alice.hears("Nothing was said")
        until(lambda: network.rest.recordings.list()[0].status == "absent", "it is absent")
    assert app.requests("/done") == []


def test_one_process_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """uvicorn takes WEB_CONCURRENCY for its own; the phones of one network know each other."""
    monkeypatch.setenv("WEB_CONCURRENCY", "2")
    with contextmanager(networks.start)(tmp_path / "log") as network:
        network.handset().is_("idle")
