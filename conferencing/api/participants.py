"""`/conferences/{id}/participants`: add somebody, change, hang up, invite again."""

from functools import partial
from typing import Any

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from calls.states import Command
from conferencing import conferences, in_the_room, inviting_again
from conferencing.api import answering, visible
from conferencing.api.base import ApiView, get_one, key_of
from conferencing.api.describe import participants as describe
from conferencing.api.idempotency import Answer, checked, once
from conferencing.api.inputs import NewParticipant, Nothing, ParticipantChanges, invitee
from conferencing.models import ApiKey, Lane


class Participants(ApiView):
    @describe.invite
    def post(self, request: Request, conference_id: str) -> Response:
        key = key_of(request)
        get_one(visible.conferences(key), conference_id)
        return once(request, NewParticipant, partial(_invite, key, conference_id))


class OneParticipant(ApiView):
    @describe.change
    def patch(self, request: Request, conference_id: str, participant_id: str) -> Response:
        key = key_of(request)
        answering.participant(key, conference_id, participant_id)
        _change(participant_id, checked(ParticipantChanges, request.data), key)
        answering.wake(Lane.ROOM)
        return Response(answering.participant(key, conference_id, participant_id))

    @describe.remove
    def delete(self, request: Request, conference_id: str, participant_id: str) -> Response:
        key = key_of(request)
        answering.participant(key, conference_id, participant_id)
        conferences.remove(participant_id, by=answering.in_words(key))
        answering.wake(Lane.ENDING)
        return Response(answering.participant(key, conference_id, participant_id), 202)


class RetryParticipant(ApiView):
    @describe.retry
    def post(self, request: Request, conference_id: str, participant_id: str) -> Response:
        key = key_of(request)
        answering.participant(key, conference_id, participant_id)
        return once(request, Nothing, partial(_retry, key, conference_id, participant_id))


def _invite(key: ApiKey, conference_id: str, asked: dict[str, Any]) -> Answer:
    person = conferences.invite(conference_id, invitee(asked), by=answering.in_words(key))
    answering.wake(Lane.INVITING)
    return Answer(201, answering.participant(key, conference_id, person.id))


def _retry(key: ApiKey, conference_id: str, participant_id: str, _: dict[str, Any]) -> Answer:
    inviting_again.retry(participant_id, by=answering.in_words(key))
    answering.wake(Lane.INVITING)
    return Answer(202, answering.participant(key, conference_id, participant_id))


@transaction.atomic
def _change(participant_id: str, asked: dict[str, Any], key: ApiKey) -> None:
    """All of it or nothing. What locks the conference comes before what locks the person."""
    by = answering.in_words(key)
    if commands := _commands(asked):
        in_the_room.command(participant_id, *commands, by=by)
    if "name" in asked:
        conferences.rename(participant_id, asked["name"], by=by)


def _commands(asked: dict[str, Any]) -> list[Command]:
    commands = []
    if "muted" in asked:
        commands.append(Command.MUTE if asked["muted"] else Command.UNMUTE)
    if "on_hold" in asked:
        commands.append(Command.HOLD if asked["on_hold"] else Command.RESUME)
    return commands
