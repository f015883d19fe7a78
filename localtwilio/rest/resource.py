"""What all resources share: who may ask, what may go wrong on purpose, how errors look."""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from localtwilio.exchange.exchange import Exchange
from localtwilio.rest.errors import ApiError, not_found
from localtwilio.rest.params import Params

Handler = Callable[[Request], Awaitable[Response]]
HELD = 60.0  # seconds that a timed-out request is kept open, unless the client leaves before
ACCOUNTS = "/2010-04-01/Accounts"
METHODS = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD"]


class NoAnswer(Response):
    """The fault `timeout`: the connection stays open and nothing comes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(HELD):
                while (await receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            await Response(status_code=504)(scope, receive, send)


class Gate:
    """Basic authentication, faults and Twilio's headers around every handler."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._busy = 0

    def route(self, path: str, **handlers: Handler) -> Route:
        """Methods that have no handler answer 405."""

        async def endpoint(request: Request) -> Response:
            self._busy += 1
            try:
                fate = self._exchange.faults.fate(f"{request.method} {path}")
                return self._dressed(await self._faulty(request, handlers, fate))
            except ApiError as error:
                return self._dressed(error.response())
            finally:
                self._busy -= 1

        return Route(f"{ACCOUNTS}/{{account}}{path}", endpoint, methods=METHODS)

    async def nothing(self, request: Request) -> Response:
        """Any other path of the API."""
        try:
            self._authenticate(request)
            raise not_found(request.url.path)
        except ApiError as error:
            return self._dressed(error.response())

    async def _faulty(
        self, request: Request, handlers: dict[str, Handler], fate: frozenset[str]
    ) -> Response:
        if "429" in fate:
            raise ApiError(429, 20429, "Too Many Requests")
        if "500_before" in fate:
            raise ApiError(500, 20500, "An internal server error has occurred")
        if "timeout_before" in fate:
            return NoAnswer()
        response = await self._authentic(request, handlers)
        if "500_after" in fate:
            raise ApiError(500, 20500, "An internal server error has occurred")
        if "timeout_after" in fate:
            return NoAnswer()
        return response

    async def _authentic(self, request: Request, handlers: dict[str, Handler]) -> Response:
        self._authenticate(request)
        if request.method not in handlers:
            raise ApiError(405, 20004, f"Method {request.method} is not allowed here")
        return await handlers[request.method](request)

    def _authenticate(self, request: Request) -> None:
        username, password = _credentials(request.headers.get("Authorization", ""))
        account = request.path_params.get("account", self._exchange.config.account_sid)
        known = account == self._exchange.config.account_sid
        if not known or not self._exchange.credentials.accepts(username, password):
            raise ApiError(401, 20003, "Authenticate")

    def _dressed(self, response: Response) -> Response:
        response.headers["Twilio-Request-Id"] = "RQ" + secrets.token_hex(16)
        response.headers["Twilio-Concurrent-Requests"] = str(self._busy)
        response.headers["X-API-Domain"] = "api.twilio.com"
        return response


async def form_of(request: Request) -> Params:
    """The form as it was sent; uploads are not part of this API."""
    form = await request.form()
    return Params(
        (name, value) for name, value in form.multi_items() if not isinstance(value, UploadFile)
    )


def query_of(request: Request) -> list[tuple[str, str]]:
    return request.query_params.multi_items()


def created(body: dict[str, object]) -> Response:
    return JSONResponse(body, 201)


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        username, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return username, password
