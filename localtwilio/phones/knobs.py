"""`/ledger`, `/debugger`, `/faults`, `/tokens`, `/speed`: the network itself, seen and turned."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.exchange.exchange import Exchange
from localtwilio.phones.ledger import PARTS, ledger
from localtwilio.phones.requests import Problem, answering_problems, body_of

FASTEST = 1000.0


class Knobs:
    """What belongs to no handset."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[Route]:
        return [
            Route("/ledger", answering_problems(self.show_ledger)),
            Route("/debugger", self.show_debugger),
            Route("/faults", self.show_faults, methods=["GET"]),
            Route("/faults", answering_problems(self.set_faults), methods=["POST"]),
            Route("/faults", self.reset_faults, methods=["DELETE"]),
            Route("/tokens", answering_problems(self.rotate_tokens), methods=["POST"]),
            Route("/speed", self.show_speed, methods=["GET"]),
            Route("/speed", answering_problems(self.set_speed), methods=["POST"]),
        ]

    async def show_ledger(self, request: Request) -> Response:
        """Whole, or only `?part=legs` and `?since=` a moment; `part` may be repeated."""
        asked = request.query_params
        parts = asked.getlist("part") or list(PARTS)
        for part in parts:
            if part not in PARTS:
                raise Problem(400, f"part: there is no {part}; use {', '.join(PARTS)}")
        try:
            since = float(asked.get("since") or 0)
        except ValueError:
            raise Problem(400, "since: must be a time, in seconds since the epoch") from None
        return Response(ledger(self._exchange, parts, since), media_type="application/json")

    async def show_debugger(self, _: Request) -> Response:
        return JSONResponse({"entries": self._exchange.debugger.as_json()})

    async def show_faults(self, _: Request) -> Response:
        return JSONResponse(self._exchange.faults.as_json())

    async def set_faults(self, request: Request) -> Response:
        body = await body_of(request)
        try:
            self._exchange.faults.change(body.values)
        except ValueError as error:
            raise Problem(400, str(error)) from None
        self._exchange.pacer.reconsider()
        return await self.show_faults(request)

    async def reset_faults(self, request: Request) -> Response:
        self._exchange.faults.reset()
        self._exchange.pacer.reconsider()
        return await self.show_faults(request)

    async def rotate_tokens(self, request: Request) -> Response:
        """The primary signs from now on; both open the REST API. Without a secondary, only one."""
        body = await body_of(request)
        body.only("primary", "secondary")
        primary = body.text("primary")
        secondary = None if body.values.get("secondary") is None else body.text("secondary")
        if not primary or secondary == "":
            raise Problem(400, "primary, secondary: a token must not be empty")
        self._exchange.credentials.rotate(primary, secondary)
        return JSONResponse({"accepted": 1 if secondary is None else 2})

    async def show_speed(self, _: Request) -> Response:
        return JSONResponse({"speed": self._exchange.clock.speed})

    async def set_speed(self, request: Request) -> Response:
        body = await body_of(request)
        body.only("speed")
        speed = body.number("speed")
        if not 0 < speed <= FASTEST:
            raise Problem(400, f"speed: must be greater than 0 and at most {FASTEST:g}")
        self._exchange.clock.speed = speed
        return await self.show_speed(request)
