"""A client of the API: it speaks HTTP to the views, with a key."""

import json
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from conferencing.models import ApiKey
from config.wsgi import application


@dataclass
class Api:
    """Sends JSON to `/api/v1` with the key `secret`."""

    secret: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **query: str) -> Any:
        return self.send("GET", path, query=query)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, json.dumps({} if body is None else body), headers=headers)

    def patch(self, path: str, body: Any) -> Any:
        return self.send("PATCH", path, json.dumps(body))

    def delete(self, path: str) -> Any:
        return self.send("DELETE", path)

    def send(
        self,
        method: str,
        path: str,
        body: str | bytes = b"",
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        content_type: str = "application/json",
    ) -> Any:
        return self.client.generic(
            method,
            f"/api/v1/{path}",
            body,
            content_type=content_type,
            headers={"Authorization": f"Bearer {self.secret}", **(headers or {})},
            query_params=query,
        )

    @property
    def key(self) -> ApiKey:
        key = ApiKey.find(self.secret)
        assert key is not None
        return key


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which lanes were woken; no worker runs here."""
    woken: list[str] = []
    monkeypatch.setattr("conferencing.api.answering.nudge", woken.append)
    return woken


@pytest.fixture
def api(db: None) -> Api:
    return Api(ApiKey.issue("a client"))


@pytest.fixture
def staff(db: None) -> Api:
    return Api(ApiKey.issue("the office", staff=True))


@pytest.fixture
def other(db: None) -> Api:
    return Api(ApiKey.issue("another client"))


@pytest.fixture
def wsgi(db: None, monkeypatch: pytest.MonkeyPatch) -> WSGIApplication:
    """The whole product, as a web server sees it, inside the test's transaction."""
    monkeypatch.setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", lambda _: None)
    return application


def two_people() -> dict[str, Any]:
    return {
        "name": "Budget",
        "participants": [
            {"phone_number": "+12125550103", "mode": "dial_in", "name": "Ann"},
            {"phone_number": "+12125550104", "mode": "dial_out", "confirm": False},
        ],
        "max_duration": 120,
    }


def problems(response: Any) -> dict[str | None, str]:
    """Which field is wrong, and what is said of it; insists on the one shape of errors."""
    told = response.json()
    assert told.keys() == {"type", "errors"}
    for error in told["errors"]:
        assert error.keys() == {"code", "detail", "attr"}
        assert error["code"]
        assert error["detail"]
    return {error["attr"]: error["detail"] for error in told["errors"]}
