"""`configure_lines` against a little Twilio that keeps our numbers."""

import json
from http.server import BaseHTTPRequestHandler
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from conferencing.carrier.gateway import TwilioGateway
from conferencing.management.commands import configure_lines
from conferencing.tests.carrier.server import Asked, Server, reply

pytestmark = pytest.mark.django_db

NUMBERS = "/2010-04-01/Accounts/AC" + "0" * 32 + "/IncomingPhoneNumbers"
SERVER_PHONE, MAIN_LINE = "+12125550100", "+12125550101"
OURS = {
    "voice_url": "http://testserver/twilio/voice",
    "voice_fallback_url": "http://testserver/twilio/voice/fallback",
    "status_callback": "http://testserver/twilio/status#rc=3&rp=all",
}
FREE = {"voice_application_sid": "", "trunk_sid": None, **dict.fromkeys(OURS, "")}


class Account:
    """The numbers of an account, and what they are set to."""

    def __init__(self, running: Server) -> None:
        self.numbers: dict[str, dict] = {}
        self.changed: list[str] = []
        for _ in range(50):
            running.answers.append(self._answer)

    def owns(self, number: str, **setup: str) -> None:
        sid = f"PN{len(self.numbers):032x}"
        self.numbers[number] = {"sid": sid, "phone_number": number, **FREE, **setup}

    def _answer(self, handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        if asked.method == "GET":
            wanted = asked.query["PhoneNumber"][0]
            found = [owned for number, owned in self.numbers.items() if wanted in number]
            body = {"incoming_phone_numbers": found, "next_page_uri": None}
        else:
            body = next(n for n in self.numbers.values() if f"{n['sid']}.json" in asked.path)
            self.changed.append(body["phone_number"])
            names = {"VoiceUrl": "voice_url", "VoiceFallbackUrl": "voice_fallback_url"}
            names |= {"StatusCallback": "status_callback"}
            names |= {"VoiceApplicationSid": "voice_application_sid", "TrunkSid": "trunk_sid"}
            body |= {names[name]: v[0] for name, v in asked.form.items() if name in names}
        reply(handler, 200, json.dumps(body))


@pytest.fixture(autouse=True)
def _asks_this_twilio(gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configure_lines, "network", lambda: gateway)


@pytest.fixture
def account(api: Server) -> Account:
    return Account(api)


def configure(*options: str) -> str:
    out = StringIO()
    call_command("configure_lines", *options, stdout=out)
    return out.getvalue()


def test_sets_every_line_of_ours(account: Account) -> None:
    account.owns(SERVER_PHONE)
    account.owns(MAIN_LINE, voice_url="https://demo.twilio.com/welcome/voice/")
    account.owns(SERVER_PHONE + "9")  # which Twilio's filter finds, too
    told = configure()
    assert told.count("now sends its calls to us") == 2
    assert account.changed == [SERVER_PHONE, MAIN_LINE]
    for number in account.changed:
        assert account.numbers[number].items() >= OURS.items()


def test_a_second_run_changes_nothing(account: Account) -> None:
    account.owns(SERVER_PHONE)
    account.owns(MAIN_LINE)
    configure()
    account.changed.clear()
    assert configure().count("already") == 2
    assert account.changed == []


def test_a_dry_run_only_says_what_it_would_do(account: Account) -> None:
    account.owns(SERVER_PHONE)
    account.owns(MAIN_LINE)
    assert configure("--dry-run").count("would send its calls to us") == 2
    assert account.changed == []


@pytest.mark.parametrize(
    "setup",
    [
        {"voice_url": "https://other.example.com/voice"},
        {"voice_url": "http://testserver.example.com/twilio/voice"},
        {**OURS, "voice_application_sid": "AP" + "1" * 32},
        {**OURS, "trunk_sid": "TK" + "1" * 32},
        {"status_callback": "https://other.example.com/status"},
    ],
)
class TestAnotherApplication:
    def test_is_named_and_left_alone(self, account: Account, setup: dict[str, str]) -> None:
        account.owns(SERVER_PHONE)
        account.owns(MAIN_LINE, **setup)
        with pytest.raises(CommandError) as error:
            configure()
        other = next(value for value in setup.values() if value not in OURS.values())
        assert other in str(error.value)
        assert MAIN_LINE in str(error.value)
        assert "--force" in str(error.value)
        assert account.changed == []

    def test_is_overwritten_by_force(self, account: Account, setup: dict[str, str]) -> None:
        account.owns(SERVER_PHONE)
        account.owns(MAIN_LINE, **setup)
        assert "instead of" in configure("--force")
        assert account.numbers[MAIN_LINE].items() >= (OURS | {"voice_application_sid": ""}).items()
        assert not account.numbers[MAIN_LINE]["trunk_sid"]


def test_a_number_that_is_not_owned(account: Account) -> None:
    account.owns(SERVER_PHONE)
    with pytest.raises(CommandError, match=r"does not own \+12125550101"):
        configure("--force")
    assert account.changed == []


def test_wrong_credentials(api: Server) -> None:
    api.will_refuse(401, 20003, "Authenticate")
    with pytest.raises(CommandError, match="TWILIO_AUTH_TOKEN"):
        configure()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_twilio_that_is_not_well(api: Server, status: int) -> None:
    api.will(status, "")
    with pytest.raises(CommandError, match="Twilio"):
        configure()


def test_a_twilio_that_is_not_reached(settings: Settings) -> None:
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="cannot be reached"):
        configure()
