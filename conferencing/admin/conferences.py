"""Conferences: what happened in each, its ledger, and the desk from which it is run."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from calls import wording
from calls.models import Call, Conference, Participant
from calls.records import Records, in_state
from conferencing.admin import asking, ledgers
from conferencing.admin.desk import Desk


class StateFilter(admin.ChoicesFieldListFilter):
    """Looks for open ones where they are few."""

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for status in self.lookup_val or ():
            queryset = queryset.filter(in_state(status))
        return queryset


@admin.register(Conference)
class ConferenceAdmin(Records):
    list_display = ("__str__", "state", "why_ended", "created_at", "ended_at", "timeline")
    list_filter = (("status", StateFilter), "end_reason")
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
        ours: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("ask/<slug:command>/", require_POST(self.ask_view), "ask"),
            ("live/", require_safe(self.live_view), "live"),
            ("ledger/", require_safe(self.ledger_view), "ledger"),
            ("ledger.csv", require_safe(self.ledger_csv_view), "ledger_csv"),
        ]
        return [*(self._to(*each) for each in ours), *super().get_urls()]

    def _to(self, route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
        behind_the_door = self.admin_site.admin_view(view)
        return path(f"<path:object_id>/{route}", behind_the_door, name=f"calls_conference_{name}")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        context["desk"] = _desk(request, context["original"])
        return super().render_change_form(request, context, *args, **options)

    def live_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What changes on the page. 304 while nothing has changed since the ETag that is sent."""
        desk = _desk(request, self._seen(request, object_id))
        etag = f'"{desk.version}"'
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers={"ETag": etag})
        # Without the request there is no token in it: the page has one already.
        context = {"desk": desk, "original": desk.conference}
        html = render_to_string("admin/calls/conference/_desk.html", context)
        answer = {"now": desk.now.isoformat(), "html": html}
        return JsonResponse(answer, headers={"ETag": etag})

    def ask_view(self, request: HttpRequest, object_id: str, command: str) -> HttpResponse:
        """A button of the desk: do it, or say why not."""
        if not asking.may(request):
            raise PermissionDenied
        conference = self._found(request, object_id)
        back = reverse("admin:calls_conference_change", args=[quote(conference.id)])
        return asking.answer(request, conference, command, back)

    def ledger_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ledgers.page(request, self._seen(request, object_id))

    def ledger_csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return ledgers.as_csv(self._seen(request, object_id))

    def _seen(self, request: HttpRequest, object_id: str) -> Conference:
        """For views that only show. Raises PermissionDenied and Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._found(request, object_id)

    def _found(self, request: HttpRequest, object_id: str) -> Conference:
        conference: Conference | None = self.get_object(request, unquote(object_id))
        if conference is None:
            raise Http404
        return conference


def _desk(request: HttpRequest, conference: Conference) -> Desk:
    return Desk(conference, may=asking.may(request))


def _having(rows: Any) -> Q:
    return Q(id__in=rows.values("conference_id"))
