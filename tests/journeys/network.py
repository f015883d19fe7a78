"""The local telephone network as a test sees it: handsets in people's hands, and the ledger."""

import logging
import re
from typing import Any

import httpx

from tests.journeys.waiting import PATIENCE, eventually

Json = dict[str, Any]

logging.getLogger("httpx").setLevel(logging.WARNING)  # each look is a request


class Network:
    """Speaks the control API of `localtwilio`."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10)

    def phone(self, number: str) -> "Phone":
        return Phone(self, number)

    def ledger(self) -> Json:
        return self._get("/ledger")

    def legs_of(self, number: str) -> list[Json]:
        return [leg for leg in self.ledger()["legs"] if number in (leg["from"], leg["to"])]

    def legs_in(self, room: str) -> list[Json]:
        return [leg for leg in self.ledger()["legs"] if leg["room"] == room]

    def _get(self, path: str) -> Json:
        answer = self.http.get(path)
        answer.raise_for_status()
        found: Json = answer.json()
        return found


class Phone:
    """A handset and the person who holds it."""

    def __init__(self, network: Network, number: str) -> None:
        self.network = network
        self.number = number

    def behaves(self, **behaviour: Any) -> None:
        self._do("behaviour", behaviour)

    def dials(self, line: str) -> str:
        sid: str = self._do("dial", {"to": line})["call_sid"]
        return sid

    def rings(self) -> Json:
        return eventually(lambda: self._leg("ringing"), f"{self.number} rings")

    def answers(self) -> None:
        self._do("answer", {"call_sid": self.rings()["call_sid"]})

    def rejects(self) -> None:
        self._do("reject", {"call_sid": self.rings()["call_sid"]})

    def hears(self, words: str, patience: float = PATIENCE) -> str:
        """The newest caption that holds these words, among those not heard before."""

        def listen() -> str | None:
            heard = self._captions()
            return next((c for c in reversed(heard) if words.lower() in c.lower()), None)

        return eventually(listen, f"{self.number} hears {words!r} in {self._captions()}", patience)

    def presses(self, digits: str) -> None:
        """Press keys when asked for them."""
        eventually(
            lambda: any(leg["awaiting"] == "digits" for leg in self._legs()),
            f"{self.number} is asked for digits",
        )
        self._do("press", {"digits": digits})

    def speaks(self, seconds: float, text: str) -> None:
        """Speak after the beep."""
        eventually(
            lambda: any(leg["awaiting"] == "message" for leg in self._legs()),
            f"{self.number} is asked to speak",
        )
        self._do("speak", {"seconds": seconds, "text": text})

    def hangs_up(self) -> None:
        self._do("hang_up", {})

    def is_in(self, room: str) -> Json:
        def there() -> Json | None:
            return next((leg for leg in self._legs() if leg["room"] == room), None)

        return eventually(there, f"{self.number} is in {room}; hears {self._captions()}")

    def is_idle(self, patience: float = PATIENCE) -> None:
        eventually(lambda: self._see()["state"] == "idle", f"{self.number} is idle", patience)

    def texts(self) -> list[Json]:
        inbox: list[Json] = self._see()["inbox"]
        return inbox

    def reads_text(self) -> str:
        texts = eventually(self.texts, f"{self.number} gets a text")
        body: str = texts[-1]["body"]
        return body

    def reads_code(self, digits: int = 4) -> str:
        found = set(re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", self.reads_text()))
        assert len(found) == 1, f"one code, not {found}"
        return found.pop()

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

    def _see(self) -> Json:
        return self.network._get(f"/phones/{self.number}")

    def _legs(self) -> list[Json]:
        legs: list[Json] = self._see()["legs"]
        return legs

    def _leg(self, status: str) -> Json | None:
        return next((leg for leg in self._legs() if leg["status"] == status), None)

    def _captions(self) -> list[str]:
        return [caption for leg in self._legs() for caption in leg["captions"]]

    def _do(self, what: str, how: Json) -> Json:
        answer = self.network.http.post(f"/phones/{self.number}/{what}", json=how)
        assert answer.is_success, f"{self.number} {what} {how}: {answer.status_code} {answer.text}"
        done: Json = answer.json()
        return done
