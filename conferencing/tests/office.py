"""A company's line and those who call it, as the carrier's webhooks would tell of them."""

from datetime import time
from itertools import count
from typing import Any

from django.utils import timezone

from calls.models import Call, ForwardTarget, Line, LineOption, OpeningHours
from calls.states import LegStatus, LineAction, Weekday
from conferencing import ivr, performing, progress
from conferencing.models import Lane
from conferencing.news import DialNews, IncomingCall, LegNews
from conferencing.steps import Forward, Step

LINE = "+12125550130"
OFFICE, HOME = "+12125550112", "+12125550113"
CALLER, WITHHELD = "+12125550103", "anonymous"
NOT_CONNECTED = DialNews(timezone.now(), connected=False, sid="")

_numbers = count(1)


def a_line(*options: tuple[str, LineAction] | tuple[str, LineAction, str], **columns: Any) -> Line:
    line = Line.objects.create(**{"number": LINE, "label": "Office"} | columns)
    for digit, action, *text in options:
        LineOption.objects.create(line=line, digit=digit, action=action, text="".join(text))
    return line


def forwards_to(line: Line, *numbers: str) -> None:
    for position, number in enumerate(numbers):
        ForwardTarget.objects.create(line=line, number=number, position=position)


def opens(line: Line, day: Weekday, start: time, end: time) -> None:
    OpeningHours.objects.create(line=line, weekday=day, opens=start, closes=end)


def office(**columns: Any) -> Line:
    """1 rings the office, 2 takes a message."""
    line = a_line(("1", LineAction.FORWARD), ("2", LineAction.VOICEMAIL), **columns)
    forwards_to(line, OFFICE)
    return line


def calls(line: Line, number: str = CALLER) -> tuple[Call, Step]:
    sid = f"CAa{next(_numbers):031x}"
    step = ivr.incoming(IncomingCall(sid, number, line.number))
    return Call.objects.get(sid=sid), step


def new_sid(letters: str = "CA") -> str:
    return f"{letters}b{next(_numbers):031x}"


def told(leg: Call, status: LegStatus, sid: str = "", **facts: Any) -> None:
    leg.refresh_from_db()
    sid = sid or leg.sid or new_sid()
    progress.leg(leg.id, LegNews(sid, status, timezone.now(), f"callback:{status}", **facts))
    leg.refresh_from_db()


def rung(step: Step) -> list[Call]:
    """The legs that a step rings."""
    assert isinstance(step, Forward), step
    return [Call.objects.get(id=leg_id) for leg_id, _ in step.phones]


def work() -> None:
    while performing.work(Lane.KEEPING):
        pass
