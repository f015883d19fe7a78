"""The Conferences resource. There is no create: a conference is born when somebody joins."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.exchange.conferences import Conference
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.source import Source
from localtwilio.rest.errors import bad_request, not_found
from localtwilio.rest.paging import date_filter, page, settled
from localtwilio.rest.render import conference_json
from localtwilio.rest.resource import Gate, form_of, query_of
from localtwilio.twiml.run import Runner


class Conferences:
    """List, fetch, update."""

    def __init__(self, exchange: Exchange, runner: Runner) -> None:
        self._exchange, self._runner = exchange, runner

    def routes(self, gate: Gate) -> list[Route]:
        return [
            gate.route("/Conferences.json", GET=self.list),
            gate.route("/Conferences/{sid}.json", GET=self.fetch, POST=self.update),
        ]

    async def list(self, request: Request) -> Response:
        query = query_of(request)
        asked = dict(query)
        born = date_filter(query, "DateCreated", lambda one: one.created)
        changed = date_filter(query, "DateUpdated", lambda one: one.updated)
        lag = self._exchange.faults.rest["list_lag"]
        found = [
            one
            for one in settled(self._exchange.rooms.by_sid.values(), lambda one: one.created, lag)
            if asked.get("FriendlyName") in (None, "", one.name)
            and asked.get("Status") in (None, "", one.status)
            and born(one)
            and changed(one)
        ]
        body = page(
            request.url.path, "conferences", query, found, lambda one: one.sid, conference_json
        )
        return JSONResponse(body)

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(conference_json(self._conference(request)))

    async def update(self, request: Request) -> Response:
        conference, params = self._conference(request), await form_of(request)
        known = ("Status", "AnnounceUrl", "AnnounceMethod")
        params.warn_unknown(known, request.url.path, self._exchange.debugger)
        status, announce = params.text("Status"), params.url("AnnounceUrl")
        if status and status != "completed":
            raise bad_request(20001, f"Status can only be completed, not {status}")
        if announce:
            if not conference.live:
                raise not_found(request.url.path)
            source = Source(announce, params.method("AnnounceMethod"))
            self._runner.announce(conference, None, source)
        if status:
            conference.end_by_api()
        return JSONResponse(conference_json(conference))

    def _conference(self, request: Request) -> Conference:
        conference = self._exchange.rooms.by_sid.get(request.path_params["sid"])
        if conference is None:
            raise not_found(request.url.path)
        return conference
