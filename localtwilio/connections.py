"""Connections to the application: many at once, cheap each, and how they fail in Twilio's words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import aiohttp
from yarl import URL

MOST = 400  # open at the same time: a desk has fewer file descriptors than Twilio
# Applications close idle connections after about two seconds; reusing one then looks like a
# broken answer, which Twilio would not retry.
KEEPALIVE_SECONDS = 1.0
URL_SAFE = "%/:=&?~#+!$,;'@()*[]|"  # what stands in a URL as it is; the rest is escaped


class WebhookFailed(Exception):
    """No usable answer; `code` is Twilio's, `retry` its class in a retry policy."""

    def __init__(self, code: int, message: str, retry: str = "", status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry = retry
        self.status = status


@dataclass(frozen=True)
class Request:
    """`form` None is a GET. Times are seconds."""

    url: str
    form: bytes | None
    headers: Mapping[str, str]
    connect_timeout: float
    read_timeout: float


@dataclass(frozen=True)
class Response:
    status: int
    content_type: str
    location: str | None
    cookies: Mapping[str, str]
    body: bytes


class Connections:
    """Whoever sends holds one of the `lines`: waiting for one is not the application's time."""

    def __init__(self) -> None:
        self.lines = asyncio.Semaphore(MOST)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request) -> Response:
        """Follows no redirect, keeps no cookie. Raises WebhookFailed."""
        try:
            return await self._send(request)
        except aiohttp.ConnectionTimeoutError:
            raise WebhookFailed(11205, "could not connect in time", "ct") from None
        except (aiohttp.ClientConnectorError, aiohttp.ClientSSLError) as error:
            raise WebhookFailed(11205, f"could not connect: {error}", "ct") from None
        except TimeoutError as error:
            if not isinstance(error, aiohttp.ServerTimeoutError):
                raise
            raise WebhookFailed(11200, "no answer in time", "rt") from None
        except (aiohttp.ClientError, ValueError) as error:
            raise WebhookFailed(11206, f"the connection broke: {error!r}") from None

    async def _send(self, request: Request) -> Response:
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=request.connect_timeout, sock_read=request.read_timeout
        )
        async with self._open().request(
            "GET" if request.form is None else "POST",
            URL(without_userinfo(request.url), encoded=True),
            data=request.form,
            headers=request.headers,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            return Response(
                response.status,
                response.headers.get("Content-Type", ""),
                response.headers.get("Location") if 300 <= response.status < 400 else None,
                {name: morsel.value for name, morsel in response.cookies.items()},
                await response.read(),
            )

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        """Made at the first request: a session belongs to the event loop that runs then."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEPALIVE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


def escaped(url: str) -> str:
    """What is really asked for: what is not escaped yet is escaped, the rest stays as written."""
    parts = urlsplit(url)
    path, query = quote(parts.path or "/", URL_SAFE), quote(parts.query, URL_SAFE)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def without_userinfo(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
