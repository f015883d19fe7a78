"""What the feed shows: the page, its newer and older rows, a call's timeline, the CSV."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from calls import activity, feed, ids
from calls.activity import LiveConference, Row
from conferencing.admin import asking
from conferencing.admin.activity import export
from conferencing.admin.activity.filters import FilterForm

MAY_LOOK = "calls.view_call"
_KEY = re.compile(ids.PATTERN)

may_look = permission_required(MAY_LOOK, raise_exception=True)


@require_safe
@may_look
def page(request: HttpRequest) -> HttpResponse:
    form = FilterForm(request.GET)
    before = _before(request)
    found = activity.page(form.filters(), before)
    context = {
        **admin.site.each_context(request),
        **_rights(request),
        "title": "Activity",
        "is_nav_sidebar_enabled": False,
        "form": form,
        "rows": found.rows,
        "query": form.query(),
        "here": form.query(before=before),
        "older": form.query(before=found.before) if found.before else "",
        "is_older": bool(before),
        "conferences": _conferences(request),
        "dial": activity.written(settings.MAIN_LINE_PHONE),
        "now": timezone.now(),
    }
    return render(request, "admin/activity/feed.html", context)


@require_safe
@may_look
def rows(request: HttpRequest) -> HttpResponse:
    """The page's rows again, those `watch`ed further down, and the live conferences.

    304 while nothing has changed since the answer whose ETag is sent.
    """
    form = FilterForm(request.GET)
    filters = form.filters()
    found = activity.page(filters, _before(request))
    watched = activity.among(filters, _keys(request.GET.get("watch", "")))
    conferences = _conferences(request)
    etag = _etag([*found.rows, *watched], conferences, found.before)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    context = _rights(request)
    answer = {
        "now": timezone.now().isoformat(),
        "rows": _drawn(request, "rows", context | {"rows": found.rows}),
        "watched": _drawn(request, "rows", context | {"rows": watched}),
        "conferences": _drawn(request, "conferences", context | {"conferences": conferences}),
        "older": form.query(before=found.before) if found.before else "",
        "wrong": form.complaints,
    }
    return JsonResponse(answer, headers={"ETag": etag})


@require_safe
@may_look
def timeline(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call, for the drawer."""
    found = activity.among(activity.Filters(), [call_id])
    if not found:
        raise Http404("There is no such call.")
    context = {"row": found[0], "timeline": feed.timeline_of_call(call_id)}
    return render(request, "admin/activity/_timeline.html", context)


@require_safe
@may_look
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    filters = FilterForm(request.GET).filters()
    name = f"calls-{timezone.now():%Y-%m-%d-%H%M}.csv"
    return StreamingHttpResponse(
        export.lines(activity.everything(filters)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rights(request: HttpRequest) -> dict[str, bool]:
    may = request.user.has_perm
    return {
        "may_play": may("calls.view_voicemail"),
        "may_hear": may("calls.change_voicemail"),
        "may_ask": asking.may(request),
    }


def _conferences(request: HttpRequest) -> list[LiveConference]:
    may_see = request.user.has_perm("calls.view_conference")
    return activity.live_conferences() if may_see else []


def _drawn(request: HttpRequest, what: str, context: dict[str, Any]) -> str:
    return render_to_string(f"admin/activity/_{what}.html", context, request)


def _before(request: HttpRequest) -> str:
    keys = _keys(request.GET.get("before", ""))
    return keys[0] if keys else ""


def _keys(listed: str) -> list[str]:
    return [key for key in listed.split(",") if _KEY.fullmatch(key)]


def _etag(shown: Sequence[Row], conferences: Sequence[LiveConference], before: str) -> str:
    seen = repr(([row.version for row in shown], conferences, before)).encode()
    return f'"{hashlib.blake2b(seen, digest_size=12).hexdigest()}"'
