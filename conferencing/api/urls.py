"""The routes of the API, each with and without a slash at its end."""

from typing import Any

from django.urls import URLPattern, path, re_path, register_converter
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import NotFound

from calls import ids
from conferencing.api import calls, conferences, participants, room, voicemails
from conferencing.api.base import ApiView
from conferencing.api.refusals import NOT_FOUND


class _IdConverter:
    regex = ids.PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Unrouted(ApiView):
    """Any other address below `/api/`, for everybody and for any method."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, *_: Any, **__: Any) -> None:
        raise NotFound(NOT_FOUND)


def _either(route: str, view: Any, name: str) -> list[URLPattern]:
    """A redirect from one to the other would lose the body of a POST."""
    return [path(f"api/{route}", view, name=name), path(f"api/{route}/", view)]


register_converter(_IdConverter, "our_id")

_ONE = "v1/conferences/<our_id:conference_id>"
_PERSON = f"{_ONE}/participants/<our_id:participant_id>"
_MESSAGE = "v1/voicemails/<our_id:voicemail_id>"
_CALL = "v1/calls/<our_id:call_id>"

urlpatterns = [
    *_either("v1/conferences", conferences.Conferences.as_view(), "conferences"),
    *_either(_ONE, conferences.OneConference.as_view(), "conference"),
    *_either(f"{_ONE}/end", conferences.EndConference.as_view(), "conference-end"),
    *_either(f"{_ONE}/events", conferences.ConferenceEvents.as_view(), "conference-events"),
    *_either(f"{_ONE}/extend", room.Extend.as_view(), "conference-extend"),
    *_either(f"{_ONE}/announce", room.Announce.as_view(), "conference-announce"),
    *_either(f"{_ONE}/lock", room.LockRoom.as_view(), "conference-lock"),
    *_either(f"{_ONE}/unlock", room.UnlockRoom.as_view(), "conference-unlock"),
    *_either(f"{_ONE}/mute", room.MuteAll.as_view(), "conference-mute"),
    *_either(f"{_ONE}/unmute", room.UnmuteAll.as_view(), "conference-unmute"),
    *_either(f"{_ONE}/participants", participants.Participants.as_view(), "participants"),
    *_either(_PERSON, participants.OneParticipant.as_view(), "participant"),
    *_either(f"{_PERSON}/retry", participants.RetryParticipant.as_view(), "participant-retry"),
    *_either("v1/calls", calls.Calls.as_view(), "calls"),
    *_either(_CALL, calls.OneCall.as_view(), "call"),
    *_either(f"{_CALL}/events", calls.CallEvents.as_view(), "call-events"),
    *_either("v1/voicemails", voicemails.Voicemails.as_view(), "voicemails"),
    *_either(_MESSAGE, voicemails.OneVoicemail.as_view(), "voicemail"),
    *_either(f"{_MESSAGE}/audio", voicemails.VoicemailAudio.as_view(), "voicemail-audio"),
    *_either("schema", SpectacularAPIView.as_view(), "schema"),
    *_either("docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), "docs"),
    re_path(r"^api(?:/|$)", Unrouted.as_view()),
]
