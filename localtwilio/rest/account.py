"""The Accounts resource: the one account there is, for a first look at whether credentials fit."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.clock import now
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.progress import rfc2822
from localtwilio.rest.resource import ACCOUNTS, Gate

PARTS = {
    "calls": "Calls",
    "conferences": "Conferences",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "messages": "Messages",
    "recordings": "Recordings",
}


class Account:
    """Fetch."""

    def __init__(self, exchange: Exchange) -> None:
        self._sid = exchange.config.account_sid
        self._since = now()

    def routes(self, gate: Gate) -> list[Route]:
        return [gate.route(".json", GET=self.fetch)]

    async def fetch(self, _: Request) -> Response:
        base = f"{ACCOUNTS}/{self._sid}"
        return JSONResponse(
            {
                "sid": self._sid,
                "auth_token": None,
                "friendly_name": "Local telephone network",
                "owner_account_sid": self._sid,
                "status": "active",
                "type": "Full",
                "date_created": rfc2822(self._since),
                "date_updated": rfc2822(self._since),
                "subresource_uris": {name: f"{base}/{part}.json" for name, part in PARTS.items()},
                "uri": f"{base}.json",
            }
        )
