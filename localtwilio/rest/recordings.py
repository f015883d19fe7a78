"""The Recordings resource and its media, which needs the same credentials."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.clock import now
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.recordings import Recording
from localtwilio.rest.errors import bad_request, not_found
from localtwilio.rest.paging import date_filter, page, settled
from localtwilio.rest.render import recording_json
from localtwilio.rest.resource import Gate, query_of

MEDIA_TYPES = {"wav": "audio/x-wav", "mp3": "audio/mpeg"}


class Recordings:
    """List, fetch, delete, and the audio; also below a call and below a conference."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self, gate: Gate) -> list[Route]:
        routes = []
        for parent in ("", "/Calls/{call_sid}", "/Conferences/{conference_sid}"):
            base = f"{parent}/Recordings"
            routes += [
                gate.route(f"{base}.json", GET=self.list),
                gate.route(f"{base}/{{sid}}.json", GET=self.fetch, DELETE=self.delete),
                gate.route(f"{base}/{{sid}}.{{kind}}", GET=self.media),
                gate.route(f"{base}/{{sid}}", GET=self.media),
            ]
        return routes

    async def list(self, request: Request) -> Response:
        query = query_of(request)
        asked = {**dict(query)}
        call = request.path_params.get("call_sid") or asked.get("CallSid")
        conference = request.path_params.get("conference_sid") or asked.get("ConferenceSid")
        born = date_filter(query, "DateCreated", lambda one: one.created)
        deleted_too = asked.get("IncludeSoftDeleted") == "true"
        lag = self._exchange.faults.rest["list_lag"]
        found = [
            one
            for one in settled(self._exchange.recordings.values(), lambda one: one.created, lag)
            if call in (None, "", one.call_sid)
            and conference in (None, "", one.conference_sid)
            and (deleted_too or not one.deleted)
            and born(one)
        ]
        body = page(
            request.url.path, "recordings", query, found, lambda one: one.sid, self._render(request)
        )
        return JSONResponse(body)

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(self._render(request)(self._recording(request)))

    async def delete(self, request: Request) -> Response:
        """The media is gone at once."""
        self._recording(request).deleted = now()
        return Response(status_code=204)

    async def media(self, request: Request) -> Response:
        recording = self._recording(request)
        kind = request.path_params.get("kind", "wav")
        if kind not in MEDIA_TYPES or recording.status != "completed":
            raise not_found(request.url.path)
        if request.query_params.get("RequestedChannels", "1") != "1":
            raise bad_request(20001, "RequestedChannels: this recording has one channel")
        sound = recording.wav() if kind == "wav" else recording.mp3()
        return Response(sound, media_type=MEDIA_TYPES[kind])

    def _recording(self, request: Request) -> Recording:
        recording = self._exchange.recordings.get(request.path_params["sid"])
        if recording is None or recording.deleted:
            raise not_found(request.url.path)
        return recording

    def _render(self, request: Request) -> Callable[[Recording], dict[str, object]]:
        def render(one: Recording) -> dict[str, object]:
            shown = recording_json(one, self._exchange.recording_url(one))
            if "call_sid" in request.path_params:
                return {**_bare(shown), "track": "both"}
            return _bare(shown) if "conference_sid" in request.path_params else shown

        return render


def _bare(shown: dict[str, object]) -> dict[str, object]:
    """Below a call or a conference Twilio describes a recording with fewer properties."""
    left_out = ("media_url", "subresource_uris")
    return {name: value for name, value in shown.items() if name not in left_out}
