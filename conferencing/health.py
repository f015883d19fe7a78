"""`/healthz`: this process lives. `/readyz`: the database answers; and how the others are."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Thread

from celery import current_app
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conferencing.models import Heartbeat

_BROKER_SECONDS = 1.0
# What shows that a part lives, and how long it may be silent.
_SIGNS = {
    "beat": (Heartbeat.SWEEP, timedelta(seconds=10)),
    "worker": (Heartbeat.WORKER, timedelta(seconds=60)),
}


@dataclass(frozen=True)
class Finding:
    ok: bool
    detail: str


@require_safe
def healthz(_: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(_: HttpRequest) -> HttpResponse:
    """200 while the database answers: without the others, calls are still taken and ended."""
    try:
        findings = {"database": _database(), **signs_of_life()}
    except (DatabaseError, InterfaceError) as error:
        reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
        findings = {"database": Finding(ok=False, detail=f"does not answer: {reason[0]}")}
    findings["broker"] = broker()
    ready = findings["database"].ok
    told = {name: asdict(finding) for name, finding in findings.items()}
    status = {"status": "ready" if ready else "not ready"}
    return JsonResponse({**status, **told}, status=200 if ready else 503)


def _database() -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Finding(ok=True, detail="answers")


def signs_of_life() -> dict[str, Finding]:
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    now = timezone.now()
    findings = {}
    for part, (name, patience) in _SIGNS.items():
        if name not in seen:
            findings[part] = Finding(ok=False, detail="has never been seen")
            continue
        silent = max(timedelta(0), now - seen[name])
        words = f"last seen {silent.total_seconds():.0f} seconds ago"
        findings[part] = Finding(ok=silent <= patience, detail=words)
    return findings


def broker() -> Finding:
    """In a thread of its own, since no time-out covers all of connecting (names, for one)."""
    answer: SimpleQueue[Finding] = SimpleQueue()
    Thread(target=lambda: answer.put(_finding_of(_connect_to_broker)), daemon=True).start()
    try:
        return answer.get(timeout=_BROKER_SECONDS)
    except Empty:
        return Finding(ok=False, detail=f"gave no answer within {_BROKER_SECONDS:g} s")


def _finding_of(attempt: Callable[[], None]) -> Finding:
    try:
        attempt()
    except Exception as error:  # noqa: BLE001 - each transport has its own; any means "no"
        return Finding(ok=False, detail=f"does not answer: {type(error).__name__}")
    return Finding(ok=True, detail="answers")


def _connect_to_broker() -> None:
    with current_app.connection_for_write(connect_timeout=_BROKER_SECONDS / 2) as broker:
        broker.connect()
