"""`/calls`: one entry a leg, inbound and outbound."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from calls import ids
from calls.models import CallEvent, Line
from calls.newest import Newest
from calls.records import of_number
from conferencing.api import visible
from conferencing.api.base import APART, ApiView, ListView, filters, get_one, key_of
from conferencing.api.describe import calls as describe
from conferencing.api.inputs import CallFilters, NoFilters
from conferencing.api.outputs import CallOut, EventOut, shown

_CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "direction": lambda word: Q(direction=word),
    "status": lambda word: Q(status=word),
    "outcome": lambda word: Q(outcome=word),
    "line": lambda number: Q(line_id=_line_with(number)),
    "conference": lambda conference_id: Q(conference_id=conference_id),
    "started_after": lambda moment: Q(
        id__gt=ids.call_id_at(moment, later=-APART), created_at__gt=moment
    ),
    "started_before": lambda moment: Q(
        id__lt=ids.call_id_at(moment, later=APART), created_at__lt=moment
    ),
}


class Calls(ListView):
    output = CallOut

    @describe.calls
    def get(self, request: Request) -> Response:
        rows, asked = visible.calls(key_of(request)), filters(request, CallFilters)
        number = asked.pop("number", None)
        for name, value in asked.items():
            rows = rows.filter(_CONDITIONS[name](value))
        return self.page(request, Newest(rows, of_number(number)) if number else rows)


def _line_with(number: str) -> str:
    """Its id, by a question of its own: a plan is good only if the database knows which line."""
    return Line.objects.filter(number=number).values_list("id", flat=True).first() or ""


class OneCall(ApiView):
    @describe.call
    def get(self, request: Request, call_id: str) -> Response:
        return Response(shown(CallOut, get_one(visible.calls(key_of(request)), call_id)))


class CallEvents(ListView):
    output = EventOut

    @describe.call_events
    def get(self, request: Request, call_id: str) -> Response:
        filters(request, NoFilters)
        call = get_one(visible.calls(key_of(request)), call_id)
        # All of it, what happened before it was let into the conference included.
        return self.page(request, CallEvent.objects.filter(call_id=call.id))
