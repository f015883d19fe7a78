"""When something is wrong on our side, or somebody asks too often: the one shape of errors."""

import json
import logging
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
import time_machine
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from conferencing.models import ApiKey
from conferencing.tests.api.conftest import Api, problems, two_people
from config.chunked import with_length

pytestmark = pytest.mark.django_db

NOON = "2026-03-02T12:00:10Z"


def broken(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


# --- Ours ---------------------------------------------------------------------------------------


def test_what_nobody_thought_of_is_a_500_in_the_one_shape_and_is_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    oops = broken(ZeroDivisionError("secret insides"))
    monkeypatch.setattr("conferencing.conferences.open_with_people", oops)
    with caplog.at_level(logging.ERROR):
        failed = api.post("conferences", two_people(), **{"Idempotency-Key": "k"})
    assert failed.status_code == 500
    assert failed.json()["type"] == "server_error"
    assert "secret" not in problems(failed)[None]
    assert "ZeroDivisionError" in caplog.text


def test_a_database_that_is_locked_is_a_503_in_words(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = broken(OperationalError("database is locked"))
    monkeypatch.setattr("conferencing.conferences.open_with_people", locked)
    failed = api.post("conferences", two_people())
    assert failed.status_code == 503
    assert int(failed.headers["Retry-After"]) > 0
    assert "try again" in problems(failed)[None]


def test_a_database_that_is_gone_is_a_503_also_where_the_key_is_looked_up(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ApiKey, "find", broken(OperationalError("connection refused")))
    assert api.get("conferences").status_code == 503


def test_what_django_itself_refuses_is_in_the_one_shape_too(api: Api) -> None:
    refused = api.client.get("/api/v1/conferences", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert problems(refused)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v2/conferences", "/api/v1", "/api/v1/%ff"])
def test_an_address_that_there_is_not_needs_no_key_to_be_a_404(path: str) -> None:
    for method in ("GET", "POST", "BREW"):
        missing = Client().generic(method, path)
        assert missing.status_code == 404
        assert problems(missing)


def test_elsewhere_a_404_is_djangos_page() -> None:
    assert "text/html" in Client().get("/nothing").headers["Content-Type"]


# --- Too often ----------------------------------------------------------------------------------


def test_a_key_that_asks_too_often_is_told_when_to_come_again(
    api: Api, other: Api, settings: Settings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    with time_machine.travel(NOON, tick=False) as clock:
        assert [api.get("calls").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = api.get("calls")
        assert refused.headers["Retry-After"] == "50"
        assert problems(refused)
        assert other.get("calls").status_code == 200, "each key has its own count"
        clock.shift(50)
        assert api.get("calls").status_code == 200


def test_whoever_tries_keys_is_slowed_down_and_nobody_else(api: Api, settings: Settings) -> None:
    settings.API_FAILURES_PER_MINUTE = 2
    guesser = Api("pl_guessed")
    with time_machine.travel(NOON, tick=False):
        assert [guesser.get("calls").status_code for _ in range(3)] == [401, 401, 429]
        assert guesser.get("calls").headers["Retry-After"] == "50"
        assert api.get("calls").status_code == 200, "from the same address, with a good key"


def test_counting_goes_on_when_the_cache_forgets(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "incr", broken(ValueError("no such key")))
    assert api.get("calls").status_code == 200


def test_ten_thousand_in_a_minute_are_allowed_by_default(settings: Settings) -> None:
    assert settings.API_REQUESTS_PER_MINUTE >= 10_000


# --- In chunks ----------------------------------------------------------------------------------


def chunked(body: bytes, **more: Any) -> dict[str, Any]:
    """What gunicorn hands over for a chunked request."""
    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        **more,
    }
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _: Any) -> list[bytes]:
        seen.update(environ)
        return []

    with_length(application)(environ, lambda *_: None)  # type: ignore[arg-type]
    return seen


def test_a_chunked_body_gets_its_length() -> None:
    seen = chunked(b'{"a": 1}')
    assert (seen["CONTENT_LENGTH"], seen["wsgi.input"].read()) == ("8", b'{"a": 1}')


def test_of_an_endless_body_no_more_is_read_than_is_needed_to_refuse_it() -> None:
    assert chunked(b" " * 1_000_000)["CONTENT_LENGTH"] == "65537"


def test_a_server_that_does_not_end_a_chunked_body_is_not_waited_for() -> None:
    assert "CONTENT_LENGTH" not in chunked(b"{}", **{"wsgi.input_terminated": False})


@pytest.mark.parametrize(("size", "status"), [(400, 201), (70_000, 413)])
def test_a_chunked_post_is_a_post(api: Api, wsgi: WSGIApplication, size: int, status: int) -> None:
    body = json.dumps(two_people()).encode().ljust(size)
    environ = {
        **api.client._base_environ(),
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/v1/conferences",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {api.secret}",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
    }
    told: list[str] = []
    b"".join(wsgi(environ, lambda status, *_: told.append(status)))  # type: ignore[arg-type]
    assert told[0].startswith(str(status))
