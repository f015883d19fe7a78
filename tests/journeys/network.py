"""The local telephone network as a journey sees it: whole ways of a call, and the judge's book."""

import re

from tools import phones_client
from tools.phones_client import Json


class Network(phones_client.Network):
    def phone(self, number: str) -> "Phone":
        return Phone(self, number)

    def legs_of(self, number: str) -> list[Json]:
        return [leg for leg in self.ledger()["legs"] if number in (leg["from"], leg["to"])]

    def legs_in(self, room: str) -> list[Json]:
        return [leg for leg in self.ledger()["legs"] if leg["room"] == room]


class Phone(phones_client.Phone):
    def reads_code(self, digits: int = 4) -> str:
        found = set(re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", self.reads_text()))
        assert len(found) == 1, f"one code, not {found}"
        code: str = found.pop()
        return code

    def dials_in(self, line: str, code: str, room: str) -> None:
        self.dials(line)
        self.hears("code")
        self.presses(code)
        self.is_in(room)

    def takes_the_call(self, room: str) -> None:
        self.answers()
        self.hears("press 1")
        self.presses("1")
        self.is_in(room)

    def is_heard_by(self, other: "Phone", words: str) -> None:
        """Say it, and again, as people do: one of the two may be on hold for a moment longer."""

        def said_and_heard() -> bool:
            self.says(1, words)
            return any(words in caption for caption in other.captions())

        self.wait(said_and_heard, f"{other} hears {self} say {words!r}")
