"""The door, walked along every route: what Twilio has not signed goes no further."""

import logging
from typing import Never
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from prometheus_client import REGISTRY
from pytest_django import Settings

from calls.models import Call, CallEvent
from conferencing.carrier import door, voice
from conferencing.tests.carrier.conftest import Twilio, recorded, sign

pytestmark = pytest.mark.django_db


def _patterns(resolver: URLResolver, before: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern).lstrip("^")
        found += _patterns(pattern, route) if isinstance(pattern, URLResolver) else [route]
        assert isinstance(pattern, URLPattern | URLResolver)
    return found


def _paths() -> list[str]:
    """Every path under /twilio/ that the URLconf knows, with an id where it takes one."""
    routes = [route for route in _patterns(get_resolver()) if route.startswith("twilio/")]
    plain = [route.removesuffix("/?$") for route in routes]
    return ["/" + route.split("(?P<")[0] + "call_1" * ("(?P<" in route) for route in plain]


PATHS = _paths()
FORM = recorded("incoming")


def _refused(reason: str) -> float:
    return REGISTRY.get_sample_value("partyline_webhooks_refused_total", {"reason": reason}) or 0


def test_the_walk_found_the_routes() -> None:
    assert {"/twilio/voice", "/twilio/voice/fallback", "/twilio/status"} <= set(PATHS)
    assert len(PATHS) >= 12


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("slash", ["", "/"])
class TestEveryRoute:
    def test_lets_in_what_is_signed_with_either_token(
        self, twilio: Twilio, path: str, slash: str, settings: Settings
    ) -> None:
        settings.TWILIO_AUTH_TOKENS = ("first", "second")
        for token in settings.TWILIO_AUTH_TOKENS:
            answer = twilio.post(path + slash, _form(path), token=token)
            assert answer.status_code in {200, 204}

    def test_refuses_garbage_and_writes_no_row(self, twilio: Twilio, path: str, slash: str) -> None:
        for given in ["", "garbage", "é", "x" * 5000, sign("", {}, "")]:
            answer = twilio.send(path + slash, urlencode(_form(path)), given)
            assert answer.status_code == 403
            assert answer.content == b""
        assert not Call.objects.exists()
        assert not CallEvent.objects.exists()

    def test_refuses_what_has_no_signature_at_all(
        self, twilio: Twilio, path: str, slash: str
    ) -> None:
        before = _refused("unsigned")
        assert twilio.send(path + slash, urlencode(_form(path))).status_code == 403
        assert _refused("unsigned") == before + 1

    def test_refuses_what_another_token_signed_even_under_debug(
        self, twilio: Twilio, path: str, slash: str, settings: Settings
    ) -> None:
        settings.DEBUG = True
        assert twilio.post(path + slash, _form(path), token="other").status_code == 403

    def test_refuses_another_account(self, twilio: Twilio, path: str, slash: str) -> None:
        other = _form(path) | {"AccountSid": "AC" + "1" * 32}
        assert twilio.post(path + slash, other).status_code == 403

    def test_takes_nothing_but_post(self, client: Client, path: str, slash: str) -> None:
        signature = sign(settings.PUBLIC_BASE_URL + path + slash, {}, settings.TWILIO_AUTH_TOKEN)
        for method in (client.get, client.head, client.put, client.delete, client.options):
            assert method(path + slash).status_code == 403
            signed = method(path + slash, headers={"X-Twilio-Signature": signature})
            assert signed.status_code == 405


def _form(path: str) -> dict[str, str]:
    """What Twilio would send there."""
    names = {"/twilio/room": "room_start", "/twilio/text": "text_sent"}
    names |= {"/twilio/recording": "recording_completed"}
    name = names.get(path.rpartition("/")[0], "status_ringing")
    return recorded(name)


def test_a_changed_form_is_refused(twilio: Twilio) -> None:
    given = sign(settings.PUBLIC_BASE_URL + "/twilio/voice", FORM, settings.TWILIO_AUTH_TOKEN)
    changed = FORM | {"From": "+12125550199"}
    answer = twilio.send("/twilio/voice", urlencode(changed), given)
    assert answer.status_code == 403
    assert not Call.objects.exists()


def test_a_changed_query_is_refused(twilio: Twilio) -> None:
    path = "/twilio/voice/after-room/call_1"
    url = settings.PUBLIC_BASE_URL + path
    given = sign(f"{url}?deadline=1", FORM, settings.TWILIO_AUTH_TOKEN)
    assert twilio.send(f"{path}?deadline=1", urlencode(FORM), given).status_code == 200
    assert twilio.send(f"{path}?deadline=9", urlencode(FORM), given).status_code == 403


def test_the_path_is_judged_as_it_came_over_the_wire(client: Client) -> None:
    """gunicorn gives it as RAW_URI; decoded, two different paths could look the same."""
    given = sign(settings.PUBLIC_BASE_URL + "/twilio/voice", FORM, settings.TWILIO_AUTH_TOKEN)

    def status(raw: str) -> int:
        return client.post(
            "/twilio/voice",
            urlencode(FORM),
            content_type="application/x-www-form-urlencoded",
            headers={"x-twilio-signature": given},
            RAW_URI=raw,
        ).status_code

    assert status("/twilio/voice") == 200
    assert status("/twilio/%76oice") == 403
    assert status("/twilio/voice?x=1") == 403


def test_more_than_64_kb_is_too_large(twilio: Twilio) -> None:
    before = _refused("too_large")
    assert twilio.send("/twilio/voice", b"Body=" + b"x" * 65_536).status_code == 413
    assert twilio.send("/twilio/voice", b"Body=" + b"x" * 65_531).status_code == 403
    assert _refused("too_large") == before + 1


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"From=%FF", b"From=%ED%A0%80", b"{}", b"x", b"a=1&" * 1001 + b"a=1", b""],
)
def test_what_is_no_form_is_refused(twilio: Twilio, body: bytes) -> None:
    assert twilio.send("/twilio/voice", body, "given").status_code == 403


def test_what_is_not_utf_8_is_refused_though_signed(twilio: Twilio) -> None:
    """Patched up with U+FFFD, as Django does, it could be signed."""
    patched = FORM | {"From": "\ufffd"}
    given = sign(settings.PUBLIC_BASE_URL + "/twilio/voice", patched, settings.TWILIO_AUTH_TOKEN)
    body = urlencode(patched).replace("%EF%BF%BD", "%FF")
    assert twilio.send("/twilio/voice", urlencode(patched), given).status_code == 200
    assert twilio.send("/twilio/voice", body, given).status_code == 403


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "", "é"])
def test_what_calls_itself_something_else_is_refused(twilio: Twilio, kind: str) -> None:
    assert twilio.send("/twilio/voice", urlencode(FORM), "given", kind).status_code == 403


@pytest.mark.parametrize(
    "sid", ["", "CA1", "CA" + "1" * 33, "CA" + "g" * 32, "CA" + "1" * 31 + "\n"]
)
@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/status", "/twilio/leg/call_1"])
def test_a_malformed_call_sid_is_refused_though_signed(twilio: Twilio, path: str, sid: str) -> None:
    assert twilio.post(path, FORM | {"CallSid": sid}).status_code == 403
    assert not Call.objects.exists()


def test_a_refusal_is_logged_in_one_line_without_the_body(
    twilio: Twilio, log: pytest.LogCaptureFixture
) -> None:
    twilio.post("/twilio/voice", FORM | {"Digits": "4711"}, token="other")
    ours = [record for record in log.records if record.name == door.__name__]
    assert [record.levelno for record in ours] == [logging.WARNING]
    assert "signature" in ours[0].getMessage()
    assert "4711" not in log.text
    assert FORM["From"] not in log.text


def test_parameters_that_nobody_knows_are_ignored_and_counted(twilio: Twilio) -> None:
    def count() -> float:
        return REGISTRY.get_sample_value("partyline_webhook_parameters_ignored_total") or 0

    before = count()
    assert twilio.post("/twilio/voice", FORM).status_code == 200
    assert count() == before
    assert twilio.post("/twilio/voice", FORM | {"Brandnew": "1", "New": ""}).status_code == 200
    assert count() == before + 2


class TestWhenWeFail:
    @pytest.fixture(autouse=True)
    def failing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_args: object, **_kwargs: object) -> Never:
            raise RuntimeError("out of order")

        monkeypatch.setattr(voice.ivr, "incoming", fail)
        monkeypatch.setattr(voice.progress, "leg", fail)

    def test_the_caller_hears_an_apology(
        self, twilio: Twilio, log: pytest.LogCaptureFixture
    ) -> None:
        answer = twilio.post("/twilio/voice", FORM)
        assert answer.status_code == 200
        assert b"Sorry" in answer.content
        assert b"<Hangup" in answer.content
        assert "RuntimeError: out of order" in log.text

    def test_a_fact_is_not_taken(self, twilio: Twilio) -> None:
        assert twilio.post("/twilio/leg/call_1", recorded("status_ringing")).status_code == 503


@pytest.mark.parametrize("path", PATHS)
def test_without_a_database_callers_hear_an_apology_and_news_is_asked_for_again(
    twilio: Twilio, path: str, monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    """No 500: Twilio would read it aloud, or take it for an answer."""

    def gone(*_args: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", gone)
    monkeypatch.setattr(BaseDatabaseWrapper, "cursor", gone)
    monkeypatch.setattr(door, "_PATIENCE", 0)

    answer = twilio.post(path, _form(path))

    if "/voice" in path:
        assert answer.status_code == 200
        # A whole room hears an announcement: it had better hear nothing of our trouble.
        is_heard_by_all = "/announcement/" in path
        assert ("<Hangup" in answer.content.decode()) != is_heard_by_all
    else:
        assert answer.status_code == 503
    assert "Traceback" not in log.text
