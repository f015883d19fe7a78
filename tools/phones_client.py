"""The local telephone network over its control API: handsets in people's hands, and the ledger.

Used by the journeys and by the demo. What a person waits for raises NotInTime if it never comes.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from tools.waiting import PATIENCE, eventually

T = TypeVar("T")
Json = dict[str, Any]

logging.getLogger("httpx").setLevel(logging.WARNING)  # each look is a request


class Network:
    """Speaks the control API of `localtwilio`."""

    def __init__(self, url: str) -> None:
        self.pause = 0.05  # seconds between two looks
        self.http = httpx.Client(base_url=url, timeout=10)

    def hurries(self, speed: float) -> None:
        """People and audio go so many times as fast."""
        self.http.post("/speed", json={"speed": speed}).raise_for_status()

    def ledger(self) -> Json:
        return self.get("/ledger")

    def phones(self) -> list[Json]:
        found: list[Json] = self.get("/phones")["phones"]
        return found

    def get(self, path: str) -> Json:
        answer = self.http.get(path)
        answer.raise_for_status()
        found: Json = answer.json()
        return found


class Phone:
    """A handset and the person who holds it."""

    def __init__(self, network: Network, number: str) -> None:
        self.network = network
        self.number = number

    # --- What the person does ---------------------------------------------------------------------

    def behaves(self, **behaviour: Any) -> None:
        self.move("behaviour", behaviour)

    def dials(self, line: str) -> str:
        """The new leg's call SID."""
        sid: str = self.move("dial", {"to": line})["call_sid"]
        return sid

    def answers(self) -> None:
        self.move("answer", {"call_sid": self.rings()["call_sid"]})

    def rejects(self) -> None:
        self.move("reject", {"call_sid": self.rings()["call_sid"]})

    def presses(self, digits: str) -> None:
        """Press keys when asked for them."""
        self.is_asked_for("digits")
        self.move("press", {"digits": digits})

    def steps_out(self) -> None:
        """Out of the room, into its menu."""
        self.move("press", {"digits": "*"})
        self.is_asked_for("digits")

    def speaks(self, seconds: float, text: str) -> None:
        """Speak after the beep."""
        self.is_asked_for("message")
        self.move("speak", {"seconds": seconds, "text": text})

    def says(self, seconds: float, text: str) -> None:
        """Speak to whoever is at the other end, or in the room."""
        self.move("speak", {"seconds": seconds, "text": text})

    def hangs_up(self) -> None:
        self.move("hang_up", {})

    # --- What the person waits for ----------------------------------------------------------------

    def rings(self) -> Json:
        return self.wait(lambda: self._leg("ringing"), f"{self} rings")

    def hears(self, words: str, patience: float = PATIENCE) -> str:
        """The newest caption that holds these words, among all that were heard."""

        def listen() -> str | None:
            heard = reversed(self.captions())
            return next((c for c in heard if words.lower() in c.lower()), None)

        heard = self.wait(listen, f"{self} hears {words!r} in {self.captions()}", patience)
        return str(heard)

    def is_asked_for(self, what: str) -> None:
        """Digits, or a message."""
        self.wait(lambda: self.is_asked(what), f"{self} is asked for {what}")

    def is_in(self, room: str) -> Json:
        def there() -> Json | None:
            return next((leg for leg in self.legs() if leg["room"] == room), None)

        return self.wait(there, f"{self} is in {room}; hears {self.captions()}")

    def is_connected(self) -> None:
        """Put through to another person's phone."""
        talks = f"{self} is put through; hears {self.captions()}"
        self.wait(lambda: any(leg["connected_to"] for leg in self.legs()), talks)

    def is_idle(self, patience: float = PATIENCE) -> None:
        self.wait(lambda: self.now()["state"] == "idle", f"{self} is idle", patience)

    def reads_text(self) -> str:
        """The newest text."""
        body: str = self.wait(self.texts, f"{self} gets a text")[-1]["body"]
        return body

    # --- What the handset shows -------------------------------------------------------------------

    def now(self) -> Json:
        return self.network.get(f"/phones/{self.number}")

    def legs(self) -> list[Json]:
        legs: list[Json] = self.now()["legs"]
        return legs

    def texts(self) -> list[Json]:
        inbox: list[Json] = self.now()["inbox"]
        return inbox

    def is_asked(self, what: str = "digits") -> bool:
        return any(leg["awaiting"] == what for leg in self.legs())

    def captions(self) -> list[str]:
        return [caption for leg in self.legs() for caption in leg["captions"]]

    # --- Where all of it goes through -------------------------------------------------------------

    def __str__(self) -> str:
        return self.number

    def wait(self, look: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
        seen = eventually(look, what, patience, self.network.pause)
        assert seen is not None
        return seen

    def move(self, what: str, how: Json) -> Json:
        answer = self.network.http.post(f"/phones/{self.number}/{what}", json=how)
        assert answer.is_success, f"{self} {what} {how}: {answer.status_code} {answer.text}"
        done: Json = answer.json()
        return done

    def _leg(self, status: str) -> Json | None:
        return next((leg for leg in self.legs() if leg["status"] == status), None)
