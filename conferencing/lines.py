"""Our lines: made from the settings at the first start, from then on edited in the admin."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from calls.models import ForwardTarget, Line, LineOption, OpeningHours
from calls.questions import question
from calls.states import LineAction
from conferencing.plan import Sheet
from conferencing.steps import Speech

_MENU = {"1": LineAction.FORWARD, "2": LineAction.VOICEMAIL}
_CODE_KEY = "3"


def create_missing() -> list[Line]:
    """A line for each of our numbers that has none; those that exist are left as they are."""
    return [line for number in settings.OWN_LINES if (line := _created(number))]


def of(number: str) -> Line | None:
    """The line of one of our numbers; None for a number that is not ours."""
    line = _with_number.first(number)
    return line or (_created(number) if number in settings.OWN_LINES else None)


@question
def _with_number(number: str) -> QuerySet[Line]:
    return Line.objects.filter(number=number)


def sheet(line: Line, at: datetime) -> Sheet:
    """All that the line's decisions depend on, as it stands in the admin now."""
    return Sheet(
        is_open=line.is_open(at, _hours(line.id)),
        greeting=line.greeting,
        closed_text=line.closed_text,
        default=LineAction(line.default_action),
        closed=LineAction(line.closed_action),
        options={digit: (LineAction(action), text) for digit, action, text in _options(line.id)},
    )


@question
def _options(line_id: str) -> QuerySet[LineOption, tuple[str, str, str]]:
    options = LineOption.objects.filter(line_id=line_id)
    return options.order_by("digit").values_list("digit", "action", "text")


@question
def _hours(line_id: str) -> QuerySet[OpeningHours]:
    return OpeningHours.objects.filter(line_id=line_id)


def speech(line: Line | None) -> Speech:
    """In which language and voice a line speaks."""
    return Speech(line.language, line.voice) if line else Speech()


@transaction.atomic
def _created(number: str) -> Line | None:
    is_main, is_dial_in = number == settings.MAIN_LINE_PHONE, number == settings.SERVER_PHONE
    line, new = Line.objects.get_or_create(
        number=number,
        defaults={
            "label": "Main line" if is_main else "Conferences",
            "greeting": "Thank you for calling." if is_main else "",
            "default_action": LineAction.VOICEMAIL if is_main else LineAction.CONFERENCE,
        },
    )
    if not new:
        return None
    if is_main:
        keys = _MENU | ({_CODE_KEY: LineAction.CONFERENCE} if is_dial_in else {})
        for digit, action in keys.items():
            LineOption.objects.create(line=line, digit=digit, action=action)
        ForwardTarget.objects.create(line=line, number=settings.FORWARD_PHONE)
    return line
