"""`/conferences`: open, list, look, end; the timeline."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from calls import ids
from calls.models import Conference
from calls.records import in_state
from conferencing import conferences
from conferencing.api import answering, ledger, visible
from conferencing.api.base import APART, ApiView, ListView, filters, get_one, key_of
from conferencing.api.describe import conferences as describe
from conferencing.api.idempotency import Answer, once
from conferencing.api.inputs import (
    ConferenceFilters,
    NewConference,
    NoFilters,
    Nothing,
    invitee,
)
from conferencing.api.outputs import ConferenceOut, EventOut, shown
from conferencing.models import ApiKey, Lane

_CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "status": in_state,
    "created_after": lambda moment: Q(
        id__gt=ids.conference_id_at(moment, later=-APART), created_at__gt=moment
    ),
    "created_before": lambda moment: Q(
        id__lt=ids.conference_id_at(moment, later=APART), created_at__lt=moment
    ),
}


class Conferences(ListView):
    output = ConferenceOut

    @describe.conferences
    def get(self, request: Request) -> Response:
        rows = visible.conferences(key_of(request))
        for name, value in filters(request, ConferenceFilters).items():
            rows = rows.filter(_CONDITIONS[name](value))
        return self.page(request, rows)

    @describe.open_conference
    def post(self, request: Request) -> Response:
        return once(request, NewConference, partial(_open, key_of(request)))


class OneConference(ApiView):
    @describe.conference
    def get(self, request: Request, conference_id: str) -> Response:
        conference = get_one(_seen_by(request), conference_id)
        return Response(ledger.in_full(key_of(request), conference))


class EndConference(ApiView):
    @describe.end_conference
    def post(self, request: Request, conference_id: str) -> Response:
        get_one(_seen_by(request), conference_id)
        return once(request, Nothing, partial(_end, key_of(request), conference_id))


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
        by=answering.in_words(key),
        name=asked.get("name", ""),
        max_duration=asked.get("max_duration", 0),
        wait_for_organiser=asked.get("wait_for_organiser", False),
        ends_with_organiser=asked.get("ends_with_organiser", False),
    )
    conference = visible.just_opened(*conferences.open_with_people(new))
    answering.wake(Lane.INVITING)
    return Answer(201, shown(ConferenceOut, conference), conference.id)


def _end(key: ApiKey, conference_id: str, _: dict[str, Any]) -> Answer:
    if conferences.end_by_request(conference_id, by=answering.in_words(key)):
        answering.wake(Lane.ENDING)
    return answering.conference(202, key, conference_id)
