"""Conferences: what happened in each, and the button that ends one."""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls import wording
from calls.models import Call, Conference, Participant
from calls.records import Records
from calls.states import OPEN_CONFERENCE
from conferencing import conferences
from conferencing.admin.desk import Desk
from conferencing.models import Lane
from conferencing.tasks import nudge

PERMISSION_TO_END = "calls.change_conference"


@admin.register(Conference)
class ConferenceAdmin(Records):
    list_display = ("__str__", "state", "why_ended", "created_at", "ended_at", "timeline")
    list_filter = ("status", "end_reason")
    search_help_text = "A phone number in any format, the id of a conference or of a person, a SID"

    @admin.display(description="status")
    def state(self, conference: Conference) -> str:
        return wording.CONFERENCE[conference.status]

    @admin.display(description="because")
    def why_ended(self, conference: Conference) -> str:
        return wording.WHY_ENDED.get(conference.end_reason, "")

    @admin.display(description="")
    def timeline(self, conference: Conference) -> SafeString:
        page = reverse("admin:calls_conference_change", args=[quote(conference.id)])
        return format_html('<a href="{}#timeline">Timeline</a>', page)

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:
        if sid:
            return _having(Call.objects.filter(sid=sid))
        if our_id and our_id.startswith("part_"):
            return _having(Participant.objects.filter(id=our_id))
        if our_id and our_id.startswith("call_"):
            return _having(Call.objects.filter(id=our_id))
        if our_id:
            return Q(id=our_id)
        if number:
            return _having(Participant.objects.filter(phone_number=number))
        return None

    def get_urls(self) -> list[URLPattern]:
        end = self.admin_site.admin_view(self.end_view)
        ours = path("<path:object_id>/end/", end, name="calls_conference_end")
        return [ours, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        ours = {"may_end": request.user.has_perm(PERMISSION_TO_END)}
        return super().change_view(request, object_id, form_url, ours | (extra_context or {}))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        context["desk"] = Desk(context["original"])
        return super().render_change_form(request, context, *args, **options)

    def end_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The button: end the conference for all."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(PERMISSION_TO_END):
            raise PermissionDenied
        conference = self.get_object(request, unquote(object_id))
        if conference is None:
            raise Http404
        if conference.status in OPEN_CONFERENCE:
            conferences.end_by_request(conference.id)
            transaction.on_commit(partial(nudge, Lane.ENDING))
            self.log_change(request, conference, "Ended the conference.")
            messages.success(request, f"“{conference}” is being ended: everybody hears goodbye.")
        else:
            messages.info(request, f"“{conference}” was over already.")
        return redirect("admin:calls_conference_change", quote(conference.id))


def _having(rows: Any) -> Q:
    return Q(id__in=rows.values("conference_id"))
