"""Reading control requests: what is wrong with one is said with the name of its field."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localtwilio.config import E164
from localtwilio.exchange.signals import Speech
from localtwilio.exchange.sound import RATE, WIDTH, samples_of

KEYS = re.compile(r"^[0-9*#A-DwW,]+$")
MOST_SOUND = 1_000_000  # bytes: about a minute
Handler = Callable[[Request], Awaitable[Response]]


class Problem(Exception):
    """A refused control request: 400 for a malformed one, 409 for a move that is not possible."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Body:
    """A JSON object. Each reader raises Problem naming the field."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def only(self, *known: str) -> None:
        for name in self.values:
            if name not in known:
                raise Problem(400, f"{name}: no such field; use {', '.join(known)}")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise Problem(400, f"{name}: must be a string")
        return value

    def number(self, name: str, default: float | None = None) -> float:
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e6:
            raise Problem(400, f"{name}: must be a number of seconds, not negative")
        return float(value)

    def keys(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default)
        if value != default and not KEYS.match(value):
            raise Problem(400, f"{name}: keys are 0-9 * # A-D; w W and , wait")
        return value

    def choice(self, name: str, default: str, words: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in words:
            raise Problem(400, f"{name}: must be one of {', '.join(words)}")
        return value


async def body_of(request: Request) -> Body:
    """The JSON body; none at all counts as an empty object."""
    raw = await request.body()
    try:
        values = json.loads(raw) if raw.strip() else {}
    except ValueError:
        raise Problem(400, "body: is not JSON") from None
    if not isinstance(values, dict):
        raise Problem(400, "body: must be a JSON object")
    return Body(values)


async def speech_of(request: Request) -> tuple[Speech, object]:
    """What is said, in words or as sound, and the `call_sid` that was named with it, if any."""
    if request.headers.get("content-type", "").startswith("audio/"):
        return await _sound_of(request), request.query_params.get("call_sid")
    body = await body_of(request)
    body.only("seconds", "text", "call_sid")
    return Speech(body.number("seconds"), body.text("text", "")), body.values.get("call_sid")


async def _sound_of(request: Request) -> Speech:
    content = await request.body()
    if len(content) > MOST_SOUND:
        raise Problem(400, f"body: more than {MOST_SOUND} bytes of sound; send it in pieces")
    try:
        samples = samples_of(content)
    except ValueError as error:
        raise Problem(400, f"body: {error}") from None
    seconds = len(samples) / (RATE * WIDTH)
    return Speech(seconds, request.query_params.get("text", ""), samples)


def valid_number(number: str, field: str = "number") -> str:
    if not E164.match(number):
        raise Problem(400, f"{field}: {number!r} is not E.164, such as +12125550101")
    return number


def answering_problems(handler: Handler) -> Handler:
    """Turn a Problem into its JSON answer."""

    async def wrapped(request: Request) -> Response:
        try:
            return await handler(request)
        except Problem as problem:
            return JSONResponse({"error": str(problem)}, problem.status)

    return wrapped
