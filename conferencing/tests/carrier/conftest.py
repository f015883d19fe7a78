"""A Twilio that sends signed webhooks. It signs by its own few lines, none of the product's."""

import base64
import hmac
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from conferencing.carrier import callbacks, line, room, voice
from conferencing.carrier.gateway import TwilioGateway
from conferencing.models import Lane
from conferencing.tests.carrier import server
from conferencing.tests.carrier.server import Server

FIXTURES = Path(__file__).parent / "fixtures"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "twilio"


def recorded(name: str, **changes: str) -> dict[str, str]:
    """A webhook's parameters as Twilio sends them; `changes` replace some."""
    return json.loads((FIXTURES / f"{name}.json").read_text()) | changes


def shared(name: str) -> dict:
    file = SHARED / name
    if not file.is_file():
        pytest.skip(f"{name} is missing beside the repository: this is not checked")
    return json.loads(file.read_text())


def sign(url: str, form: dict[str, str], token: str) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), "sha1").digest()).decode()


class Twilio:
    """Sends webhooks to the product's own URLs, as Django's test client would."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def post(self, path: str, form: dict[str, str], token: str = "") -> HttpResponse:
        url = django_settings.PUBLIC_BASE_URL + path
        given = sign(url, form, token or django_settings.TWILIO_AUTH_TOKEN)
        return self.send(path, urlencode(form), given)

    def send(
        self,
        path: str,
        body: str | bytes,
        given: str | None = None,
        kind: str = "application/x-www-form-urlencoded",
    ) -> HttpResponse:
        """`given` is the signature; None: there is no such header."""
        headers = {} if given is None else {"x-twilio-signature": given}
        return self._client.post(path, body, content_type=kind, headers=headers)


@pytest.fixture
def twilio(client: Client) -> Twilio:
    return Twilio(client)


@pytest.fixture(autouse=True)
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[Lane]:
    """The lanes that were nudged; the broker is another test's matter."""
    lanes: list[Lane] = []
    for module in (voice, callbacks, line, room):
        monkeypatch.setattr(module, "nudge", lanes.append)
    return lanes


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


@pytest.fixture
def api(settings: Settings) -> Iterator[Server]:
    """Twilio's REST API, played by a little server that answers what the test tells it to."""
    with server.running() as running:
        settings.TWILIO_API_BASE_URL = running.url
        yield running


@pytest.fixture
def gateway(api: Server) -> TwilioGateway:
    return TwilioGateway()
