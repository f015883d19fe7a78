"""The load: opens conferences through REST, and is the hands of everybody who was invited.

What a handset can do by itself it is told beforehand (`/behaviour`), so that nobody has to watch
thousands of telephones.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

from tests.chaos.asked import Asked
from tests.chaos.house import ChaosHouse
from tests.chaos.plan import Doing, Group, Person
from tests.journeys.house import LINE
from tools.phones_client import Json

Say = Callable[[str], None]

_AT_ONCE = 64  # requests on their way, to either side
_KEPT = 2.0  # seconds; where a server lets go at the same moment, the request is lost
_PATIENCE = 300.0  # seconds in which a house that was killed is expected back
_CALLS_FOR = 90.0  # seconds; who has not got through by then does not call again
_PAUSE = 0.5  # seconds until a request that failed is made again
_CALLS_AGAIN = 3.0  # seconds after which a caller looks whether he is in, and dials again if not
_NEVER = 86_400.0
_ON_RING: dict[Doing, Json] = {
    Doing.STAYS: {"on_ring": "answer", "press": "1"},
    Doing.LEAVES: {"on_ring": "answer", "press": "1"},
    Doing.DECLINES: {"on_ring": "answer", "press": "2"},
    Doing.BUSY: {"on_ring": "busy"},
    Doing.NO_ANSWER: {"on_ring": "no_answer"},
    Doing.FAILS: {"on_ring": "fail"},
    Doing.MACHINE: {"on_ring": "machine"},
    Doing.NEVER_COMES: {"on_ring": "wait"},
    Doing.ANSWERS_LATE: {"on_ring": "for_ever", "press": "1"},
    Doing.UNREACHABLE: {"on_sms": "fail:30003"},
}


class Load:
    """Carries a plan out. `stubborn` callers dial again until they are in: the house may be down.

    `speed` is the network's, which hurries people.
    """

    def __init__(
        self, house: ChaosHouse, plan: list[Group], *, speed: float, stubborn: bool = False
    ) -> None:
        self.asked: list[Asked] = []
        self._house, self._plan = house, plan
        self._speed, self._stubborn = speed, stubborn
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self.planned = len(plan)

    async def run(self) -> list[Asked]:
        """Until everybody has done what they wanted to do; the conferences may still last."""
        began = time.monotonic()
        async with self._clients():
            await asyncio.gather(*(self._meet(group, began) for group in self._plan))
        return self.asked

    @asynccontextmanager
    async def _clients(self) -> AsyncIterator[None]:
        limits = httpx.Limits(
            max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE, keepalive_expiry=_KEPT
        )
        api = f"{self._house.web_url}/api/v1"
        headers = dict(self._house.client.http.headers)
        async with (
            httpx.AsyncClient(base_url=api, headers=headers, timeout=30, limits=limits) as web,
            httpx.AsyncClient(base_url=self._house.phones_url, timeout=30, limits=limits) as phones,
        ):
            self._web, self._phones = web, phones
            yield

    async def _meet(self, group: Group, began: float) -> None:
        await asyncio.sleep(began + group.opens - time.monotonic())
        await asyncio.gather(*(self._is_told(person) for person in group.people))
        told = await self._open(group)
        self.asked.append(Asked(told["id"], group, time.time()))
        opened = time.monotonic()
        await asyncio.gather(*(self._acts(person, told, opened) for person in group.people))

    async def _is_told(self, person: Person) -> None:
        """Of the called ones: what to do when it rings. `after` is meant in real seconds."""
        if person.mode == "dial_out" or person.doing is Doing.UNREACHABLE:
            how = {**_ON_RING[person.doing], "after": person.after * self._speed}
            await self._move(person, "behaviour", how)

    async def _open(self, group: Group) -> Json:
        people = [{"phone_number": each.number, "mode": each.mode} for each in group.people]
        body = {"participants": people, "max_duration": group.life}
        key = {"Idempotency-Key": group.people[0].number}

        async def ask() -> httpx.Response:
            return await self._web.post("/conferences", json=body, headers=key)

        answer = await self._until_answered(ask)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        told: Json = answer.json()
        return told

    async def _until_answered(self, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
        """Asks again while nobody answers, as a program does that has an idempotency key."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                async with self._slots:
                    answer = await ask()
                if answer.status_code < 500 or time.monotonic() > until:
                    return answer
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
            await asyncio.sleep(_PAUSE)

    async def _acts(self, person: Person, told: Json, opened: float) -> None:
        if person.mode == "dial_in" and person.doing.comes:
            await asyncio.sleep(opened + person.after - time.monotonic())
            await self._move(person, "behaviour", {"press": told["code"]})
            await self._dials_in(person, told["id"], opened)
        if person.until is not None:
            await asyncio.sleep(opened + person.until - time.monotonic())
            await self._move(person, "hang_up", {})

    async def _dials_in(self, person: Person, room: str, opened: float) -> None:
        await self._move(person, "dial", {"to": LINE})
        until = opened + min(person.until or _NEVER, _CALLS_FOR)
        while self._stubborn and time.monotonic() < until:
            await asyncio.sleep(_CALLS_AGAIN)
            legs = (await self._phone(person))["legs"]
            if any(leg["room"] == room for leg in legs) or _was_told(legs):
                return
            if not any(leg["status"] in ("queued", "ringing", "in-progress") for leg in legs):
                await self._move(person, "dial", {"to": LINE})

    async def _phone(self, person: Person) -> Json:
        async def look() -> httpx.Response:
            return await self._phones.get(f"/phones/{person.number}")

        shown: Json = (await self._until_answered(look)).json()
        return shown

    async def _move(self, person: Person, what: str, how: Json) -> None:
        """A move that is not possible (409: has hung up, does not ring) is not made.

        A connection that breaks on a busy machine is no reason to make none, or to dial twice.
        """

        async def move() -> httpx.Response:
            return await self._phones.post(f"/phones/{person.number}/{what}", json=how)

        async def dial() -> httpx.Response:
            async with self._slots:
                return await move()

        answer = await (dial() if what == "dial" else self._until_answered(move))
        assert answer.is_success or answer.status_code == 409, f"{what}: {answer.text}"


def _was_told(legs: list[Json]) -> bool:
    """The conference is over, or he was in it: no reason to call again."""
    heard = " ".join(caption for leg in legs for caption in leg["captions"])
    return "is over" in heard or "time is up" in heard or "You are joining" in heard
