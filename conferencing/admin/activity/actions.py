"""What people do from the feed: play a message, and end a conference."""

from functools import partial

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from calls.models import Conference, Voicemail
from calls.states import VoicemailStatus
from conferencing import audio, conferences, voicemails
from conferencing.models import Lane
from conferencing.tasks import nudge


@require_safe
@permission_required("calls.view_voicemail", raise_exception=True)
def play(request: HttpRequest, message_id: str) -> HttpResponseBase:
    message = get_object_or_404(Voicemail, id=message_id)
    return audio.serve(request, message, attachment="download" in request.GET)


@require_POST
@permission_required("calls.change_voicemail", raise_exception=True)
def heard(request: HttpRequest, message_id: str) -> HttpResponse:
    message = get_object_or_404(Voicemail, id=message_id, status=VoicemailStatus.KEPT)
    voicemails.heard(message, by=request.user)
    return HttpResponse(status=204)


@require_POST
@permission_required("calls.change_conference", raise_exception=True)
def end(request: HttpRequest, conference_id: str) -> HttpResponse:
    """End a conference for all. One that is over already stays as it is."""
    conference = get_object_or_404(Conference, id=conference_id)
    if conferences.end_by_request(conference.id):
        transaction.on_commit(partial(nudge, Lane.ENDING))
        records = admin.site.get_model_admin(Conference)
        records.log_change(request, conference, "Ended the conference.")
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("activity:page")
