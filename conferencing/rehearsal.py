"""What a caller would hear: goes the way of a call through a line, and does nothing on it.

The decisions are those of `plan`, so what is told here is what would happen.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from calls import wording
from calls.models import Line
from conferencing import codes, forwarding, lines, menu, plan, voicemails
from conferencing.plan import Route, Sheet, To
from conferencing.steps import Forward, Step

SILENCE = "-"  # in place of a key: the caller waits
KEYS = frozenset("0123456789*#" + SILENCE)
_NOBODY = "nobody"  # stands for the ids of a call and of legs that are never made


@dataclass(frozen=True)
class Scene:
    """What happens, and what is heard then; a scene without a step is only told."""

    happens: str
    step: Step | None = None
    heard_by: str = "The caller"


@dataclass
class Rehearsal:
    line: Line
    at: datetime
    keys: str = ""
    caller: str = ""
    sheet: Sheet = field(init=False)

    def __post_init__(self) -> None:
        self.sheet = lines.sheet(self.line, self.at)

    def scenes(self) -> Iterator[Scene]:
        """Every step to where the keys lead. Raises ValueError for what is not on a keypad."""
        if strange := sorted(set(self.keys) - KEYS):
            raise ValueError(f"{', '.join(strange)} is on no keypad: use 0-9, *, # and - to wait.")
        invited = self.sheet.takes_codes and codes.is_invited(self.caller)
        route = plan.arrive(self.sheet, invited=invited)
        yield from self._lead(self._arrival(), route, self.keys)

    def _arrival(self) -> str:
        local = self.at.astimezone(ZoneInfo(self.line.time_zone))
        state = "open" if self.sheet.is_open else "closed"
        when = f"{local:%A, %Y-%m-%d %H:%M} ({self.line.time_zone}), {state}"
        return f"{when}: {wording.number(self.caller)} calls {self.line}."

    def _lead(self, happens: str, route: Route, keys: str) -> Iterator[Scene]:
        if route.to is To.FORWARD:
            yield from self._ring(happens, route.preface)
        elif route.to is To.VOICEMAIL:
            yield Scene(happens, voicemails.planned(_NOBODY, self.line, route.preface))
        else:
            yield Scene(happens, menu.question(_NOBODY, self.line, self.sheet, route))
            yield from (self._code(route, keys) if route.to is To.CODE else self._menu(route, keys))

    def _menu(self, route: Route, keys: str) -> Iterator[Scene]:
        if not keys:
            yield Scene("The line waits for a key.")
            return
        key, rest = keys[0], keys[1:]
        if key == SILENCE:
            yield from self._lead(
                "The caller waits.", plan.miss(self.sheet, route.misses + 1), rest
            )
        else:
            pressed = plan.press(self.sheet, key, route.misses)
            yield from self._lead(f"The caller presses {key}.", pressed, rest)

    def _code(self, route: Route, keys: str) -> Iterator[Scene]:
        if not keys:
            yield Scene("The line waits for the code.")
        elif route.star and keys[0] in f"*{SILENCE}":
            what = "The caller waits." if keys[0] == SILENCE else "The caller presses *."
            yield from self._lead(what, plan.without_code(self.sheet), keys[1:])
        else:
            yield Scene("What the caller types is judged as the code of a conference.")

    def _ring(self, happens: str, preface: str) -> Iterator[Scene]:
        number = 0
        while ringing := forwarding.planned(_NOBODY, self.line, number, self.caller, preface):
            phones = tuple((_NOBODY, number) for _, number in ringing.phones)
            yield Scene(happens, replace(ringing, phones=phones))
            yield Scene(self._phones(ringing))
            if self.line.confirm_forward:
                whisper = forwarding.asking(_NOBODY, self.line, self.caller)
                yield Scene("Somebody picks up.", whisper, "Whoever picks up")
            happens, preface, number = "Nobody takes the call.", "", number + 1
        if not number:
            happens = f"{happens} The line has no phone to ring."
        yield Scene(happens, voicemails.planned(_NOBODY, self.line, forwarding.NOBODY))

    def _phones(self, ringing: Forward) -> str:
        names = {each.number: each.name for each in self.line.targets.all()}
        phones = " and ".join(
            f"{wording.number(number)}{f' ({names[number]})' if names.get(number) else ''}"
            for _, number in ringing.phones
        )
        shown = wording.number(ringing.caller_id)
        ring, show = ("rings", "shows") if len(ringing.phones) == 1 else ("ring", "show")
        return f"{phones} {ring} for {ringing.ring_seconds} s and {show} {shown}."
