"""Callers who leave a message on the company's line, whatever happens to it meanwhile."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from tests.chaos.history import Violation
from tests.chaos.house import ChaosHouse
from tests.chaos.ours import Row
from tests.chaos.plan import phone_numbers
from tests.journeys.house import MAIN_LINE

_BEYOND = 20_000  # numbers that nobody who is invited has
_SECONDS = 4.0  # of speech
_PATIENCE = 20.0
_PAUSE = 2.0  # seconds between two of them


class Voices:
    """`left`: the numbers of those who have spoken after the beep and hung up."""

    def __init__(self, house: ChaosHouse) -> None:
        self.left: list[str] = []
        self._house = house
        self._numbers = islice(phone_numbers(), _BEYOND, None)

    def speak(self, over: threading.Event) -> None:
        """One caller after the other. Who is cut off does not call again; somebody else does."""
        while not over.wait(_PAUSE):
            with suppress(AssertionError):
                self._leave_one()

    def _leave_one(self) -> None:
        phone = self._house.network.phone(next(self._numbers))
        phone.behaves(press="2")
        phone.dials(MAIN_LINE)
        phone.hears("after the beep", _PATIENCE)
        phone.speaks(_SECONDS, "Please call me back.")
        phone.is_idle()  # the line says goodbye
        self.left.append(phone.number)


def lost_messages(left: list[str], messages: list[Row], media: Path) -> Iterator[Violation]:
    """A message that is not kept whole, or twice."""
    for number in left:
        of_caller = [row for row in messages if row["from_number"] == number]
        if [row["status"] for row in of_caller] != ["kept"]:
            yield Violation("message lost", number, f"{[row['status'] for row in of_caller]}")
        elif _sha256(media / of_caller[0]["audio"]) != of_caller[0]["sha256"]:
            yield Violation("message broken", number, of_caller[0]["audio"])


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""
