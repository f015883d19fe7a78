"""What a line does with its callers, decided and not done: pure functions.

`menu` does what they say; `rehearsal` only tells of it. Both therefore always agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from calls.states import LineAction

MISSES = 2  # so often the menu is repeated; then the line's default route is taken


class To(Enum):
    MENU = auto()
    CODE = auto()
    FORWARD = auto()
    VOICEMAIL = auto()


_PLACES: Mapping[LineAction, To] = {
    LineAction.FORWARD: To.FORWARD,
    LineAction.VOICEMAIL: To.VOICEMAIL,
    LineAction.CONFERENCE: To.CODE,
    LineAction.SAY: To.MENU,
}


@dataclass(frozen=True)
class Route:
    """Where a caller is led, and what is said to him before.

    `key`: the key that led there. `star`: the code is asked for in place of the menu, which
    the star key or silence still leads to.
    """

    to: To
    preface: str = ""
    misses: int = 0
    key: str = ""
    star: bool = False


@dataclass(frozen=True)
class Sheet:
    """All of a line that its decisions depend on."""

    is_open: bool = True
    greeting: str = ""
    closed_text: str = ""
    default: LineAction = LineAction.VOICEMAIL
    closed: LineAction = LineAction.VOICEMAIL
    options: Mapping[str, tuple[LineAction, str]] = field(default_factory=dict)

    @property
    def takes_codes(self) -> bool:
        """Whether its menu also leads to conferences."""
        return any(action is LineAction.CONFERENCE for action, _ in self.options.values())


def arrive(sheet: Sheet, *, invited: bool) -> Route:
    """The first thing that a caller hears; `invited` to an open conference, he came for that.

    Even outside of the opening hours: conferences have hours of their own.
    """
    if invited and sheet.takes_codes:
        return Route(To.CODE, star=True)
    return without_code(sheet)


def without_code(sheet: Sheet) -> Route:
    """For a caller who has no code, or does not want to enter it now."""
    if not sheet.is_open:
        return _at_once(sheet.closed, sheet.closed_text)
    return _menu(sheet, sheet.greeting)


def press(sheet: Sheet, digit: str, misses: int) -> Route:
    """A key of the menu, pressed after so many misses."""
    if digit not in sheet.options:
        return miss(sheet, misses + 1)
    action, text = sheet.options[digit]
    return Route(_PLACES[action], preface=text, key=digit)


def miss(sheet: Sheet, misses: int) -> Route:
    """Silence, or a key that leads nowhere, for the `misses`-th time."""
    if misses > MISSES:
        return _at_once(sheet.default)
    return _menu(sheet, misses=misses)


def _menu(sheet: Sheet, preface: str = "", misses: int = 0) -> Route:
    """Without options, or with none left since the menu was edited, nothing is asked."""
    if not sheet.options:
        return _at_once(sheet.default, preface)
    return Route(To.MENU, preface, misses)


def _at_once(action: LineAction, preface: str = "") -> Route:
    return Route(_PLACES[action], preface)
