"""A backend engineer's program: it calls the REST API."""

from typing import Any

import httpx

from tests.journeys.network import Phone
from tests.journeys.waiting import PATIENCE, eventually

Json = dict[str, Any]

_PAUSE = 0.15  # seconds between two looks: each is a request, and what is looked for stays so


def dial_in(phone: Phone, **more: Any) -> Json:
    return {"phone_number": phone.number, "mode": "dial_in", **more}


def dial_out(phone: Phone, **more: Any) -> Json:
    return {"phone_number": phone.number, "mode": "dial_out", **more}


class Client:
    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=30
        )

    def opens(self, *participants: Json, **more: Any) -> "Conference":
        answer = self.http.post("/conferences", json={"participants": participants, **more})
        assert answer.status_code == 201, answer.text
        return Conference(self, answer.json())


class Conference:
    """A conference as its owner sees it through the API."""

    def __init__(self, client: Client, told: Json) -> None:
        self._client = client
        self.told = told
        self.id: str = told["id"]
        self.code: str = told["code"]
        self.number: str = told["dial_in_number"]

    def now(self) -> Json:
        answer = self._client.http.get(f"/conferences/{self.id}")
        assert answer.status_code == 200, answer.text
        seen: Json = answer.json()
        return seen

    def events(self) -> list[Json]:
        answer = self._client.http.get(f"/conferences/{self.id}/events?page_size=200")
        assert answer.status_code == 200, answer.text
        results: list[Json] = answer.json()["results"]
        return results

    def kinds(self) -> list[str]:
        """What happened, in the words of the timeline, the newest first."""
        return [event["kind"] for event in self.events()]

    def person(self, phone: Phone, mode: str = "") -> Json:
        people = [p for p in self.now()["participants"] if p["phone_number"] == phone.number]
        found: Json = next(p for p in people if mode in ("", p["mode"]))
        return found

    def becomes(self, status: str, patience: float = PATIENCE) -> Json:
        def look() -> Json | None:
            seen = self.now()
            return seen if seen["status"] == status else None

        return eventually(look, f"{self.id} is {status}, not {self.now()}", patience, _PAUSE)

    def ends(self, reason: str, patience: float = 40) -> Json:
        seen = self.becomes("ended", patience)
        assert seen["end_reason"] == reason, seen
        return seen

    def shows(self, phone: Phone, *statuses: str, mode: str = "") -> Json:
        """Until the participant's status is one of these."""

        def look() -> Json | None:
            seen = self.person(phone, mode)
            return seen if seen["status"] in statuses else None

        what = f"{phone.number} is shown as {statuses}, not {self.person(phone, mode)}"
        return eventually(look, what, pause=_PAUSE)

    def is_ended_by_its_owner(self) -> None:
        self._ok(self._client.http.post(f"/conferences/{self.id}/end"), 202)

    def invites(self, participant: Json) -> Json:
        url = f"/conferences/{self.id}/participants"
        return self._ok(self._client.http.post(url, json=participant), 201)

    def removes(self, phone: Phone, mode: str = "") -> None:
        person = self.person(phone, mode)
        url = f"/conferences/{self.id}/participants/{person['id']}"
        self._ok(self._client.http.delete(url), 202)

    # --- What may be asked while people are in it -------------------------------------------------

    def is_asked_to(self, verb: str, status: int = 202, **body: Any) -> Json:
        """`extend`, `announce`, `lock`, …; answered with this status."""
        answer = self._client.http.post(f"/conferences/{self.id}/{verb}", json=body)
        return self._ok(answer, status)

    def changes(self, phone: Phone, status: int = 200, **how: Any) -> Json:
        """Have a participant muted, on hold, or called by another name."""
        return self._ok(self._client.http.patch(self._url_of(phone), json=how), status)

    def invites_again(self, phone: Phone, status: int = 202) -> Json:
        return self._ok(self._client.http.post(f"{self._url_of(phone)}/retry"), status)

    def comes_to(self, phone: Phone, **wanted: Any) -> Json:
        """Until what was asked of a participant is done, and is as wanted."""

        def look() -> Json | None:
            seen = self.person(phone)
            done = all(seen[name] == value for name, value in wanted.items())
            return seen if done and not seen["asked"] else None

        what = f"{phone} is {wanted}, not {self.person(phone)}"
        return eventually(look, what, pause=_PAUSE)

    def has_happened(self, kind: str, times: int = 1) -> list[Json]:
        """Until the timeline has so many events of a kind, newest first."""

        def look() -> list[Json] | None:
            seen = [event for event in self.events() if event["kind"] == kind]
            return seen if len(seen) >= times else None

        return eventually(look, f"{times} times {kind} in {self.events()}", pause=_PAUSE)

    def _url_of(self, phone: Phone) -> str:
        return f"/conferences/{self.id}/participants/{self.person(phone)['id']}"

    @staticmethod
    def _ok(answer: httpx.Response, status: int) -> Json:
        assert answer.status_code == status, answer.text
        found: Json = answer.json() if answer.content else {}
        return found
