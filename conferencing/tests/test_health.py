"""`/healthz`, `/readyz`, `/metrics`."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from calls.models import Call
from conferencing import health, metrics
from conferencing.models import Heartbeat
from conferencing.tests.people import ANNA, opened

pytestmark = pytest.mark.django_db


def gone(*_: Any, **__: Any) -> None:
    raise OperationalError("connection to server failed\nwith many\nlines")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_they_need_no_key_and_mind_no_slash(path: str) -> None:
    for spelling in (path, f"{path}/"):
        assert Client().get(spelling).status_code == 200
        assert Client().head(spelling).status_code == 200
        assert Client().post(spelling).status_code == 405


def test_alive_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    assert Client().get("/healthz").json() == {"status": "alive"}


def test_ready_tells_how_the_others_are() -> None:
    told = Client().get("/readyz").json()
    assert told["status"] == "ready"
    assert told["database"] == {"ok": True, "detail": "answers"}
    assert told["broker"]["ok"] is True
    assert told["beat"] == told["worker"] == {"ok": False, "detail": "has never been seen"}


def test_ready_tells_who_has_fallen_silent() -> None:
    Heartbeat.seen(Heartbeat.WORKER)
    Heartbeat.objects.create(name=Heartbeat.SWEEP, at=timezone.now() - timedelta(minutes=3))
    response = Client().get("/readyz")
    told = response.json()
    assert response.status_code == 200, "calls are still taken"
    assert told["worker"]["ok"] is True
    assert told["beat"]["ok"] is False
    assert "180 seconds ago" in told["beat"]["detail"]


def test_not_ready_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    response = Client().get("/readyz")
    assert response.status_code == 503
    told = response.json()
    assert told["status"] == "not ready"
    assert told["database"]["detail"] == "does not answer: connection to server failed"
    assert "broker" in told


def test_a_broker_that_hangs_does_not_hold_up_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_BROKER_SECONDS", 0.05)
    monkeypatch.setattr(health, "_connect_to_broker", lambda: time.sleep(0.5))
    response = Client().get("/readyz")
    assert response.status_code == 200
    assert response.json()["broker"] == {"ok": False, "detail": "gave no answer within 0.05 s"}


def test_a_broker_that_is_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_connect_to_broker", gone)
    told = Client().get("/readyz").json()
    assert told["broker"] == {"ok": False, "detail": "does not answer: OperationalError"}


# --- Metrics ------------------------------------------------------------------------------------


def measured() -> dict[tuple[str, ...], float]:
    text = Client().get("/metrics").content.decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_count_what_is_open() -> None:
    conference = opened()
    Call.objects.create(direction="inbound", to_number=ANNA, status="ringing")
    Call.objects.create(direction="inbound", to_number=ANNA, status="completed")
    Heartbeat.seen(Heartbeat.SWEEP)
    found = measured()
    assert conference.id
    assert found["partyline_database_up",] == 1
    assert found["partyline_conferences", "waiting"] == 1
    assert found["partyline_conferences", "live"] == 0
    assert found["partyline_legs", "ringing"] == 1
    assert found["partyline_legs", "queued"] == 0
    assert ("partyline_legs", "completed") not in found
    assert found["partyline_orders_due", "inviting"] == 2
    assert found["partyline_orders_oldest_seconds", "ending"] == 0
    assert ("partyline_last_seen_seconds", "sweep") in found


def test_metrics_count_the_webhooks_that_were_turned_away() -> None:
    def refused() -> float:
        name = "partyline_webhooks_refused_total"
        return sum(value for key, value in measured().items() if key[0] == name)

    before = refused()
    Client().post("/twilio/voice", {"CallSid": "CA1"})
    assert refused() == before + 1


def test_metrics_say_that_the_database_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_legs", gone)
    assert measured()["partyline_database_up",] == 0
