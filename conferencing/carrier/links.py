"""Absolute callback URLs that carry our own ids: where Twilio is to ask or tell us next."""

from functools import cache

from django.conf import settings
from django.urls import reverse

_PLACE = "_"


def incoming() -> str:
    return _link("incoming")


def fallback() -> str:
    return _link("fallback")


def line_status() -> str:
    return _link("line_status")


def code(call_id: str, silences: int, *, menu: bool = False) -> str:
    return f"{_link('code', call_id)}?n={silences}{'&menu=1' * menu}"


def code_silence(call_id: str, silences: int) -> str:
    return f"{_link('code_silence', call_id)}?n={silences}"


def answered(call_id: str) -> str:
    return _link("answered", call_id)


def confirm(call_id: str, silences: int) -> str:
    return f"{_link('confirm', call_id)}?n={silences}"


def confirm_silence(call_id: str, silences: int) -> str:
    return f"{_link('confirm_silence', call_id)}?n={silences}"


def after_room(call_id: str, deadline: int) -> str:
    return f"{_link('after_room', call_id)}?deadline={deadline}"


def menu(call_id: str, misses: int, asked: int) -> str:
    return f"{_link('menu', call_id)}?n={misses}&asked={asked}"


def menu_silence(call_id: str, misses: int, asked: int) -> str:
    return f"{_link('menu_silence', call_id)}?n={misses}&asked={asked}"


def menu_instead(call_id: str) -> str:
    return _link("menu_instead", call_id)


def whisper(call_id: str) -> str:
    return _link("whisper", call_id)


def take(call_id: str) -> str:
    return _link("take", call_id)


def forward_over(call_id: str, number: int) -> str:
    return f"{_link('forward_over', call_id)}?n={number}"


def message_over(call_id: str) -> str:
    return _link("message_over", call_id)


def recording(call_id: str) -> str:
    return _link("recording", call_id)


def transcription(call_id: str) -> str:
    return _link("transcription", call_id)


def leg(call_id: str) -> str:
    return _link("leg", call_id)


def room(conference_id: str) -> str:
    """The same at every entrance: Twilio keeps to what the first participant brings."""
    return _link("room", conference_id)


def text(participant_id: str) -> str:
    return _link("text", participant_id)


def _link(name: str, our_id: str = "") -> str:
    return _template(settings.PUBLIC_BASE_URL, name, bool(our_id)) + our_id


@cache
def _template(base: str, name: str, takes_id: bool) -> str:
    path = reverse(f"carrier:{name}", args=[_PLACE] if takes_id else [])
    return base + path.removesuffix(_PLACE)
