"""The webhooks that tell us facts: they are written down, and what follows is nudged."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from calls.sightings import PASSAGES, SIGHTINGS
from conferencing import progress, voicemails
from conferencing.carrier import door, forms
from conferencing.carrier.forms import Form
from conferencing.models import Lane
from conferencing.tasks import nudge


def _told(view: Callable[..., bool]) -> door.View:
    """A webhook of a view that takes in a fact, and says whether it may call for action."""

    @wraps(view)
    def answer(request: HttpRequest, form: Form, **ids: str) -> HttpResponse:
        if view(request, form, **ids):
            nudge(Lane.ENDING)
        return HttpResponse(status=204)

    return door.webhook(otherwise=_ask_again)(answer)


def _ask_again() -> HttpResponse:
    """Not taken in. Twilio repeats a callback only where our URL asks for it."""
    return HttpResponse(status=503)


@_told
def line_status(_request: HttpRequest, form: Form) -> bool:
    """The call status of an inbound leg, whose only id is Twilio's."""
    return progress.leg_of_line(forms.leg_news(form))


@_told
def leg(_request: HttpRequest, form: Form, call_id: str) -> bool:
    """The call status of a leg that we called."""
    return progress.leg(call_id, forms.leg_news(form))


@_told
def room(_request: HttpRequest, form: Form, conference_id: str) -> bool:
    news = forms.room_news(form)
    progress.room(conference_id, news)
    if news.kind in SIGHTINGS:
        nudge(Lane.ROOM)
    return news.kind in PASSAGES


@_told
def recording(_request: HttpRequest, form: Form, call_id: str) -> bool:
    """Twilio has the recording of a message ready, or says that there is none."""
    news = forms.recording_news(form)
    if news:
        voicemails.told(call_id, news)
        nudge(Lane.KEEPING)
    return False


@_told
def transcription(_request: HttpRequest, form: Form, call_id: str) -> bool:
    voicemails.transcribed(call_id, forms.transcription(form))
    return False


@_told
def text(request: HttpRequest, form: Form, participant_id: str) -> bool:
    news = forms.text_news(form, attempt=max(1, door.number_of(request, "n")))
    progress.text(participant_id, news)
    return news.error is not None
