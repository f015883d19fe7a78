"""What a line does with its callers: the menu, and where each key leads.

The line is read anew at every step, so a menu that is edited while somebody is in it holds from
his next key on.
"""

from dataclasses import replace

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Line, LineOption
from calls.states import EventKind, LineAction
from conferencing import codes, forwarding, lines, voicemails
from conferencing.steps import AskCode, Menu, Speech, Step

MISSES = 2  # so often the menu is repeated; then the line's default route is taken


def greet(call: Call) -> Step:
    """The first thing that a caller of a line hears."""
    line = lines.of(call.to_number)
    if line is None:
        return AskCode(call.id)
    if not line.is_open(timezone.now()):
        return _do(line, call, LineAction(line.closed_action), line.closed_text)
    options = _options(line)
    if not options:
        return _do(line, call, LineAction(line.default_action), line.greeting)
    if _takes_codes(options) and codes.is_invited(call.from_number):
        return AskCode(call.id, menu=True)
    return _menu(line, call, line.greeting)


def ask(call_id: str) -> Step:
    """The menu, for a caller who does not want to enter a code."""
    call = Call.objects.get(id=call_id)
    line = lines.of(call.to_number)
    return _menu(line, call, line.greeting) if line else AskCode(call_id)


def pressed(call_id: str, digit: str, misses: int) -> Step:
    """A caller pressed a key of the menu, or one that leads nowhere."""
    call = Call.objects.get(id=call_id)
    line = lines.of(call.to_number)
    if line is None:
        return AskCode(call_id)
    option = next((each for each in _options(line) if each.digit == digit), None)
    if option is None:
        return missed(call_id, misses + 1)
    _remember(call, digit, misses)
    return _do(line, call, LineAction(option.action), option.text)


def missed(call_id: str, misses: int) -> Step:
    """A caller pressed nothing, or a wrong key, for the `misses`-th time."""
    call = Call.objects.get(id=call_id)
    line = lines.of(call.to_number)
    if line is None:
        return AskCode(call_id)
    if misses > MISSES:
        return _do(line, call, LineAction(line.default_action))
    return replace(_menu(line, call), misses=misses)


def _do(line: Line, call: Call, action: LineAction, preface: str = "") -> Step:
    if action is LineAction.FORWARD:
        return forwarding.ring(call, line, 0, preface)
    if action is LineAction.VOICEMAIL:
        return voicemails.ask(call, line, preface)
    if action is LineAction.SAY:
        return _menu(line, call, preface)
    return AskCode(call.id)


def _menu(line: Line, call: Call, preface: str = "") -> Menu:
    keys = tuple((option.digit, LineAction(option.action)) for option in _options(line))
    return Menu(call.id, keys, preface, speech=Speech(line.language, line.voice))


def _options(line: Line) -> list[LineOption]:
    return list(line.options.all())


def _takes_codes(options: list[LineOption]) -> bool:
    return any(option.action == LineAction.CONFERENCE for option in options)


def _remember(call: Call, digit: str, misses: int) -> None:
    path = len(call.menu_path)
    pressed = Happening(
        kind=EventKind.MENU, key=f"{call.id}:menu:{path}:{misses}", detail={"key": digit}
    )
    journal.menu_key(call, digit, pressed)
