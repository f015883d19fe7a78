"""The routes under `/twilio/`. A slash at the end is neither asked for nor minded.

A redirect to the one spelling would have Twilio ask again by GET, without the digits.
"""

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, re_path

from conferencing.carrier import callbacks, line, room, voice

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
    _route("voice/after-room/<call_id>", room.after_room, "after_room"),
    _route("voice/see-off/<call_id>", room.see_off, "see_off"),
    _route("voice/room-menu/<call_id>", room.room_menu, "room_menu"),
    _route("voice/announcement/<announcement_id>", room.announcement, "announcement"),
    _route("voice/menu/<call_id>", line.menu, "menu"),
    _route("voice/menu-silence/<call_id>", line.menu_silence, "menu_silence"),
    _route("voice/menu-instead/<call_id>", line.menu_instead, "menu_instead"),
    _route("voice/whisper/<call_id>", line.whisper, "whisper"),
    _route("voice/take/<call_id>", line.take, "take"),
    _route("voice/forward-over/<call_id>", line.forward_over, "forward_over"),
    _route("voice/message-over/<call_id>", line.message_over, "message_over"),
    _route("recording/<call_id>", callbacks.recording, "recording"),
    _route("transcription/<call_id>", callbacks.transcription, "transcription"),
    _route("status", callbacks.line_status, "line_status"),
    _route("leg/<call_id>", callbacks.leg, "leg"),
    _route("room/<conference_id>", callbacks.room, "room"),
    _route("text/<participant_id>", callbacks.text, "text"),
]
