"""`/conferences`: open, list, look, end; who is in; the timeline."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import Conference, Participant
from conferencing import conferences
from conferencing.api import visible
from conferencing.api.base import ApiView, ListView
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


class Conferences(ListView):
    output = ConferenceOut

    def get(self, request: Request) -> Response:
        rows = visible.conferences(self.key)
        return self.page(_filtered(rows, self.filters(ConferenceFilters)))

    def post(self, request: Request) -> Response:
        return once(request, NewConference, self._open)

    def _open(self, asked: dict[str, Any]) -> Answer:
        new = conferences.NewConference(
            invitees=[invitee(person) for person in asked["participants"]],
            owner=self.key.id,
            name=asked.get("name", ""),
            max_duration=asked.get("max_duration", 0),
        )
        conference = conferences.open_conference(new)
        _wake(Lane.INVITING)
        return _answer(201, self.key, conference.id)


class OneConference(ApiView):
    def get(self, request: Request, conference_id: str) -> Response:
        conference = self.get_one(visible.conferences(self.key), conference_id)
        return Response(ConferenceOut(conference).data)


class EndConference(ApiView):
    def post(self, request: Request, conference_id: str) -> Response:
        self.get_one(visible.conferences(self.key), conference_id)
        return once(request, Nothing, partial(self._end, conference_id))

    def _end(self, conference_id: str, _: dict[str, Any]) -> Answer:
        if conferences.end_by_request(conference_id):
            _wake(Lane.ENDING)
        return _answer(202, self.key, conference_id)


class Participants(ApiView):
    def post(self, request: Request, conference_id: str) -> Response:
        self.get_one(visible.conferences(self.key), conference_id)
        return once(request, NewParticipant, partial(self._invite, conference_id))

    def _invite(self, conference_id: str, asked: dict[str, Any]) -> Answer:
        person = conferences.invite(conference_id, invitee(asked))
        _wake(Lane.INVITING)
        return Answer(201, _person(self.key, conference_id, person.id))


class OneParticipant(ApiView):
    def delete(self, request: Request, conference_id: str, participant_id: str) -> Response:
        _person(self.key, conference_id, participant_id)
        conferences.remove(participant_id)
        _wake(Lane.ENDING)
        return Response(_person(self.key, conference_id, participant_id), 202)


class ConferenceEvents(ListView):
    output = EventOut

    def get(self, request: Request, conference_id: str) -> Response:
        self.filters(NoFilters)
        conference = self.get_one(visible.conferences(self.key), conference_id)
        return self.page(visible.events(self.key).filter(conference_id=conference.id))


def _filtered(rows: QuerySet[Conference], asked: dict[str, Any]) -> QuerySet[Conference]:
    columns = {"status": "status", "created_after": "created_at__gt"}
    columns["created_before"] = "created_at__lt"
    return rows.filter(**{columns[name]: value for name, value in asked.items()})


def _wake(lane: Lane) -> None:
    transaction.on_commit(partial(nudge, lane))


def _answer(status: int, key: ApiKey, conference_id: str) -> Answer:
    conference = visible.conferences(key).get(id=conference_id)
    return Answer(status, dict(ConferenceOut(conference).data), conference_id)


def _person(key: ApiKey, conference_id: str, participant_id: str) -> dict[str, Any]:
    conference = visible.conferences(key).filter(id=conference_id).first()
    people: list[Participant] = list(conference.participants.all()) if conference else []
    for person in people:
        if person.id == participant_id:
            return dict(ParticipantOut(person).data)
    raise NotFound(NOT_FOUND)
