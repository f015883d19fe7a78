"""Webhooks: signed requests to the application, in Twilio's manner.

Delivery rules (limits, retry, redirects, idempotency token) are those of Twilio's pages on webhook
connections; the error codes are those of its error dictionary.
"""

import asyncio
import base64
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from localtwilio.clock import now, spawn
from localtwilio.connections import Connections, Request, Response, WebhookFailed, escaped
from localtwilio.credentials import Credentials
from localtwilio.debugger import Debugger
from localtwilio.faults import Faults
from localtwilio.overrides import Overrides, split_overrides
from localtwilio.signature import sign

MAX_REDIRECTS = 10


@dataclass(frozen=True)
class Answer:
    """What the application said; `url` is where, after redirects."""

    status: int
    content_type: str
    body: bytes
    url: str


@dataclass(slots=True)
class Delivery:
    """A line of the ledger; `status` is an HTTP status, or a word when there was none.

    `settled` is when it was over; None while it is on its way.
    """

    url: str
    event: str
    at: float
    status: int | str | None = None
    attempts: int = 0
    sid: str = ""
    settled: float | None = None
    written: str = ""  # as the ledger shows it, once it is settled

    def settle(self, status: int | str) -> None:
        self.status, self.settled = status, now()


@dataclass(frozen=True)
class Errand:
    """One request on its way; its retries carry the same idempotency token.

    `stream` is the SID it is about. `cookies` are the call's own, and are kept.
    """

    url: str
    method: str
    params: Mapping[str, str]
    event: str
    stream: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = field(default_factory=lambda: secrets.token_hex(16))


class Webhooks:
    """Everything the network asks or tells the application."""

    def __init__(
        self, credentials: Credentials, faults: Faults, debugger: Debugger, kept: int
    ) -> None:
        self._credentials = credentials
        self._faults = faults
        self._debugger = debugger
        self._connections = Connections()
        self.deliveries: deque[Delivery] = deque(maxlen=kept)

    async def close(self) -> None:
        await self._connections.close()

    def tell(
        self, url: str | None, method: str, params: Mapping[str, str], event: str, stream: str
    ) -> None:
        """Send a status callback and forget it: nobody waits, nothing falls back."""
        if not url:
            return
        errand = Errand(url, method, params, event, stream)
        waits = self._faults.deliveries(stream, event, now())
        if not waits:
            dropped = Delivery(url, event, now(), sid=stream)
            dropped.settle("dropped")
            self.deliveries.append(dropped)
        for wait in waits:
            spawn(self._tell_later(wait, errand))

    async def _tell_later(self, wait: float, errand: Errand) -> None:
        if wait:
            await asyncio.sleep(wait)
        try:
            await self.ask(errand)
        except WebhookFailed as failure:
            message = f"{errand.event} callback: {failure}"
            self._debugger.error(failure.code, message, errand.stream, errand.url)

    async def ask(self, errand: Errand) -> Answer:
        """Ask for TwiML. Raises WebhookFailed."""
        delivery = Delivery(errand.url, errand.event, now(), sid=errand.stream)
        self.deliveries.append(delivery)
        bare, overrides = split_overrides(errand.url)
        try:
            _check_url(bare)
            async with self._connections.lines, asyncio.timeout(overrides.total_timeout):
                answer = await self._attempts(bare, errand, overrides, delivery)
        except TimeoutError:
            delivery.settle("timeout")
            raise WebhookFailed(11200, "no answer in time") from None
        except WebhookFailed as failure:
            delivery.settle(failure.status or "failed")
            raise
        delivery.settle(answer.status)
        return answer

    async def _attempts(
        self, url: str, errand: Errand, overrides: Overrides, delivery: Delivery
    ) -> Answer:
        while True:
            delivery.attempts += 1
            try:
                return await self._attempt(url, errand, overrides)
            except WebhookFailed as failure:
                spent = delivery.attempts > overrides.retries
                if spent or not overrides.retries_on(failure.retry):
                    raise

    async def _attempt(self, url: str, errand: Errand, overrides: Overrides) -> Answer:
        """With the faults `dead`, nobody is there, and `slow`, the answer comes too late."""
        if self._faults.strikes("dead", errand.event):
            raise WebhookFailed(11205, "could not connect: a fault", "ct")
        answer = await self._follow(url, errand, overrides)
        if self._faults.strikes("slow", errand.event):
            await asyncio.sleep(overrides.read_timeout)
            raise WebhookFailed(11200, "no answer in time: a fault", "rt")
        return answer

    async def _follow(self, url: str, errand: Errand, overrides: Overrides) -> Answer:
        """Twilio follows a redirect of a POST with a GET that has lost the parameters."""
        response = await self._send(url, errand.method, errand.params, errand, overrides)
        for _ in range(MAX_REDIRECTS):
            if response.location is None:
                return _answer(response, url)
            url = urljoin(url, response.location)
            _check_url(url)
            response = await self._send(url, "GET", {}, errand, overrides)
        if response.location is not None:
            raise WebhookFailed(11215, f"more than {MAX_REDIRECTS} redirects")
        return _answer(response, url)

    async def _send(
        self,
        url: str,
        method: str,
        form: Mapping[str, str],
        errand: Errand,
        overrides: Overrides,
    ) -> Response:
        post = method.upper() != "GET"
        if not post and form:
            url += ("&" if urlsplit(url).query else "?") + urlencode(form)
        url = escaped(url)
        request = Request(
            url,
            urlencode(form).encode() if post else None,
            self._headers(url, form if post else {}, errand, post=post),
            overrides.connect_timeout,
            overrides.read_timeout,
        )
        response = await self._connections.send(request)
        errand.cookies.update(response.cookies)
        return response

    def _headers(
        self, url: str, form: Mapping[str, str], errand: Errand, *, post: bool
    ) -> dict[str, str]:
        """During a rotation of the tokens, the primary one signs."""
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": errand.token,
            "X-Twilio-Signature": sign(self._credentials.primary, url, form.items()),
        }
        if post:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        userinfo = urlsplit(url).netloc.rpartition("@")[0]
        if userinfo:
            credentials = base64.b64encode(unquote(userinfo).encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        if errand.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in errand.cookies.items())
        return headers


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebhookFailed(11100, f"{url!r} is not an absolute http(s) URL")
    if "_" in parts.hostname:
        raise WebhookFailed(11210, f"a host name may not hold an underscore: {parts.hostname}")


def _answer(response: Response, url: str) -> Answer:
    if not 200 <= response.status < 300:
        kind = f"{response.status // 100}xx"
        raise WebhookFailed(11200, f"HTTP {response.status}", kind, response.status)
    return Answer(response.status, response.content_type, response.body, url)
