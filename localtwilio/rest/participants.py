"""The Participants resource: who is in a conference now. (Their creation is not had here.)"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.exchange.conferences import Conference, Participant
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.source import Source
from localtwilio.rest.errors import ApiError, bad_request, not_found
from localtwilio.rest.paging import page, settled
from localtwilio.rest.params import Params
from localtwilio.rest.render import participant_json
from localtwilio.rest.resource import Gate, form_of, query_of
from localtwilio.twiml.run import Runner

UPDATE = frozenset(
    [
        "Muted",
        "Hold",
        "HoldUrl",
        "HoldMethod",
        "AnnounceUrl",
        "AnnounceMethod",
        "WaitUrl",
        "WaitMethod",
        "BeepOnExit",
        "EndConferenceOnExit",
        "Coaching",
        "CallSidToCoach",
    ]
)


class Participants:
    """List, fetch, update, delete; by call SID or by label."""

    def __init__(self, exchange: Exchange, runner: Runner) -> None:
        self._exchange, self._runner = exchange, runner

    def routes(self, gate: Gate) -> list[Route]:
        base = "/Conferences/{sid}/Participants"
        one = {"GET": self.fetch, "POST": self.update, "DELETE": self.delete}
        return [
            gate.route(f"{base}.json", GET=self.list),
            gate.route(f"{base}/{{key}}.json", **one),
        ]

    async def list(self, request: Request) -> Response:
        """Only those who are there: there is no history."""
        query = query_of(request)
        asked = dict(query)
        present = self._conference(request).present.values()
        lag = self._exchange.faults.rest["list_lag"]
        found = [
            one
            for one in settled(present, lambda one: one.joined, lag)
            if _fits(asked, "Muted", one.muted)
            and _fits(asked, "Hold", one.hold)
            and _fits(asked, "Coaching", one.coaching)
        ]
        body = page(
            request.url.path,
            "participants",
            query,
            found,
            lambda one: one.call.sid,
            participant_json,
        )
        return JSONResponse(body)

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(participant_json(self._participant(request)))

    async def update(self, request: Request) -> Response:
        params = await form_of(request)
        announce = params.url("AnnounceUrl")
        participant = self._hearer(request) if announce else self._participant(request)
        params.warn_unknown(UPDATE, request.url.path, self._exchange.debugger)
        self._hold(participant, params)
        muted = params.flag("Muted")
        if muted is not None:
            participant.conference.mute(participant, muted)
        _modify(participant, params)
        if announce:
            source = Source(announce, params.method("AnnounceMethod"))
            self._runner.announce(participant.conference, participant, source)
        return JSONResponse(participant_json(participant))

    async def delete(self, request: Request) -> Response:
        """Kicked: the leg's `<Dial>` is over, its TwiML goes on."""
        participant = self._participant(request)
        participant.conference.leave(participant, "participant_updated_via_api", kicked=True)
        return Response(status_code=204)

    def _hold(self, participant: Participant, params: Params) -> None:
        hold = params.flag("Hold")
        if hold is None or hold == participant.hold:
            return
        participant.conference.hold(participant, hold)
        url = params.url("HoldUrl")
        if hold and url:
            source = Source(url, params.method("HoldMethod", "GET"))
            self._runner.hold(participant, source)
        elif hold:
            participant.call.hear("(music)")

    def _conference(self, request: Request) -> Conference:
        conference = self._exchange.rooms.by_sid.get(request.path_params["sid"])
        if conference is None:
            raise not_found(request.url.path)
        return conference

    def _hearer(self, request: Request) -> Participant:
        """Who can be told something: somebody who is there (16028) and not on hold (16027)."""
        key, conference = request.path_params["key"], self._conference(request)
        participant = conference.find(key)
        if participant is None and key in conference.everyone:
            raise ApiError(404, 16028, f"{key} is not in the conference any more")
        if participant and participant.hold:
            raise bad_request(16027, f"{key} is on hold and hears no announcement")
        return self._participant(request)

    def _participant(self, request: Request) -> Participant:
        participant = self._conference(request).find(request.path_params["key"])
        if participant is None:
            raise not_found(request.url.path)
        return participant


def _fits(asked: dict[str, str], name: str, value: bool) -> bool:
    return not asked.get(name) or (asked[name].lower() == "true") == value


def _modify(participant: Participant, params: Params) -> None:
    """BeepOnExit, EndConferenceOnExit, Coaching and WaitUrl: one `participant-modify` for all."""
    changed = False
    end, coaching = params.flag("EndConferenceOnExit"), params.flag("Coaching")
    beep, wait = params.flag("BeepOnExit"), params.raw("WaitUrl")
    if end is not None:
        participant.end_on_exit, changed = end, True
    if coaching is not None:
        participant.coaching, changed = coaching, True
        participant.call_sid_to_coach = params.text("CallSidToCoach") if coaching else None
    if beep is not None:
        participant.beep, changed = _beep(participant.beep, beep), True
    if wait is not None:
        participant.wait_url, changed = wait, True
    if changed:
        participant.conference.modified(participant)


def _beep(now: str, on_exit: bool) -> str:
    on_enter = now in ("true", "onEnter")
    if on_exit:
        return "true" if on_enter else "onExit"
    return "onEnter" if on_enter else "false"
