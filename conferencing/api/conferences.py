"""`/conferences`: open, list, look, end; who is in; the timeline."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import Conference
from conferencing import conferences
from conferencing.api import describe, visible
from conferencing.api.base import ApiView, ListView, filters, get_one, key_of
from conferencing.api.idempotency import Answer, once
from conferencing.api.inputs import (
    ConferenceFilters,
    NewConference,
    NewParticipant,
    NoFilters,
    Nothing,
    invitee,
)
from conferencing.api.outputs import ConferenceOut, EventOut, ParticipantOut
from conferencing.api.refusals import NOT_FOUND
from conferencing.models import ApiKey, Lane
from conferencing.tasks import nudge

_CONDITIONS = {
    "status": "status",
    "created_after": "created_at__gt",
    "created_before": "created_at__lt",
}


class Conferences(ListView):
    output = ConferenceOut

    @describe.conferences
    def get(self, request: Request) -> Response:
        asked = filters(request, ConferenceFilters)
        conditions = {_CONDITIONS[name]: value for name, value in asked.items()}
        return self.page(request, visible.conferences(key_of(request)).filter(**conditions))

    @describe.open_conference
    def post(self, request: Request) -> Response:
        return once(request, NewConference, partial(_open, key_of(request)))


class OneConference(ApiView):
    @describe.conference
    def get(self, request: Request, conference_id: str) -> Response:
        conference = get_one(_seen_by(request), conference_id)
        return Response(ConferenceOut(conference).data)


class EndConference(ApiView):
    @describe.end_conference
    def post(self, request: Request, conference_id: str) -> Response:
        get_one(_seen_by(request), conference_id)
        return once(request, Nothing, partial(_end, key_of(request), conference_id))


class Participants(ApiView):
    @describe.invite
    def post(self, request: Request, conference_id: str) -> Response:
        get_one(_seen_by(request), conference_id)
        return once(request, NewParticipant, partial(_invite, key_of(request), conference_id))


class OneParticipant(ApiView):
    @describe.remove
    def delete(self, request: Request, conference_id: str, participant_id: str) -> Response:
        person = partial(_person, key_of(request), conference_id, participant_id)
        person()
        conferences.remove(participant_id)
        _wake(Lane.ENDING)
        return Response(person(), 202)


class ConferenceEvents(ListView):
    output = EventOut

    @describe.conference_events
    def get(self, request: Request, conference_id: str) -> Response:
        filters(request, NoFilters)
        conference = get_one(_seen_by(request), conference_id)
        events = visible.events(key_of(request))
        return self.page(request, events.filter(conference_id=conference.id))


def _seen_by(request: Request) -> QuerySet[Conference]:
    return visible.conferences(key_of(request))


def _open(key: ApiKey, asked: dict[str, Any]) -> Answer:
    new = conferences.NewConference(
        invitees=[invitee(person) for person in asked["participants"]],
        owner=key.id,
        name=asked.get("name", ""),
        max_duration=asked.get("max_duration", 0),
    )
    conference = conferences.open_conference(new)
    _wake(Lane.INVITING)
    return _answer(201, key, conference.id)


def _end(key: ApiKey, conference_id: str, _: dict[str, Any]) -> Answer:
    if conferences.end_by_request(conference_id):
        _wake(Lane.ENDING)
    return _answer(202, key, conference_id)


def _invite(key: ApiKey, conference_id: str, asked: dict[str, Any]) -> Answer:
    person = conferences.invite(conference_id, invitee(asked))
    _wake(Lane.INVITING)
    return Answer(201, _person(key, conference_id, person.id))


def _wake(lane: Lane) -> None:
    """After the commit: a worker that comes earlier finds nothing."""
    transaction.on_commit(partial(nudge, lane))


def _answer(status: int, key: ApiKey, conference_id: str) -> Answer:
    conference = visible.conferences(key).get(id=conference_id)
    return Answer(status, dict(ConferenceOut(conference).data), conference_id)


def _person(key: ApiKey, conference_id: str, participant_id: str) -> dict[str, Any]:
    conference = get_one(visible.conferences(key), conference_id)
    for person in conference.participants.all():
        if person.id == participant_id:
            return dict(ParticipantOut(person).data)
    raise NotFound(NOT_FOUND)
