"""The embedded default: settings with which everything runs on one machine, without an account."""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path

from config.environment import read_dotenv
from tools.console import stop

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"


@dataclass(frozen=True)
class Ports:
    """Where `make run` listens, always on this machine only."""

    web: int
    phones: int

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.web}"

    @property
    def phones_url(self) -> str:
        return f"http://127.0.0.1:{self.phones}"

    @classmethod
    def free(cls) -> "Ports":
        """Any two that nobody has."""
        with socket.socket() as web, socket.socket() as phones:
            web.bind(("127.0.0.1", 0))
            phones.bind(("127.0.0.1", 0))
            return cls(web.getsockname()[1], phones.getsockname()[1])

    @classmethod
    def chosen(cls) -> "Ports":
        """PORT and PHONES_PORT; stops with a sentence where one cannot be had."""
        ports = cls(_port("PORT", 8000), _port("PHONES_PORT", 8001))
        if ports.web == ports.phones:
            stop(f"PORT and PHONES_PORT are both {ports.web}: choose two, such as PORT=8010.")
        return ports


def _port(name: str, default: int) -> int:
    text = os.environ.get(name, "") or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        stop(f"{name} is no port: write a number from 1 to 65535, such as {name}={default}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as problem:
            stop(
                f"Port {text} cannot be used ({problem.strerror}): another program has it, or"
                f" Partyline runs already. Choose another one: {name}={default + 10} make run"
            )
    return int(text)


def kept_secrets() -> dict[str, str]:
    """Secrets of this copy of the project, made at its first run and readable by its owner only."""
    file = VAR / "secrets.json"
    try:
        return dict(json.loads(file.read_text()))
    except (FileNotFoundError, ValueError):
        made = {
            "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
            "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
            "admin_password": secrets.token_urlsafe(12),
        }
        write_private(file, made)
        return made


def write_private(file: Path, content: object) -> None:
    """JSON in a file that only its owner may read, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump(content, out, indent=2)
    unfinished.replace(file)


def environment(ports: Ports, kept: dict[str, str]) -> dict[str, str]:
    """The embedded default, under `.env`, under the environment that we were started with."""
    embedded = {
        "DJANGO_SECRET_KEY": kept["DJANGO_SECRET_KEY"],
        "PUBLIC_BASE_URL": ports.web_url,
        "DATABASE_URL": "sqlite:///var/partyline.sqlite3",
        "CELERY_BROKER_URL": "filesystem://var/broker",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": kept["TWILIO_AUTH_TOKEN"],
        "TWILIO_API_BASE_URL": ports.phones_url,
        "SERVER_PHONE": "+12125550100",
        "MAIN_LINE_PHONE": "+12125550101",
        "FORWARD_PHONE": "+12125550112",
    }
    return {**embedded, **_given(read_dotenv(ROOT / ".env")), **_given(dict(os.environ))}


def _given(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value.strip()}
