"""A local telephone network in a process of its own, and twilio-python pointed at it."""

import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.openapi import violations

ACCOUNT = "AC" + "0" * 32
TOKEN = "a-token-for-tests"
SECONDARY_TOKEN = "the-token-of-tomorrow"
API_KEY = ("SK" + "0" * 32, "a-secret-for-tests")
LINES = ("+12125550100", "+12125550101")
SPEED = 40
REPOSITORY = Path(__file__).parents[3]
CALM = {
    "callbacks": {"drop": 0, "duplicate": 0, "delay": 0, "shuffle": False},
    "webhooks": {"slow": 0, "dead": 0},
    "rest": {
        "429": 0,
        "500_before": 0,
        "500_after": 0,
        "timeout_before": 0,
        "timeout_after": 0,
        "list_lag": 0,
    },
    "cps": 1000,
    "seed": 1,
}
_strangers = (
    f"+1{area}55501{last:02d}" for area, last in itertools.product(range(301, 990), range(10, 100))
)
_names = (f"room-{n}" for n in itertools.count())


class CheckingHttpClient(TwilioHttpClient):
    """twilio-python's own client; every answer is held against Twilio's description."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        response = super().request(method, url, *args, **kwargs)
        wrong = violations(method, urlsplit(url).path, response.status_code, response.text)
        assert not wrong, f"{method} {url} answered {response.text}: {wrong}"
        return response


class Network:
    """The control API, the REST API by twilio-python (`rest`) and by hand (`http`)."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.rest = self.client(ACCOUNT, TOKEN)
        self.control = httpx.Client(base_url=self.url, timeout=10)
        self.http = httpx.Client(
            base_url=f"{self.url}/2010-04-01/Accounts/{ACCOUNT}",
            auth=(ACCOUNT, TOKEN),
            timeout=10,
            event_hooks={"response": [_check]},
        )

    def client(self, username: str, password: str) -> Client:
        """twilio-python, unmodified but for its base URL."""
        client = Client(username, password, account_sid=ACCOUNT, http_client=CheckingHttpClient())
        client.api.base_url = self.url
        return client

    def handset(self, number: str | None = None) -> Handset:
        """A person's phone, with a number that nobody had before."""
        return Handset(number or next(_strangers), self.control)

    def room(self) -> str:
        """A conference name that nobody used before."""
        return next(_names)

    def line(self, number: str) -> Any:
        """The account's number as a REST resource."""
        return self.rest.incoming_phone_numbers.list(phone_number=number)[0]

    def call(self, to: Handset, **parameters: Any) -> Any:
        """An outbound call by REST, from the first line."""
        return self.rest.calls.create(to=to.number, from_=LINES[0], **parameters)

    def ledger(self) -> dict[str, Any]:
        return self.control.get("/ledger").raise_for_status().json()

    def leg(self, call_sid: str) -> dict[str, Any]:
        return next(leg for leg in self.ledger()["legs"] if leg["call_sid"] == call_sid)

    def ended(self, call_sid: str, within: float = 10) -> dict[str, Any]:
        """The leg's line in the ledger, once it is over."""
        until(lambda: self.leg(call_sid)["ended"], f"{call_sid} is over", within)
        return self.leg(call_sid)

    def status(self, call_sid: str, status: str, within: float = 10) -> Any:
        """The call by REST, once it has that status."""
        until(lambda: self.leg(call_sid)["status"] == status, f"{call_sid} is {status}", within)
        return self.rest.calls(call_sid).fetch()

    def conference(self, name: str) -> dict[str, Any]:
        """The newest conference of that name in the ledger, awaited."""

        def found() -> list[dict[str, Any]]:
            return [one for one in self.ledger()["conferences"] if one["name"] == name]

        return until(found, f"conference {name} exists")[-1]

    def faults(self, **wanted: Any) -> dict[str, Any]:
        return self.control.post("/faults", json=wanted).raise_for_status().json()

    def speed(self, speed: float) -> None:
        self.control.post("/speed", json={"speed": speed}).raise_for_status()

    def warnings(self) -> list[dict[str, Any]]:
        """The network's own log of 11200-style errors."""
        return self.control.get("/debugger").raise_for_status().json()["entries"]

    def rotates(self, primary: str, secondary: str | None = None) -> None:
        self.control.post(
            "/tokens", json={"primary": primary, "secondary": secondary}
        ).raise_for_status()

    def calm_down(self) -> None:
        """No faults, quick hands, and nobody on the phone."""
        self.control.post("/faults", json=CALM).raise_for_status()
        self.rotates(TOKEN, SECONDARY_TOKEN)
        self.speed(SPEED)
        for leg in self.ledger()["legs"]:
            if leg["ended"] is None:
                # It may end by itself meanwhile: then this is refused, and that is fine.
                self.http.post(f"/Calls/{leg['call_sid']}.json", data={"Status": "completed"})


def start(log: Path, *options: str) -> Iterator[Network]:
    """Runs `python -m localtwilio` as anybody would, and stops it afterwards."""
    port = _free_port()
    command = [sys.executable, "-m", "localtwilio", "--port", str(port), "--account-sid", ACCOUNT]
    command += ["--auth-token", TOKEN, "--auth-token-secondary", SECONDARY_TOKEN]
    command += ["--api-key", ":".join(API_KEY), "--speed", str(SPEED), *options]
    for line in LINES:
        command += ["--line", line]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, stdout=output, stderr=output, env=dict(os.environ)
        )
    network = Network(port)
    try:
        until(lambda: _answers(network, process, log), "the network answers", within=30)
        network.calm_down()
        yield network
    finally:
        process.terminate()
        process.wait(timeout=10)


def _answers(network: Network, process: subprocess.Popen[bytes], log: Path) -> bool:
    assert process.poll() is None, f"localtwilio did not start:\n{log.read_text()}"
    try:
        return network.control.get("/phones").is_success
    except httpx.TransportError:
        return False


def _check(response: httpx.Response) -> None:
    response.read()
    path = response.request.url.path
    if not path.endswith(".json"):
        return
    wrong = violations(response.request.method, path, response.status_code, response.text)
    assert not wrong, f"{response.request.method} {path} answered {response.text}: {wrong}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
