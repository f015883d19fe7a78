"""A button was pressed, on the desk or on the feed: do it, and answer with or without a script."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect

from calls.models import Conference
from conferencing.admin import commands

MAY_ASK = "calls.change_conference"
may_ask = permission_required(MAY_ASK, raise_exception=True)


def may(request: HttpRequest) -> bool:
    return request.user.has_perm(MAY_ASK)


def answer(request: HttpRequest, conference: Conference, command: str, back: str) -> HttpResponse:
    """JSON for a script; else the words are shown on the page `back`. Raises Http404."""
    by = request.user.get_username()
    reply = commands.ask(command, conference, request.POST, by=by)
    if reply.done:
        records = admin.site.get_model_admin(Conference)
        records.log_change(request, conference, reply.words)
    if request.headers.get("X-Requested-With") == "fetch":
        told = {"words": reply.words, "done": reply.done}
        return JsonResponse(told, status=reply.status)
    messages.add_message(request, reply.level, reply.words)
    return redirect(back)
