"""The webhooks of a line's menu, of forwarded calls and of messages: each answers TwiML."""

from django.http import HttpRequest

from conferencing import forwarding, voicemails
from conferencing import menu as menus
from conferencing.carrier import forms
from conferencing.carrier.door import number_of
from conferencing.carrier.forms import Form
from conferencing.carrier.voice import gone, spoken, to_caller
from conferencing.models import Lane
from conferencing.steps import Step
from conferencing.tasks import nudge


@to_caller
def menu(request: HttpRequest, form: Form, call_id: str) -> Step:
    misses, asked = number_of(request, "n"), number_of(request, "asked")
    digits = forms.digits(form)
    if not digits:
        return menus.missed(call_id, misses + 1, asked)
    return menus.pressed(call_id, digits, misses, asked)


@to_caller
def menu_silence(request: HttpRequest, _form: Form, call_id: str) -> Step:
    return menus.missed(call_id, number_of(request, "n"), number_of(request, "asked"))


@spoken
def menu_instead(_request: HttpRequest, form: Form, call_id: str) -> Step:
    """A caller who could enter a code wants the menu."""
    return gone(call_id, form) if forms.caller_has_gone(form) else menus.ask(call_id)


@to_caller
def whisper(_request: HttpRequest, form: Form, call_id: str) -> Step:
    """A person that a call is forwarded to has picked up; `call_id` is that leg."""
    return forwarding.whisper(call_id, forms.call_sid(form))


@to_caller
def take(_request: HttpRequest, form: Form, call_id: str) -> Step:
    return forwarding.taking(call_id, forms.digits(form))


@spoken
def forward_over(request: HttpRequest, form: Form, call_id: str) -> Step:
    """The ringing, or the talk, is over for the caller; he may have hung up himself."""
    has_gone = forms.caller_has_gone(form)
    step = forwarding.over(call_id, number_of(request, "n"), forms.dial_over(form), gone=has_gone)
    return gone(call_id, form) if has_gone else step


@spoken
def message_over(_request: HttpRequest, form: Form, call_id: str) -> Step:
    has_gone = forms.caller_has_gone(form)
    step = voicemails.recorded(call_id, forms.recording_made(form), gone=has_gone)
    nudge(Lane.KEEPING)
    return gone(call_id, form) if has_gone else step
