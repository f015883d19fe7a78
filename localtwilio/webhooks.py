"""Webhooks: signed requests to the application, in Twilio's manner.

Delivery rules (limits, retry, redirects, idempotency token) are those of Twilio's pages on webhook
connections; the error codes are those of its error dictionary.
"""

import asyncio
import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

import httpx

from localtwilio.clock import now, spawn
from localtwilio.connections import Connections
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


class WebhookFailed(Exception):
    """No usable answer; `code` is Twilio's, `retry` its class in a retry policy."""

    def __init__(self, code: int, message: str, retry: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry = retry
        self.status = status


@dataclass
class Delivery:
    """A line of the ledger; `status` is an HTTP status, or a word when there was none."""

    url: str
    event: str
    at: float
    status: int | str | None = None
    attempts: int = 0
    sid: str = ""


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

    def __init__(self, token: str, faults: Faults, debugger: Debugger) -> None:
        self._token = token
        self._faults = faults
        self._debugger = debugger
        self._connections = Connections()
        self.deliveries: list[Delivery] = []

    async def close(self) -> None:
        await self._connections.close()

    def tell(
        self, url: str | None, method: str, params: Mapping[str, str], event: str, stream: str
    ) -> None:
        """Send a status callback and forget it: nobody waits, nothing falls back."""
        if not url:
            return
        errand = Errand(url, method, params, event, stream)
        waits = self._faults.deliveries(stream, now())
        if not waits:
            self.deliveries.append(Delivery(url, event, now(), "dropped", sid=stream))
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
            async with asyncio.timeout(overrides.total_timeout):
                answer = await self._attempts(bare, errand, overrides, delivery)
        except TimeoutError:
            delivery.status = "timeout"
            raise WebhookFailed(11200, "no answer in time") from None
        except WebhookFailed as failure:
            delivery.status = failure.status or "failed"
            raise
        delivery.status = answer.status
        return answer

    async def _attempts(
        self, url: str, errand: Errand, overrides: Overrides, delivery: Delivery
    ) -> Answer:
        while True:
            delivery.attempts += 1
            try:
                return await self._follow(url, errand, overrides)
            except WebhookFailed as failure:
                spent = delivery.attempts > overrides.retries
                if spent or not overrides.retries_on(failure.retry):
                    raise

    async def _follow(self, url: str, errand: Errand, overrides: Overrides) -> Answer:
        """Twilio follows a redirect of a POST with a GET that has lost the parameters."""
        response = await self._send(url, errand.method, errand.params, errand, overrides)
        for _ in range(MAX_REDIRECTS):
            if not response.has_redirect_location:
                return _answer(response, url)
            url = urljoin(url, response.headers["Location"])
            _check_url(url)
            response = await self._send(url, "GET", {}, errand, overrides)
        if response.has_redirect_location:
            raise WebhookFailed(11215, f"more than {MAX_REDIRECTS} redirects")
        return _answer(response, url)

    async def _send(
        self,
        url: str,
        method: str,
        form: Mapping[str, str],
        errand: Errand,
        overrides: Overrides,
    ) -> httpx.Response:
        timeout = httpx.Timeout(overrides.read_timeout, connect=overrides.connect_timeout)
        try:
            request = self._request(url, method, form, errand, timeout)
            response = await self._connections.send(request)
        except httpx.ConnectTimeout:
            raise WebhookFailed(11205, "could not connect in time", "ct") from None
        except httpx.ConnectError as error:
            raise WebhookFailed(11205, f"could not connect: {error}", "ct") from None
        except httpx.TimeoutException:
            raise WebhookFailed(11200, "no answer in time", "rt") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise WebhookFailed(11206, f"the connection broke: {error!r}") from None
        errand.cookies.update({one.name: one.value or "" for one in response.cookies.jar})
        return response

    def _request(
        self,
        url: str,
        method: str,
        form: Mapping[str, str],
        errand: Errand,
        timeout: httpx.Timeout,
    ) -> httpx.Request:
        post = method.upper() != "GET"
        if not post and form:
            url += ("&" if urlsplit(url).query else "?") + str(httpx.QueryParams(dict(form)))
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": errand.token,
            "X-Twilio-Signature": sign(self._token, _as_sent(url), form.items() if post else ()),
        }
        userinfo = urlsplit(url).netloc.rpartition("@")[0]
        if userinfo:
            credentials = base64.b64encode(unquote(userinfo).encode()).decode()
            headers["Authorization"] = f"Basic {credentials}"
        if errand.cookies:
            headers["Cookie"] = "; ".join(f"{name}={one}" for name, one in errand.cookies.items())
        return httpx.Request(
            "POST" if post else "GET",
            url,
            data=dict(form) if post else None,
            headers=headers,
            extensions={"timeout": timeout.as_dict()},
        )


def _as_sent(url: str) -> str:
    """What the client will really ask for: it escapes what is not escaped yet."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{httpx.URL(url).raw_path.decode()}"


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WebhookFailed(11100, f"{url!r} is not an absolute http(s) URL")
    if "_" in parts.hostname:
        raise WebhookFailed(11210, f"a host name may not hold an underscore: {parts.hostname}")


def _answer(response: httpx.Response, url: str) -> Answer:
    if not 200 <= response.status_code < 300:
        kind = f"{response.status_code // 100}xx"
        raise WebhookFailed(11200, f"HTTP {response.status_code}", kind, response.status_code)
    content_type = response.headers.get("Content-Type", "")
    return Answer(response.status_code, content_type, response.content, url)
