"""The records of calls, to read. Conferences have a desk of their own, and so have our lines."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from calls import feed, wording
from calls.models import Call, CallEvent
from calls.newest import Newest
from calls.records import CappedPaginator, Records, of_number


@admin.register(Call)
class CallAdmin(Records):
    list_display = ("caller", "called", "direction", "status", "created_at", "duration")
    list_filter = ("direction", "status")
    search_help_text = "A phone number in any format, or an id or SID of a call"

    @admin.display(description="from")
    def caller(self, call: Call) -> str:
        return wording.number(call.from_number)

    @admin.display(description="to")
    def called(self, call: Call) -> str:
        return wording.number(call.to_number)

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:
        if sid:
            return Q(sid=sid)
        if our_id:
            return Q(id=our_id)
        if number:
            newest = Newest(Call.objects.all(), of_number(number))
            return newest.among_the_first(CappedPaginator.MOST)
        return None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        context["timeline"] = feed.timeline_of_call(context["original"].id)
        return super().render_change_form(request, context, *args, **options)


@admin.register(CallEvent)
class CallEventAdmin(Records):
    list_display = ("at", "words", "conference_id", "call_id", "applied")
    list_select_related = ("call",)
    search_help_text = "An id of an event, a conference, a participant or a call, or a call's SID"

    @admin.display(description="what")
    def words(self, event: CallEvent) -> str:
        return wording.event(event.kind, event.detail, event.call.direction if event.call else "")

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:  # noqa: ARG002
        if sid:
            return Q(call__sid=sid)
        if our_id:
            field = {"conf": "conference_id", "part": "participant_id", "call": "call_id"}
            return Q(**{field.get(our_id.partition("_")[0], "id"): our_id})
        return None
