"""The program that uses Partyline's REST API, and what the story looks up there."""

import json
import re
from http import HTTPStatus
from typing import Any

import httpx

from tools.demo.people import Person, Stage
from tools.phones_client import Json

_SHOWN = ("phone_number", "mode", "status")


class Api:
    """Asks aloud, with the key hidden; looks things up silently."""

    def __init__(self, url: str, key: str, stage: Stage) -> None:
        self.stage = stage
        self._http = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30
        )

    def opens(self, name: str, people: list[Json], max_duration: int) -> "Conference":
        body = {"name": name, "participants": people, "max_duration": max_duration}
        return Conference(self, self.asks("POST", "/conferences", body))

    def asks(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer; anything but success ends the story."""
        teller = self.stage.teller
        teller.tell(f"A program asks: {method} /api/v1{path}")
        teller.quote(["Authorization: Bearer (hidden)", *(_lines(body) if body else [])])
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path} is answered {answer.status_code}: {answer.text}"
        told: Json = answer.json() if answer.content else {}
        teller.tell(f"The answer: {answer.status_code} {HTTPStatus(answer.status_code).phrase}")
        teller.quote(_lines(_in_short(told)))
        return told

    def gets(self, path: str, **query: Any) -> Json:
        answer = self._http.get(path, params=query)
        assert answer.is_success, f"GET {path} is answered {answer.status_code}: {answer.text}"
        told: Json = answer.json()
        return told

    def call_of(self, person: Person, outcome: str) -> Json:
        """The person's newest call, once it is over that way."""

        def look() -> Json | None:
            calls = self.gets("/calls", number=person.number)["results"]
            return calls[0] if calls and calls[0]["outcome"] == outcome else None

        call = self.stage.wait(look, f"{person}'s call is logged as {outcome}")
        assert call is not None
        self.stage.teller.tell(f"Logged: {person}'s call, {outcome}")
        return call

    def audio_of(self, voicemail: str) -> bytes:
        """A message's audio, once it has been fetched from the network and is served by us."""
        path = f"/voicemails/{voicemail}/audio"

        def fetch() -> bytes:
            answer = self._http.get(path)
            return answer.content if answer.status_code == HTTPStatus.OK else b""

        audio = self.stage.wait(fetch, f"the audio of {voicemail} is kept")
        self.stage.teller.tell(f"GET /api/v1{path}: {len(audio):,} bytes")
        return audio

    def calls(self) -> list[Json]:
        """All rows, once none of them is live any more; newest first."""

        def look() -> list[Json]:
            rows: list[Json] = self.gets("/calls", page_size=200)["results"]
            return [] if any(row["outcome"] == "live" for row in rows) else rows

        return self.stage.wait(look, "every call is over")


class Conference:
    """A conference as its owner sees it."""

    def __init__(self, api: Api, told: Json) -> None:
        self._api = api
        self.id: str = told["id"]
        self.code: str = told["code"]
        self.number: str = told["dial_in_number"]

    def now(self) -> Json:
        return self._api.gets(f"/conferences/{self.id}")

    def shows(self, person: Person, status: str) -> None:
        """Until the participant has come to that status."""

        def look() -> bool:
            return bool(self._participant(person)["status"] == status)

        self._api.stage.wait(look, f"{person} is shown as {status}")
        self._api.stage.teller.tell(f"{person} is shown as {status}")

    def ends(self, reason: str) -> None:
        ended = self._api.stage.wait(lambda: self.now()["end_reason"], "the conference has ended")
        assert ended == reason, f"the conference ended as {ended}, not as {reason}"
        self._api.stage.teller.tell(f"The conference has ended: {reason}")

    def is_extended(self, seconds: int) -> None:
        self._api.asks("POST", f"/conferences/{self.id}/extend", {"seconds": seconds})

    def shows_muted(self, person: Person) -> None:
        """Until the network has said that the others do not hear this one."""
        self._api.stage.wait(lambda: self._participant(person)["muted"], f"{person} is muted")
        self._api.stage.teller.tell(f"{person} is shown as muted")

    def removes(self, person: Person) -> None:
        found = self._participant(person)["id"]
        self._api.asks("DELETE", f"/conferences/{self.id}/participants/{found}")

    def _participant(self, person: Person) -> Json:
        people: list[Json] = self.now()["participants"]
        return next(each for each in people if each["phone_number"] == person.number)


def _in_short(told: Json) -> Json:
    """Of each participant what a reader of the story wants to know."""
    if "participants" not in told:
        return {name: told[name] for name in _SHOWN}
    people = [_in_short(each) for each in told["participants"]]
    return {name: value for name, value in told.items() if value is not None} | {
        "participants": people
    }


def _lines(told: Json) -> list[str]:
    """JSON with a line for each field, and one for each participant."""
    innermost = re.compile(r"\{[^{}]*\}")
    text = json.dumps(told, indent=2)
    return innermost.sub(lambda found: " ".join(found[0].split()), text).splitlines()
