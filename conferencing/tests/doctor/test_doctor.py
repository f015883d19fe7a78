"""`manage.py doctor`: each thing that can be wrong is said, with its remedy."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from conferencing import health
from conferencing.carrier.gateway import TwilioGateway
from conferencing.doctor import (
    address,
    codes,
    database,
    examination,
    pace,
    programs,
    setup,
    storage,
    telephones,
)
from conferencing.doctor.examination import Check, examine
from conferencing.doctor.findings import Finding, Level, ok
from conferencing.models import Heartbeat
from conferencing.telephony import LineSetup
from conferencing.tests.carrier import server
from conferencing.tests.carrier.server import Asked, Server
from conferencing.tests.people import called, opened

pytestmark = pytest.mark.django_db

SERVER_PHONE, MAIN_LINE = "+12125550100", "+12125550101"


@pytest.fixture
def twilio(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with server.running() as running:
        settings.TWILIO_API_BASE_URL = running.url
        gateway = TwilioGateway()
        monkeypatch.setattr(telephones, "network", lambda: gateway)
        yield running


def gone(*_: Any, **__: Any) -> None:
    raise OperationalError("connection to server failed\nwith many\nlines")


def levels(findings: Iterable[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


def the_worst(check: Callable[[], Iterable[Finding]]) -> Finding:
    """The one finding that is not ok."""
    found = [finding for finding in check() if finding.level is not Level.OK]
    assert len(found) == 1, found
    assert found[0].remedy, "what is wrong comes with a remedy"
    return found[0]


# --- The command --------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, *checks: Check) -> str:
    monkeypatch.setattr("conferencing.management.commands.doctor.examine", lambda: examine(checks))
    out = StringIO()
    call_command("doctor", stdout=out)
    return out.getvalue()


def test_a_healthy_house(monkeypatch: pytest.MonkeyPatch) -> None:
    told = run(monkeypatch, Check("codes", lambda: [ok("All is well.")]))
    assert "ok       codes       All is well." in told
    assert told.endswith("No errors, 0 warning(s).\n")


def test_an_error_is_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match=r"1 error\(s\), 1 warning\(s\)") as stopped:
        run(
            monkeypatch,
            Check("a", lambda: [Finding(Level.ERROR, "Broken.", "Mend it.")]),
            Check("b", lambda: [Finding(Level.WARNING, "Odd.", "Look at it.")]),
        )
    assert stopped.value.returncode == 1


def test_a_check_that_breaks_does_not_hide_the_next() -> None:
    def breaks() -> list[Finding]:
        raise RuntimeError("oh\nno")

    found = list(examine([Check("a", breaks), Check("b", lambda: [ok("Fine.")])]))
    assert levels(finding for _, finding in found) == ["error", "ok"]
    assert "RuntimeError, oh" in found[0][1].says


def test_without_the_database_the_rest_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    asked = [check for check in examination.CHECKS if check.name in ("database", "codes", "pace")]
    found = [(check.name, finding) for check, finding in examine(asked)]
    assert found[0][1].level is Level.ERROR
    assert "does not answer: connection to server failed" in found[0][1].says
    skipped = [finding.says for name, finding in found if name in ("codes", "pace")]
    assert skipped == ["Not examined, for want of the database."] * 2


def test_a_database_that_fails_in_between_is_said() -> None:
    ((_, found),) = examine([Check("codes", gone, needs_database=True)])
    assert found.level is Level.ERROR
    assert "connection to server failed" in found.says


def test_all_checks_of_a_house_with_nothing_running(settings: Settings) -> None:
    """Neither the web program, nor beat, nor the telephone network: everything is said."""
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9"
    told = {check.name: finding for check, finding in examine()}
    assert set(told) == {check.name for check in examination.CHECKS}
    assert (
        told["programs"].level is told["address"].level is told["telephones"].level is Level.ERROR
    )
    assert told["clock"].level is told["signature"].level is Level.WARNING


# --- Database, programs -------------------------------------------------------------------------


def test_a_database_that_serves() -> None:
    assert levels(database.findings()) == ["ok"]


def test_a_missing_migration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_missing", lambda: ["calls.0042_more"])
    found = the_worst(database.findings)
    assert "calls.0042_more" in found.says
    assert "migrate" in found.remedy


def test_sqlite_for_many_machines(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"
    assert "PostgreSQL" in the_worst(database._suits).remedy


def test_who_has_never_been_seen_or_not_for_long() -> None:
    assert levels(programs.signs_of_life()) == ["error", "error"]
    Heartbeat.seen(Heartbeat.WORKER)
    Heartbeat.objects.create(name=Heartbeat.SWEEP, at=timezone.now() - timedelta(minutes=3))
    found = the_worst(programs.signs_of_life)
    assert "180 seconds ago" in found.says
    assert "celery -A config beat" in found.remedy


def test_the_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(programs.broker()) == ["ok"]
    monkeypatch.setattr(health, "_connect_to_broker", gone)
    assert "CELERY_BROKER_URL" in the_worst(programs.broker).remedy


# --- The address and the door -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_address_that_leads_here(live_server: LiveServer, settings: Settings) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    settings.TWILIO_API_BASE_URL = "http://127.0.0.1:8001"
    assert levels(address.findings()) == ["ok"]
    assert levels(address.signature_findings()) == ["ok"]


@pytest.mark.django_db(transaction=True)
def test_a_web_program_with_another_token(
    live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    monkeypatch.setattr("conferencing.carrier.signature.sign", lambda *_: "of another token")
    assert "TWILIO_AUTH_TOKEN" in the_worst(address.signature_findings).remedy


def test_somebody_else_at_our_address(settings: Settings) -> None:
    with server.running() as other:
        settings.PUBLIC_BASE_URL = other.url
        for answer in ("hello", "{}", "{}"):
            other.will(200, answer)
        assert "it is not Partyline" in the_worst(address._leads_here).says
        assert (
            "without a signature was answered with 200"
            in the_worst(address.signature_findings).says
        )


@pytest.mark.parametrize(
    ("base", "api", "level"),
    [
        ("https://calls.example.com", "https://api.twilio.com", None),
        ("http://calls.example.com", "https://api.twilio.com", Level.WARNING),
        ("http://127.0.0.1:8000", "https://api.twilio.com", Level.ERROR),
        ("https://localhost", "https://api.twilio.com", Level.ERROR),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001", None),
    ],
)
def test_how_safe_an_address_is(
    settings: Settings, base: str, api: str, level: Level | None
) -> None:
    settings.PUBLIC_BASE_URL, settings.TWILIO_API_BASE_URL = base, api
    assert [finding.level for finding in address._safety()] == ([level] if level else [])


# --- The telephone network ----------------------------------------------------------------------


def setups(*made: LineSetup) -> Callable[[], Any]:
    class Numbers:
        def line_setups(self) -> list[LineSetup]:
            return list(made)

    return Numbers


def test_our_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = LineSetup(
        SERVER_PHONE, "http://testserver/twilio/voice", already_ours=True, occupied_by=""
    )
    unset = LineSetup(MAIN_LINE, "", already_ours=False, occupied_by="")
    monkeypatch.setattr(telephones, "network", setups(ours, unset))
    found = the_worst(telephones.findings)
    assert MAIN_LINE in found.says
    assert found.remedy == "Run `manage.py configure_lines`."
    other = "https://other.example.com"
    rival = LineSetup(MAIN_LINE, other, already_ours=False, occupied_by=other)
    monkeypatch.setattr(telephones, "network", setups(ours, rival))
    found = the_worst(telephones.findings)
    assert other in found.says
    assert "--force" in found.remedy
    monkeypatch.setattr(telephones, "network", setups(ours))
    assert f"does not own {MAIN_LINE}" in the_worst(telephones.findings).says


def test_credentials_that_are_not_valid(twilio: Server) -> None:
    twilio.will_refuse(401, 20003, "Authenticate")
    assert "turns us away" in the_worst(telephones.findings).says


def test_a_network_that_is_not_well(twilio: Server) -> None:
    twilio.will(503, "")
    assert "Nothing is known of our numbers" in the_worst(telephones.findings).says


@pytest.mark.parametrize(("apart", "level"), [(0, "ok"), (20, "warning"), (600, "error")])
def test_clocks_that_differ(twilio: Server, apart: int, level: str) -> None:
    def answer(handler: BaseHTTPRequestHandler, _: Asked) -> None:
        body = json.dumps({}).encode()
        handler.send_response_only(401)
        date = timezone.now() - timedelta(seconds=apart)
        handler.send_header("Date", format_datetime(date, usegmt=True))
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    twilio.answers.append(answer)
    assert levels(telephones.clock_findings()) == [level]


# --- Settings, codes, pace, storage -------------------------------------------------------------


def test_settings_that_are_not_for_others(settings: Settings) -> None:
    assert levels(setup.findings()) == ["ok"]
    settings.DEBUG = True
    assert "DJANGO_DEBUG" in the_worst(setup.findings).says
    settings.DEBUG, settings.SECRET_KEY = False, "short"
    assert "DJANGO_SECRET_KEY" in the_worst(setup.findings).says


def test_few_conferences_leave_strangers_their_tries(settings: Settings) -> None:
    settings.STRANGER_RISK_PER_DAY, settings.CONFERENCE_CODE_LENGTH = 0.01, 4
    space, strangers = codes.findings()
    assert (space.level, strangers.level) == (Level.OK, Level.OK)
    assert "100 tries a day" in strangers.says
    assert "more than 100 open at once" in strangers.says


@pytest.mark.parametrize(("conferences", "level"), [(2, "ok"), (3, "warning"), (6, "error")])
def test_many_conferences_shut_strangers_out(
    settings: Settings, conferences: int, level: str
) -> None:
    settings.STRANGER_RISK_PER_DAY = 0.0005  # of 10,000 codes: five open conferences
    for _ in range(conferences):
        opened()
    _, strangers = codes.findings()
    assert strangers.level == level
    assert "more than 5 open at once" in strangers.says


def test_a_code_space_that_fills_up(settings: Settings) -> None:
    for _ in range(5):
        opened()
    settings.CONFERENCE_CODE_LENGTH = 1
    assert next(codes._space()).level is Level.ERROR
    settings.CONFERENCE_CODE_LENGTH = 2
    assert next(codes._space()).level is Level.OK


def test_a_pace_that_keeps_the_first_waiting(settings: Settings) -> None:
    settings.CALLS_PER_SECOND = 1
    assert levels(pace.findings()) == ["ok"]
    opened(*(called(f"+121255501{n:02d}") for n in range(20, 60)))
    assert "40 people: at 1 call(s) a second that takes 40 seconds" in the_worst(pace.findings).says
    settings.CALLS_PER_SECOND = 10
    assert levels(pace.findings()) == ["ok"]


def test_a_folder_for_messages(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "not" / "yet"

    def free(left: float) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": int(left)})())

    free(20e9)
    assert levels(storage.findings()) == ["ok"]
    free(0.5e9)
    assert levels(storage.findings()) == ["warning"]
    free(1e6)
    assert levels(storage.findings()) == ["error"]
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    assert "may not be written" in the_worst(storage.findings).says
