"""`/calls`: one entry a leg, inbound and outbound."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import CallEvent
from conferencing.api import describe, visible
from conferencing.api.base import ApiView, ListView, filters, get_one, key_of
from conferencing.api.inputs import CallFilters, NoFilters
from conferencing.api.outputs import CallOut, EventOut

_CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "direction": lambda word: Q(direction=word),
    "status": lambda word: Q(status=word),
    "outcome": lambda word: Q(outcome=word),
    "line": lambda number: Q(line__number=number),
    "number": lambda number: Q(from_number=number) | Q(to_number=number),
    "conference": lambda conference_id: Q(conference_id=conference_id),
    "started_after": lambda moment: Q(created_at__gt=moment),
    "started_before": lambda moment: Q(created_at__lt=moment),
}


class Calls(ListView):
    output = CallOut

    @describe.calls
    def get(self, request: Request) -> Response:
        rows = visible.calls(key_of(request))
        for name, value in filters(request, CallFilters).items():
            rows = rows.filter(_CONDITIONS[name](value))
        return self.page(request, rows)


class OneCall(ApiView):
    @describe.call
    def get(self, request: Request, call_id: str) -> Response:
        return Response(CallOut(get_one(visible.calls(key_of(request)), call_id)).data)


class CallEvents(ListView):
    output = EventOut

    @describe.call_events
    def get(self, request: Request, call_id: str) -> Response:
        filters(request, NoFilters)
        call = get_one(visible.calls(key_of(request)), call_id)
        # All of it, what happened before it was let into the conference included.
        return self.page(request, CallEvent.objects.filter(call_id=call.id))
