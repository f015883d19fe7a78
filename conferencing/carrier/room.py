"""The webhooks of a leg that is in its room, or just out of it: each answers TwiML."""

from django.http import HttpRequest

from conferencing import announcing
from conferencing import room_menu as menu
from conferencing.carrier import forms
from conferencing.carrier.door import number_of
from conferencing.carrier.forms import Form
from conferencing.carrier.voice import gone, said_to_a_room, spoken, to_caller
from conferencing.models import Lane
from conferencing.steps import Announcement, Step
from conferencing.tasks import nudge


@spoken
def after_room(request: HttpRequest, form: Form, call_id: str) -> Step:
    """A leg is out of the room: it hung up or pressed the star key, the room was ended or did not
    take it, or its time there ran out. Twilio does not say which of these."""
    has_gone = forms.caller_has_gone(form)
    step = menu.left_room(
        call_id,
        number_of(request, "deadline"),
        number_of(request, "stay"),
        gone=has_gone,
        refused=forms.room_refused(form),
    )
    return gone(call_id, form) if has_gone else step


@to_caller
def see_off(_request: HttpRequest, _form: Form, call_id: str) -> Step:
    """We have interrupted what a leg heard outside of its room, since all is over."""
    return menu.see_off(call_id)


@to_caller
def room_menu(request: HttpRequest, form: Form, call_id: str) -> Step:
    """A key of the room's menu; none, where Twilio went on because nobody pressed one."""
    stay, asked = number_of(request, "stay"), number_of(request, "asked")
    step = menu.pressed(call_id, forms.digits(form), stay, asked, number_of(request, "n"))
    nudge(Lane.ROOM)
    return step


@said_to_a_room
def announcement(_request: HttpRequest, _form: Form, announcement_id: str) -> Step:
    """Twilio is about to say something into a room, and asks what."""
    return Announcement(announcing.text(announcement_id))
