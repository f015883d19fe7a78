"""A line and its caller: does what `plan` decides, and writes it down.

The line is read anew at every step, so a menu that is edited while somebody is in it holds from
his next key on. A line that has had a call cannot be deleted.
"""

from dataclasses import replace

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Line
from calls.rows import table
from calls.states import EventKind
from conferencing import codes, forwarding, lines, plan, voicemails
from conferencing.plan import Route, Sheet, To
from conferencing.steps import AskCode, Menu, Step


def greet(call: Call) -> Step:
    """The first thing that a caller of a line hears."""
    line = call.line
    if line is None:
        return AskCode(call.id)
    sheet = _sheet(line)
    invited = sheet.takes_codes and codes.is_invited(call.from_number)
    return _lead(call, line, sheet, plan.arrive(sheet, invited=invited))


def ask(call_id: str) -> Step:
    """For a caller who was asked for a code and does not want to enter it."""
    call = _call(call_id)
    if call.line is None:
        return AskCode(call_id, tries=codes.tries_used(call_id))
    sheet = _sheet(call.line)
    return _lead(call, call.line, sheet, plan.without_code(sheet))


def pressed(call_id: str, digit: str, misses: int, asked: int = 0) -> Step:
    """A caller pressed a key of the menu, or one that leads nowhere.

    `asked` counts how often the menu was said to him: the same request, twice, is one key.
    """
    call = _call(call_id)
    if call.line is None:
        return AskCode(call_id, tries=codes.tries_used(call_id))
    sheet = _sheet(call.line)
    route = plan.press(sheet, digit, misses)
    if route.key:
        key = Happening(
            kind=EventKind.MENU, key=f"{call.id}:menu:{asked}", detail={"key": route.key}
        )
        journal.menu_key(call, route.key, key)
    return _lead(call, call.line, sheet, route, asked + 1)


def missed(call_id: str, misses: int, asked: int = 0) -> Step:
    """A caller pressed nothing, or a wrong key, for the `misses`-th time."""
    call = _call(call_id)
    if call.line is None:
        return AskCode(call_id, tries=codes.tries_used(call_id))
    sheet = _sheet(call.line)
    return _lead(call, call.line, sheet, plan.miss(sheet, misses), asked + 1)


def _lead(call: Call, line: Line, sheet: Sheet, route: Route, asked: int = 0) -> Step:
    if route.to is To.FORWARD:
        return forwarding.ring(call, line, 0, route.preface)
    if route.to is To.VOICEMAIL:
        return voicemails.ask(call, line, route.preface)
    step = question(call.id, line, sheet, route, asked)
    return replace(step, tries=codes.tries_used(call.id)) if isinstance(step, AskCode) else step


def question(
    call_id: str, line: Line, sheet: Sheet, route: Route, asked: int = 0
) -> AskCode | Menu:
    """The menu, or the question for a code: what a caller answers with keys."""
    speech = lines.speech(line)
    if route.to is To.CODE:
        return AskCode(call_id, menu=route.star, preface=route.preface, speech=speech)
    keys = tuple((digit, action) for digit, (action, _) in sheet.options.items())
    return Menu(call_id, keys, route.preface, route.misses, asked, speech)


def _call(call_id: str) -> Call:
    return table(Call).row(call_id)


def _sheet(line: Line) -> Sheet:
    return lines.sheet(line, timezone.now())
