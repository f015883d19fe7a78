"""The people of the story: what they hear and do is told while it happens."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from tools.demo.telling import Teller
from tools.phones_client import Json, Network, Phone
from tools.waiting import PATIENCE, eventually

T = TypeVar("T")

_BEAT = 0.7  # seconds between hearing and doing, so that one can read along
_COLOURS = ("36", "33", "35", "32", "34", "31")
_DEEDS: Mapping[str, Callable[[Json], str]] = {
    "dial": lambda how: f"dials {pretty(how['to'])}",
    "answer": lambda _: "answers",
    "press": lambda how: f"presses {' '.join(how['digits'])}",
    "speak": lambda how: f'says: "{how["text"]}"',
    "hang_up": lambda _: "hangs up",
}


def pretty(number: str) -> str:
    """An American number as people write it."""
    return f"+1 {number[2:5]} {number[5:8]} {number[8:]}" if number.startswith("+1") else number


class Stage:
    """Everybody of the story. While anybody waits, all that is heard is told."""

    def __init__(self, network: Network, teller: Teller) -> None:
        self.network = network
        self.teller = teller
        self.people: dict[str, Person] = {}

    def enter(self, name: str, number: str) -> "Person":
        colour = _COLOURS[len(self.people) % len(_COLOURS)]
        person = Person(self, name, number, colour)
        self.people[number] = person
        return person

    def wait(self, look: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
        """Raises NotInTime, naming `what`."""

        def overhear_and_look() -> T:
            self.overhear()
            return look()

        return eventually(overhear_and_look, what, patience)

    def pause(self, seconds: float = _BEAT) -> None:
        until = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() >= until, "a moment passes", seconds + 1)

    def overhear(self) -> None:
        for phone in self.network.phones():
            if phone["number"] in self.people:
                self.people[phone["number"]].listen(phone)


class Person(Phone):
    """A phone with a name."""

    def __init__(self, stage: Stage, name: str, number: str, colour: str) -> None:
        super().__init__(stage.network, number)
        self.name = name
        self._stage = stage
        self._colour = colour
        self._heard: list[str] = []
        self._understood = 0  # captions before this one were waited for, or are past
        self._told: dict[str, int] = {}  # captions told, by leg

    def __str__(self) -> str:
        return self.name

    def rings(self) -> Json:
        leg = super().rings()
        self._tell(f"phone rings: {pretty(leg['with'])} calls", "'s")
        self._stage.pause()
        return leg

    def hears(self, words: str, patience: float = PATIENCE) -> str:
        """Words that come after those that were waited for before."""

        def listen() -> str:
            for at, caption in enumerate(self._heard[self._understood :], self._understood + 1):
                if words.lower() in caption.lower():
                    self._understood = at
                    return caption
            return ""

        caption = self.wait(listen, f'{self.name} hears "{words}"', patience)
        self._stage.pause()
        return caption

    def is_in(self, room: str) -> Json:
        leg = super().is_in(room)
        self._tell("is in the room")
        return leg

    def reads_text(self) -> str:
        body = super().reads_text()
        sender = pretty(self.texts()[-1]["from"])
        self._tell(f"phone shows a text from {sender}:", "'s")
        self._stage.teller.quote(f"| {line}" for line in body.splitlines())
        self._stage.pause()
        return body

    def listen(self, phone: Json) -> None:
        """Tell what this phone has said since it was last looked at."""
        for leg in reversed(phone["legs"]):
            told = self._told.get(leg["call_sid"], 0)
            for caption in leg["captions"][told:]:
                self._heard.append(caption)
                self._tell(
                    f"hears: {caption}" if caption.startswith("(") else f'hears: "{caption}"'
                )
            self._told[leg["call_sid"]] = len(leg["captions"])

    def wait(self, look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
        seen = self._stage.wait(look, what, patience)
        assert seen is not None
        return seen

    def move(self, what: str, how: Json) -> Json:
        if what in _DEEDS:
            self._tell(_DEEDS[what](how))
        return super().move(what, how)

    def _tell(self, what: str, ending: str = "") -> None:
        self._stage.teller.tell(what, self.name + ending, self._colour)
