"""A person with a phone, moved through the control API."""

from typing import Any

import httpx

from localtwilio.tests.support.awaiting import PATIENCE, until


class Handset:
    """`alice.dials(line)`, `alice.hears("code")`, `alice.presses("0427#")`."""

    def __init__(self, number: str, control: httpx.Client) -> None:
        self.number = number
        self._control = control

    # --- what it shows -----------------------------------------------------------------

    def now(self) -> dict[str, Any]:
        return self._control.get(f"/phones/{self.number}").raise_for_status().json()

    @property
    def captions(self) -> list[str]:
        """Everything heard, on every leg."""
        return [line for leg in self.now()["legs"] for line in leg["captions"]]

    @property
    def inbox(self) -> list[dict[str, Any]]:
        return self.now()["inbox"]

    def leg(self, call_sid: str) -> dict[str, Any]:
        return next(leg for leg in self.now()["legs"] if leg["call_sid"] == call_sid)

    # --- what the person waits for -------------------------------------------------------

    def hears(self, words: str, times: int = 1, within: float = PATIENCE) -> None:
        def count() -> int:
            return " ".join(self.captions).lower().count(words.lower())

        until(lambda: count() >= times, f"{self.number} hears {words!r} {times} times", within)

    def is_(self, state: str, within: float = PATIENCE) -> "Handset":
        until(lambda: self.now()["state"] == state, f"{self.number} is {state}", within)
        return self

    def rings(self) -> "Handset":
        def ringing() -> bool:
            return any(leg["awaiting"] == "answer" for leg in self.now()["legs"])

        until(ringing, f"{self.number} rings")
        return self

    def is_asked_for(self, what: str) -> "Handset":
        def asked() -> bool:
            return any(leg["awaiting"] == what for leg in self.now()["legs"])

        until(asked, f"{self.number} is asked for {what}")
        return self

    def receives(self, words: str) -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [text for text in self.inbox if words in text["body"]]

        return until(found, f"{self.number} receives a text with {words!r}")[0]

    # --- what the person does --------------------------------------------------------------

    def dials(self, number: str) -> str:
        """The new leg's call SID."""
        return str(self.tries("dial", to=number).raise_for_status().json()["call_sid"])

    def answers(self, call_sid: str | None = None) -> None:
        self.rings()
        self._moves("answer", call_sid)

    def rejects(self, call_sid: str | None = None) -> None:
        self.rings()
        self._moves("reject", call_sid)

    def hangs_up(self, call_sid: str | None = None) -> None:
        self._moves("hang_up", call_sid)

    def presses(self, digits: str) -> None:
        self.is_asked_for("digits")
        self.tries("press", digits=digits).raise_for_status()

    def speaks(self, seconds: float, text: str = "") -> None:
        self.tries("speak", seconds=seconds, text=text).raise_for_status()

    def sends_sound(self, wav: bytes, text: str = "") -> httpx.Response:
        """What a microphone has heard; the bare answer."""
        return self._control.post(
            f"/phones/{self.number}/speak",
            params={"text": text} if text else {},
            content=wav,
            headers={"Content-Type": "audio/wav"},
        )

    def behaves(self, **behaviour: Any) -> "Handset":
        self.tries("behaviour", **behaviour).raise_for_status()
        return self

    def tries(self, action: str, **body: Any) -> httpx.Response:
        """The bare answer, for moves that are refused."""
        return self._control.post(f"/phones/{self.number}/{action}", json=body)

    def _moves(self, action: str, call_sid: str | None) -> None:
        body = {"call_sid": call_sid} if call_sid else {}
        self.tries(action, **body).raise_for_status()
