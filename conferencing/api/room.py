"""What may be asked of a conference while people are in it: more time, a word, a lock, silence."""

from collections.abc import Callable
from functools import partial
from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import Participant
from conferencing import announcing, extending, in_the_room, locking
from conferencing.api import answering, visible
from conferencing.api.base import ApiView, get_one, key_of
from conferencing.api.describe import room as describe
from conferencing.api.fields import StrictSerializer
from conferencing.api.idempotency import Answer, once
from conferencing.api.inputs import Extension, Lock, NewAnnouncement, Nothing
from conferencing.api.outputs import AnnouncementOut, shown
from conferencing.models import ApiKey, Lane

Work = Callable[[ApiKey, str, dict[str, Any]], Answer]


class Extend(ApiView):
    @describe.extend
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, Extension, _extend)


class Announce(ApiView):
    @describe.announce
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, NewAnnouncement, _announce)


class LockRoom(ApiView):
    @describe.lock
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, Lock, _lock)


class UnlockRoom(ApiView):
    @describe.unlock
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, Nothing, _unlock)


class MuteAll(ApiView):
    @describe.mute_all
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, Nothing, partial(_mute_all, muted=True))


class UnmuteAll(ApiView):
    @describe.unmute_all
    def post(self, request: Request, conference_id: str) -> Response:
        return _asked(request, conference_id, Nothing, partial(_mute_all, muted=False))


def _asked(
    request: Request, conference_id: str, body: type[StrictSerializer], work: Work
) -> Response:
    key = key_of(request)
    get_one(visible.conferences(key), conference_id)
    return once(request, body, partial(work, key, conference_id))


def _extend(key: ApiKey, conference_id: str, asked: dict[str, Any]) -> Answer:
    extending.extend(conference_id, asked["seconds"], by=answering.in_words(key))
    return answering.conference(200, key, conference_id)


def _announce(key: ApiKey, conference_id: str, asked: dict[str, Any]) -> Answer:
    listener = asked.get("participant")
    if listener is not None:
        _refuse_stranger(conference_id, listener)
    announcement = announcing.announce(
        conference_id, asked["text"], by=answering.in_words(key), participant_id=listener
    )
    answering.wake(Lane.ROOM)
    return Answer(202, shown(AnnouncementOut, announcement))


def _refuse_stranger(conference_id: str, participant_id: str) -> None:
    if not Participant.objects.filter(id=participant_id, conference_id=conference_id).exists():
        detail = "Nobody of this conference has this id: give one of its participants', or none."
        raise ValidationError({"participant": [ErrorDetail(detail, "unknown_participant")]})


def _lock(key: ApiKey, conference_id: str, asked: dict[str, Any]) -> Answer:
    locking.lock(conference_id, by=answering.in_words(key), reason=asked.get("reason", ""))
    return answering.conference(202, key, conference_id)


def _unlock(key: ApiKey, conference_id: str, _: dict[str, Any]) -> Answer:
    locking.unlock(conference_id, by=answering.in_words(key))
    answering.wake(Lane.INVITING)
    return answering.conference(202, key, conference_id)


def _mute_all(key: ApiKey, conference_id: str, _: dict[str, Any], *, muted: bool) -> Answer:
    in_the_room.mute_all(conference_id, muted=muted, by=answering.in_words(key))
    answering.wake(Lane.ROOM)
    return answering.conference(202, key, conference_id)
