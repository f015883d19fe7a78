"""The webhooks that ask what a caller is to hear. Each answers TwiML, whatever happens."""

import logging
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse

from conferencing import ivr, menu, progress
from conferencing.carrier import door, forms, twiml
from conferencing.carrier.forms import Form
from conferencing.models import Lane
from conferencing.steps import Farewell, Goodbye, Nothing, Step
from conferencing.tasks import nudge

logger = logging.getLogger(__name__)

_SORRY = Goodbye(Farewell.NOT_NOW)


def spoken(view: Callable[..., Step]) -> door.View:
    """A webhook of a view that says which step comes next."""
    return _speaks(view, otherwise=_SORRY)


def said_to_a_room(view: Callable[..., Step]) -> door.View:
    """As `spoken`; but a whole room need not hear that something went wrong."""
    return _speaks(view, otherwise=Nothing())


def _speaks(view: Callable[..., Step], otherwise: Step) -> door.View:
    @wraps(view)
    def answer(request: HttpRequest, form: Form, **ids: str) -> HttpResponse:
        try:
            return _xml(view(request, form, **ids))
        except ObjectDoesNotExist:
            logger.warning("asked about %s, which is not of ours", ids)
            return _xml(otherwise)

    return door.webhook(otherwise=lambda: _xml(otherwise))(answer)


def to_caller(view: Callable[..., Step]) -> door.View:
    """As `spoken`, for a leg that Twilio may ask about although nobody is there to hear it."""

    @wraps(view)
    def ask(request: HttpRequest, form: Form, call_id: str) -> Step:
        if forms.caller_has_gone(form):
            return gone(call_id, form)
        return view(request, form, call_id)

    return spoken(ask)


def _xml(step: Step) -> HttpResponse:
    return HttpResponse(twiml.render(step), content_type="text/xml; charset=utf-8")


@spoken
def incoming(_request: HttpRequest, form: Form) -> Step:
    """Somebody calls one of our lines, whichever."""
    call = forms.incoming_call(form)
    if forms.caller_has_gone(form):
        progress.leg_of_line(forms.leg_seen(form))
        return Nothing()
    return ivr.incoming(call)


@spoken
def fallback(_request: HttpRequest, form: Form) -> Step:
    """Another webhook of ours failed: this one needs nothing but this process."""
    logger.error(
        "Twilio had error %s with %s",
        forms.error_code(form) or "unknown",
        forms.error_path(form) or "an unknown URL",
    )
    return _SORRY


@to_caller
def code(request: HttpRequest, form: Form, call_id: str) -> Step:
    digits, instead = forms.digits(form), door.number_of(request, "menu") > 0
    if digits:
        tries = door.number_of(request, "t") if "t" in request.GET else None
        return ivr.code_entered(call_id, digits, tries=tries, menu_instead=instead)
    if instead:
        return menu.ask(call_id)
    return ivr.code_silence(call_id, door.number_of(request, "n") + 1)


@to_caller
def code_silence(request: HttpRequest, _form: Form, call_id: str) -> Step:
    return ivr.code_silence(call_id, door.number_of(request, "n"))


@to_caller
def answered(_request: HttpRequest, form: Form, call_id: str) -> Step:
    """A phone that we called was picked up: only now is decided what it hears."""
    return ivr.answered(call_id, forms.call_sid(form))


@to_caller
def confirm(request: HttpRequest, form: Form, call_id: str) -> Step:
    digits = forms.digits(form)
    if not digits:
        return ivr.confirmation_silence(call_id, door.number_of(request, "n") + 1)
    return ivr.confirmation(call_id, digits)


@to_caller
def confirm_silence(request: HttpRequest, _form: Form, call_id: str) -> Step:
    return ivr.confirmation_silence(call_id, door.number_of(request, "n"))


def gone(call_id: str, form: Form) -> Step:
    if progress.leg(call_id, forms.leg_seen(form)):
        nudge(Lane.ENDING)
    return Nothing()
