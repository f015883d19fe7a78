"""A whole Partyline for one story: own ports, own folder, short lives; gone when it is told."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import run
from tools.console import Steps, stop
from tools.demo.api import Api
from tools.demo.people import Stage
from tools.demo.telling import Teller
from tools.embedded import Ports
from tools.phones_client import Network
from tools.processes import Family

DIAL_IN = "+12125550100"
MAIN_LINE = "+12125550101"
DESK = "+12125550115"
WARNING_BEFORE = 5  # seconds before the end of a conference
SPEED = 5  # of people and audio: quick, yet one can read along
# Nothing else comes in from outside: no `.env`, and no setting of an exported environment.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "PYTHONPATH")


class House:
    """Where the story happens."""

    def __init__(self, folder: Path, ports: Ports, key: str, admin: dict[str, str]) -> None:
        self.web_url, self.phones_url = ports.web_url, ports.phones_url
        self.admin = admin
        self.media = folder / "media"
        self.teller = Teller()
        network = Network(ports.phones_url)
        network.hurries(SPEED)
        self.stage = Stage(network, self.teller)
        self.api = Api(ports.web_url, key, self.stage)


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Runs one, on a fresh database, until the story is over. Raises RuntimeError if it cannot."""
    steps = Steps(6, done=2)
    with _alone_in(folder):
        steps.next(f"a house of its own in {folder}, made anew")
        ports = Ports.free()
        env = _environment(folder, ports)
        family = Family(env, folder / "log")
        admin = {"username": "admin", "password": secrets.token_urlsafe(12), "api_key": ""}
        try:
            key = run.start(family, steps, ports, env, admin)
            yield House(folder, ports, key, admin)
        finally:
            family.stop()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """The folder, emptied; stops with a sentence while another demo is in it."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop(f"Another demo is running in {folder}: wait until it is over.")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        yield


def _environment(folder: Path, ports: Ports) -> dict[str, str]:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed_on,
        "PARTYLINE_ENV_FILE": "",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "PUBLIC_BASE_URL": ports.web_url,
        "DATABASE_URL": f"sqlite:///{folder}/partyline.sqlite3",
        "CELERY_BROKER_URL": f"filesystem://{folder}/broker",
        "MEDIA_ROOT": f"{folder}/media",
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_API_BASE_URL": ports.phones_url,
        "SERVER_PHONE": DIAL_IN,
        "MAIN_LINE_PHONE": MAIN_LINE,
        "FORWARD_PHONE": DESK,
        "CONFERENCE_MIN_DURATION": "5",
        "CONFERENCE_WARNING_BEFORE": str(WARNING_BEFORE),
        "WEB_CONCURRENCY": "1",
    }
