"""`/voicemails`: the messages that callers left, and their audio."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from rest_framework import renderers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from calls.models import Voicemail
from calls.newest import Newest
from calls.states import LEFT_A_MESSAGE
from conferencing import audio, voicemails
from conferencing.api import visible
from conferencing.api.base import ApiView, ListView, filters, get_one, key_of
from conferencing.api.describe import voicemails as describe
from conferencing.api.idempotency import checked
from conferencing.api.inputs import HeardFlag, VoicemailFilters
from conferencing.api.outputs import VoicemailOut, shown
from conferencing.api.refusals import NOT_FOUND


class Voicemails(ListView):
    output = VoicemailOut

    @describe.voicemails
    def get(self, request: Request) -> Response:
        rows = visible.voicemails(key_of(request))
        heard = filters(request, VoicemailFilters).get("heard")
        wanted = (True, False) if heard is None else (heard,)
        any_of = [condition for each in wanted for condition in visible.messages(heard=each)]
        return self.page(request, Newest(rows, any_of))


class OneVoicemail(ApiView):
    @describe.voicemail
    def get(self, request: Request, voicemail_id: str) -> Response:
        return Response(shown(VoicemailOut, _one(request, voicemail_id)))

    @describe.mark_voicemail
    def patch(self, request: Request, voicemail_id: str) -> Response:
        message = _one(request, voicemail_id)
        asked = checked(HeardFlag, request.data)
        voicemails.heard(message, heard=asked["heard"])
        return Response(shown(VoicemailOut, _one(request, voicemail_id)))


class _AnyAudio(renderers.BaseRenderer):
    """Lets a client ask for audio; errors are JSON all the same."""

    media_type = "audio/*"
    format = "audio"
    render_style = "binary"

    def render(self, data: Any, *_: Any, **__: Any) -> Any:
        return renderers.JSONRenderer().render(data)


class VoicemailAudio(ApiView):
    renderer_classes = (renderers.JSONRenderer, _AnyAudio)

    @describe.voicemail_audio
    def get(self, request: Request, voicemail_id: str) -> HttpResponseBase:
        message = _one(request, voicemail_id)
        try:
            return audio.serve(request._request, message)  # noqa: SLF001 - DRF's own way to it
        except Http404:
            raise NotFound("There is no audio of this message.") from None


def _one(request: Request, voicemail_id: str) -> Voicemail:
    if not voicemail_id.startswith("vm_"):
        raise NotFound(NOT_FOUND)
    messages = visible.voicemails(key_of(request)).filter(status__in=LEFT_A_MESSAGE)
    return get_one(messages, voicemail_id)
