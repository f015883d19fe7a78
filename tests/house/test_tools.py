"""The pieces of `make run` and `make test`."""

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from tools import bootstrap, embedded, run, servers
from tools.processes import Family, Stopped

IDLE = "import time; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def family(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Family:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return Family(dict(os.environ), tmp_path / "log")


def test_a_child_that_dies_is_named_with_its_last_words(family: Family) -> None:
    family.start("beat", sys.executable, "-c", "import sys; print('no broker'); sys.exit(3)")
    with pytest.raises(RuntimeError, match=r"beat ended by itself \(exit code 3\):\n +no broker"):
        family.watch()
    family.stop()


def test_all_children_end_together(family: Family, tmp_path: Path) -> None:
    children = [family.start(name, sys.executable, "-c", IDLE) for name in ("web", "worker")]
    family.wait_until(lambda: all(c.last_lines for c in children), 30, "The children")
    family.stop()
    assert all(child.died() for child in children)
    assert (tmp_path / "log" / "web.log").read_text() == "up\n"


def test_waiting_ends_when_a_child_dies(family: Family) -> None:
    family.start("web", sys.executable, "-c", "raise SystemExit('port taken')")
    with pytest.raises(RuntimeError, match="port taken"):
        family.wait_until(lambda: False, 30, "The web")
    family.stop()


def test_a_request_to_stop_is_not_an_error(family: Family) -> None:
    with pytest.raises(Stopped):
        family._asked_to_stop()


def test_errors_reach_the_terminal_with_their_traceback(
    family: Family, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = [
        "2026-01-01 10:00:00,000 INFO calls: fine",
        "2026-01-01 10:00:00,000 ERROR calls: not fine",
        "Traceback (most recent call last):",
        "ValueError: wrong",
        "2026-01-01 10:00:00,000 INFO calls: fine again",
    ]
    child = family.start("worker", sys.executable, "-c", f"print({chr(10).join(words)!r})")
    child.process.wait()
    child.obituary()
    said = capsys.readouterr().err
    assert said.splitlines() == [f"[worker] {line}" for line in words[1:4]]
    assert (tmp_path / "log" / "worker.log").read_text().splitlines() == words


@pytest.mark.parametrize("text", ["web", "0", "65536", "-1", "8.5"])
def test_a_port_that_is_none_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SystemExit):
        embedded.Ports.chosen()
    assert "PORT is no port" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "way_out"), [("PORT", "8010"), ("PHONES_PORT", "8011")])
def test_a_port_that_is_taken_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, way_out: str
) -> None:
    monkeypatch.setenv("PORT", str(servers.free_port()))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(name, str(taken.getsockname()[1]))
        with pytest.raises(SystemExit):
            embedded.Ports.chosen()
    said = capsys.readouterr().err
    assert "cannot be used" in said
    assert f"{name}={way_out} make run" in said


def test_secrets_are_made_once_and_are_private(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(embedded, "VAR", tmp_path / "var")
    made = embedded.kept_secrets()
    assert embedded.kept_secrets() == made
    assert all(len(value) >= 16 for value in made.values())
    assert (tmp_path / "var" / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_dotenv_and_environment_come_before_the_embedded_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SERVER_PHONE=+12125550190\nFORWARD_PHONE=+12125550191\n")
    monkeypatch.setattr(embedded, "ROOT", tmp_path)
    monkeypatch.setenv("FORWARD_PHONE", "+12125550192")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "")
    for name in ("SERVER_PHONE", "MAIN_LINE_PHONE"):
        monkeypatch.delenv(name, raising=False)
    kept = {"DJANGO_SECRET_KEY": "key", "TWILIO_AUTH_TOKEN": "kept", "admin_password": "word"}
    env = embedded.environment(embedded.Ports(8000, 8001), kept)
    assert env["SERVER_PHONE"] == "+12125550190"
    assert env["FORWARD_PHONE"] == "+12125550192"
    assert env["MAIN_LINE_PHONE"] == "+12125550101"
    assert env["TWILIO_AUTH_TOKEN"] == "kept"


def test_what_make_run_writes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(run, "RUN_FILE", tmp_path / "run.json")
    ports, login = embedded.Ports(8000, 8001), {"username": "admin", "password": "word"}
    numbers = {
        "SERVER_PHONE": "+12125550100",
        "MAIN_LINE_PHONE": "+12125550101",
        "FORWARD_PHONE": "+12125550112",
    }
    run.announce(ports, numbers, login, "pl_key")
    assert json.loads((tmp_path / "run.json").read_text()) == {
        "web_url": "http://127.0.0.1:8000",
        "phones_url": "http://127.0.0.1:8001",
        "admin": {"username": "admin", "password": "word"},
        "api_key": "pl_key",
        "server_phone": "+12125550100",
        "main_line_phone": "+12125550101",
        "forward_phone": "+12125550112",
    }
    said = capsys.readouterr().out
    assert "curl -sS http://127.0.0.1:8000/api/v1/conferences" in said
    assert run.last_api_key() == "pl_key"


def test_packages_are_installed_anew_only_when_a_file_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    file = tmp_path / "requirements.txt"
    file.write_text("django==5.2\n")
    before = bootstrap.fingerprint(("requirements.txt",))
    assert bootstrap.fingerprint(("requirements.txt",)) == before
    file.write_text("django==5.3\n")
    assert bootstrap.fingerprint(("requirements.txt",)) != before


def test_without_python3_venv_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(bootstrap, "_runs", lambda *_: False)
    monkeypatch.setattr(bootstrap.apt, "allowed", lambda: False)
    with pytest.raises(SystemExit):
        bootstrap.ensure_venv()
    assert "apt-get install python3-venv" in capsys.readouterr().err
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("module", ["bootstrap", "apt", "console"])
def test_what_runs_before_the_packages_needs_none(module: str) -> None:
    source = Path(bootstrap.__file__).with_name(f"{module}.py").read_text()
    imported = {
        line.split()[1].split(".")[0]
        for line in source.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names | {"tools"}
