"""The routes of `/2010-04-01`. Paths are case-sensitive; what is not here is a 404 / 20404."""

from starlette.routing import Route

from localtwilio.exchange.exchange import Exchange
from localtwilio.rest.account import Account
from localtwilio.rest.calls import Calls
from localtwilio.rest.conferences import Conferences
from localtwilio.rest.messages import Messages
from localtwilio.rest.numbers import Numbers
from localtwilio.rest.participants import Participants
from localtwilio.rest.recordings import Recordings
from localtwilio.rest.resource import METHODS, Gate
from localtwilio.twiml.run import Runner


def rest_routes(exchange: Exchange, runner: Runner) -> list[Route]:
    """Most specific first."""
    gate = Gate(exchange)
    return [
        *Recordings(exchange).routes(gate),
        *Participants(exchange, runner).routes(gate),
        *Conferences(exchange, runner).routes(gate),
        *Calls(exchange).routes(gate),
        *Messages(exchange).routes(gate),
        *Numbers(exchange).routes(gate),
        *Account(exchange).routes(gate),
        Route("/2010-04-01/{rest:path}", gate.nothing, methods=METHODS),
    ]
