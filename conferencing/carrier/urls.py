"""The routes under `/twilio/`. A slash at the end is neither asked for nor minded.

A redirect to the one spelling would have Twilio ask again by GET, without the digits.
"""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, re_path

from conferencing.carrier import callbacks, voice

app_name = "carrier"


def _route(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    pattern = route.replace("<", "(?P<").replace(">", ">[A-Za-z0-9_]+)")
    return re_path(rf"^{pattern}/?$", view, name=name)


urlpatterns = [
    _route("voice", voice.incoming, "incoming"),
    _route("voice/fallback", voice.fallback, "fallback"),
    _route("voice/code/<call_id>", voice.code, "code"),
    _route("voice/code-silence/<call_id>", voice.code_silence, "code_silence"),
    _route("voice/answered/<call_id>", voice.answered, "answered"),
    _route("voice/confirm/<call_id>", voice.confirm, "confirm"),
    _route("voice/confirm-silence/<call_id>", voice.confirm_silence, "confirm_silence"),
    _route("voice/after-room/<call_id>", voice.after_room, "after_room"),
    _route("status", callbacks.line_status, "line_status"),
    _route("leg/<call_id>", callbacks.leg, "leg"),
    _route("room/<conference_id>", callbacks.room, "room"),
    _route("text/<participant_id>", callbacks.text, "text"),
]
