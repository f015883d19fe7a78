"""What people do from the feed: play a message, and what concerns a whole conference."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from calls.models import Conference, Voicemail
from calls.states import VoicemailStatus
from conferencing import audio, voicemails
from conferencing.admin import asking


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
@asking.may_ask
def ask(request: HttpRequest, conference_id: str, command: str) -> HttpResponse:
    """A button of a live conference's line."""
    conference = get_object_or_404(Conference, id=conference_id)
    return asking.answer(request, conference, command, reverse("activity:page"))
