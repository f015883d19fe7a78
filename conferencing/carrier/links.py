"""Absolute callback URLs that carry our own ids: where Twilio is to ask or tell us next.

How often Twilio tries again stands in the fragment, which is neither sent nor signed; see Twilio's
"Webhooks: connection overrides". `all`, because a connection that breaks in the middle, as when a
process of ours is killed, has no other word. What is repeated changes nothing, and 15 seconds are
the most that all tries take together.
"""

from functools import cache

from django.conf import settings
from django.urls import reverse

_PLACE = "_"
_QUESTION = "#rc=2&rp=all"  # somebody waits for the answer
_NEWS = "#rc=3&rp=all"  # there is no fallback: what is lost must be asked after


def incoming() -> str:
    return _link("incoming")


def fallback() -> str:
    return _link("fallback")


def line_status() -> str:
    return _news("line_status")


def code(call_id: str, silences: int, tries: int, *, menu: bool = False) -> str:
    return _question("code", call_id, n=silences, t=tries, **({"menu": 1} if menu else {}))


def code_silence(call_id: str, silences: int) -> str:
    return _question("code_silence", call_id, n=silences)


def answered(call_id: str) -> str:
    return _question("answered", call_id)


def confirm(call_id: str, silences: int) -> str:
    return _question("confirm", call_id, n=silences)


def confirm_silence(call_id: str, silences: int) -> str:
    return _question("confirm_silence", call_id, n=silences)


def after_room(call_id: str, deadline: int, stay: int) -> str:
    return _question("after_room", call_id, deadline=deadline, stay=stay)


def see_off(call_id: str) -> str:
    return _question("see_off", call_id)


def room_menu(call_id: str, stay: int, asked: int, misses: int) -> str:
    return _question("room_menu", call_id, stay=stay, asked=asked, n=misses)


def menu(call_id: str, misses: int, asked: int) -> str:
    return _question("menu", call_id, n=misses, asked=asked)


def menu_silence(call_id: str, misses: int, asked: int) -> str:
    return _question("menu_silence", call_id, n=misses, asked=asked)


def menu_instead(call_id: str) -> str:
    return _question("menu_instead", call_id)


def whisper(call_id: str) -> str:
    return _question("whisper", call_id)


def take(call_id: str) -> str:
    return _question("take", call_id)


def forward_over(call_id: str, number: int) -> str:
    return _question("forward_over", call_id, n=number)


def message_over(call_id: str) -> str:
    return _question("message_over", call_id)


def recording(call_id: str) -> str:
    return _news("recording", call_id)


def transcription(call_id: str) -> str:
    return _news("transcription", call_id)


def leg(call_id: str) -> str:
    return _news("leg", call_id)


def room(conference_id: str) -> str:
    """The same at every entrance: Twilio keeps to what the first participant brings."""
    return _news("room", conference_id)


def announcement(announcement_id: str) -> str:
    return _question("announcement", announcement_id)


def text(participant_id: str, attempt: int) -> str:
    return _news("text", participant_id, n=attempt)


def _question(name: str, our_id: str, **numbers: int) -> str:
    return _link(name, our_id) + _query(numbers) + _QUESTION


def _news(name: str, our_id: str = "", **numbers: int) -> str:
    return _link(name, our_id) + _query(numbers) + _NEWS


def _query(numbers: dict[str, int]) -> str:
    query = "&".join(f"{key}={number}" for key, number in numbers.items())
    return f"?{query}" if query else ""


def _link(name: str, our_id: str = "") -> str:
    return _template(settings.PUBLIC_BASE_URL, name, bool(our_id)) + our_id


@cache
def _template(base: str, name: str, takes_id: bool) -> str:
    path = reverse(f"carrier:{name}", args=[_PLACE] if takes_id else [])
    return base + path.removesuffix(_PLACE)
