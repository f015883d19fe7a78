"""The program as a web application: everything is made and connected here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from localtwilio.config import Config
from localtwilio.credentials import Credentials
from localtwilio.debugger import Debugger
from localtwilio.exchange.exchange import Exchange
from localtwilio.faults import Faults
from localtwilio.phones.control import Control
from localtwilio.phones.knobs import Knobs
from localtwilio.rest.api import rest_routes
from localtwilio.twiml.run import Runner
from localtwilio.webhooks import Webhooks

PAGE = Path(__file__).parent / "phones" / "page"


def build_app(config: Config) -> Starlette:
    """One account, its lines, and all the handsets in the world."""
    debugger, faults = Debugger(), Faults()
    credentials = Credentials(config)
    webhooks = Webhooks(credentials, faults, debugger, config.webhooks_kept)
    exchange = Exchange(config, credentials, webhooks, debugger, faults)
    runner = Runner(exchange)
    exchange.run = runner.start

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await webhooks.close()

    return Starlette(
        routes=[
            *rest_routes(exchange, runner),
            *Control(exchange).routes(),
            *Knobs(exchange).routes(),
            Route("/", _page),
            Mount("/page", StaticFiles(directory=PAGE, check_dir=False)),
        ],
        lifespan=lifespan,
    )


async def _page(_: Request) -> Response:
    index = PAGE / "index.html"
    if index.is_file():
        return FileResponse(index)
    return PlainTextResponse("The phones page is not installed; the control API is at /phones.")
