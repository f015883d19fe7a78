"""`Idempotency-Key`: the same request sent again gets the same answer and does nothing."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import local
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import Conference
from conferencing import answers
from conferencing.api.fields import StrictSerializer
from conferencing.api.refusals import KeyReused
from conferencing.models import ApiKey, IdempotencyKey

HEADER = "Idempotency-Key"
_LEGAL = re.compile(r"[\x20-\x7e]{1,255}")


@dataclass(frozen=True)
class Answer:
    """`conference_id` is needed where `data` has the conference's code among its fields."""

    status: int
    data: dict[str, Any]
    conference_id: str = ""


def once(
    request: Request,
    body: type[StrictSerializer],
    work: Callable[[dict[str, Any]], Answer],
) -> Response:
    """Check the body and do the work; with an `Idempotency-Key`, once for all that bring it.

    The work and its answer are written in one transaction. An error is not kept.
    """
    key = _key_of(request)
    if key is None:
        answer = work(checked(body, request.data))
        return Response(answer.data, answer.status)
    fingerprint = _fingerprint(request)
    earlier = answers.find(_owner(request), key)
    if earlier:
        return _replayed(earlier, fingerprint)
    asked = checked(body, request.data)
    with transaction.atomic():
        row, is_ours = answers.claim(_owner(request), key, fingerprint)
        if not is_ours:
            return _replayed(row, fingerprint)
        answer = work(asked)
        answers.keep(row, answer.status, _without_code(answer), answer.conference_id)
    return Response(answer.data, answer.status)


def checked(body: type[StrictSerializer], data: Any) -> dict[str, Any]:
    if body not in _forms.ready:
        _forms.ready[body] = body()
    return _forms.ready[body].checked(data)


class _Forms(local):
    """One of each for each thread: DRF builds all fields anew for each body, which takes longer
    than to check it."""

    def __init__(self) -> None:
        self.ready: dict[type[StrictSerializer], StrictSerializer] = {}


_forms = _Forms()


def _key_of(request: Request) -> str | None:
    key = request.headers.get(HEADER)
    if key is not None and not _LEGAL.fullmatch(key):
        raise ValidationError({HEADER: ["Send 1 to 255 printable ASCII characters."]})
    return key


def _owner(request: Request) -> str:
    assert isinstance(request.user, ApiKey), "HasScope lets nobody else in"
    return request.user.id


def _fingerprint(request: Request) -> str:
    """Of what is asked for, not of how it is written: spaces and the order of fields are free."""
    body = json.dumps(request.data, sort_keys=True)
    asked = f"{request.method} {request.path.rstrip('/')}\n{body}"
    return hashlib.sha256(asked.encode()).hexdigest()


def _without_code(answer: Answer) -> str:
    """Text, not JSONB, which would not give the fields back in their order."""
    code = {"code": None} if answer.conference_id else {}
    return json.dumps({**answer.data, **code})


def _replayed(row: IdempotencyKey, fingerprint: str) -> Response:
    if row.fingerprint != fingerprint:
        raise KeyReused
    data = json.loads(row.answer)
    if row.conference_id:
        data["code"] = Conference.objects.values_list("code", flat=True).get(id=row.conference_id)
    return Response(data, row.status, headers={"Idempotent-Replayed": "true"})
