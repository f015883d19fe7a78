"""The Calls resource."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.config import E164
from localtwilio.exchange.calls import Call
from localtwilio.exchange.exchange import ACCOUNT_TIME_LIMIT, CallOrder, Exchange, RecordingOrder
from localtwilio.exchange.progress import Progress
from localtwilio.exchange.source import Source
from localtwilio.rest import magic
from localtwilio.rest.errors import ApiError, bad_request, not_found
from localtwilio.rest.paging import date_filter, page, settled
from localtwilio.rest.params import Params
from localtwilio.rest.render import call_json
from localtwilio.rest.resource import Gate, created, form_of, query_of

CREATE = frozenset(
    [
        "To",
        "From",
        "Url",
        "Twiml",
        "ApplicationSid",
        "Method",
        "FallbackUrl",
        "FallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
        "StatusCallbackEvent",
        "SendDigits",
        "Timeout",
        "TimeLimit",
        "Record",
        "RecordingChannels",
        "RecordingTrack",
        "RecordingStatusCallback",
        "RecordingStatusCallbackMethod",
        "RecordingStatusCallbackEvent",
        "Trim",
        "MachineDetection",
        "MachineDetectionTimeout",
        "MachineDetectionSpeechThreshold",
        "MachineDetectionSpeechEndThreshold",
        "MachineDetectionSilenceTimeout",
        "AsyncAmd",
        "AsyncAmdStatusCallback",
        "AsyncAmdStatusCallbackMethod",
        "CallerId",
        "CallReason",
        "CallToken",
        "Byoc",
        "SipAuthUsername",
        "SipAuthPassword",
        "ClientNotificationUrl",
    ]
)
NOT_DONE = frozenset({"ApplicationSid", "Byoc"})
UPDATE = frozenset(
    [
        "Url",
        "Method",
        "FallbackUrl",
        "FallbackMethod",
        "StatusCallback",
        "StatusCallbackMethod",
        "Twiml",
        "TimeLimit",
        "Status",
    ]
)
SEND_DIGITS = re.compile(r"^[0-9A-D#*wW]{1,32}$")
LONGEST_TWIML = 4000
LONGEST_CALL = 24 * 3600


class Calls:
    """Create, list, fetch, update, delete."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self, gate: Gate) -> list[Route]:
        return [
            gate.route("/Calls.json", GET=self.list, POST=self.create),
            gate.route("/Calls/{sid}.json", GET=self.fetch, POST=self.update, DELETE=self.delete),
        ]

    async def create(self, request: Request) -> Response:
        params = await form_of(request)
        params.warn_unknown(CREATE, request.url.path, self._exchange.debugger)
        for name in NOT_DONE:
            if params.text(name) not in (None, "false"):
                self._exchange.debugger.warning(20001, f"{name} is not acted upon", url=name)
        order = self._order(params)
        if self._exchange.pacer.full:
            raise bad_request(22005, "More than 24 hours of calls are queued")
        return created(call_json(self._exchange.place(order)))

    async def list(self, request: Request) -> Response:
        query = query_of(request)
        asked = dict(query)
        started = date_filter(query, "StartTime", lambda call: call.answered or call.ringing)
        ended = date_filter(query, "EndTime", lambda call: call.ended)
        lag = self._exchange.faults.rest["list_lag"]
        found = [
            call
            for call in settled(self._exchange.calls.values(), lambda one: one.created, lag)
            if not call.deleted and _fits(call, asked) and started(call) and ended(call)
        ]
        path = request.url.path
        return JSONResponse(page(path, "calls", query, found, lambda call: call.sid, call_json))

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(call_json(self._call(request)))

    async def update(self, request: Request) -> Response:
        call, params = self._call(request), await form_of(request)
        params.warn_unknown(UPDATE, request.url.path, self._exchange.debugger)
        _change_progress(call, params)
        if params.text("Status"):
            _change_status(call, params.text("Status") or "")
        elif params.text("Url") or params.text("Twiml"):
            self._redirect(call, params)
        if params.text("TimeLimit") and call.status == "in-progress":
            limit = params.seconds("TimeLimit", ACCOUNT_TIME_LIMIT, 1, LONGEST_CALL)
            call.limit(min(limit, ACCOUNT_TIME_LIMIT))
        return JSONResponse(call_json(call))

    async def delete(self, request: Request) -> Response:
        call = self._call(request)
        if call.live:
            raise ApiError(409, 20009, "The call cannot be deleted before it is complete")
        call.deleted = True
        return Response(status_code=204)

    def _call(self, request: Request) -> Call:
        call = self._exchange.calls.get(request.path_params["sid"])
        if call is None or call.deleted:
            raise not_found(request.url.path)
        return call

    def _redirect(self, call: Call, params: Params) -> None:
        if params.text("Url") and params.text("Twiml"):
            raise bad_request(20001, "Url and Twiml exclude each other here")
        if call.status != "in-progress":
            raise bad_request(21220, "Call is not in-progress. Cannot redirect.")
        self._exchange.redirect(call, _source(params))

    def _order(self, params: Params) -> CallOrder:
        to, from_ = _numbers(params, self._exchange)
        if not (params.text("Url") or params.text("Twiml") or params.text("ApplicationSid")):
            raise bad_request(21205, "Url, Twiml or ApplicationSid is required")
        digits = params.text("SendDigits")
        if digits and not SEND_DIGITS.match(digits):
            raise bad_request(21206, f"SendDigits is not valid: {digits}")
        detect = (params.text("MachineDetection") or "").lower()
        kinds = {"enable": "Enable", "detectmessageend": "DetectMessageEnd"}
        background = params.text("AsyncAmd") == "true"
        return CallOrder(
            to=to,
            from_=from_,
            source=_source(params),
            progress=Progress(
                params.url("StatusCallback", 21609),
                params.method("StatusCallbackMethod"),
                params.events(),
            ),
            timeout=params.seconds("Timeout", 60, 1, 600),
            time_limit=params.seconds("TimeLimit", ACCOUNT_TIME_LIMIT, 1, LONGEST_CALL),
            machine_detection="" if digits else kinds.get(detect, ""),
            recording=_recording(params) if params.flag("Record") else None,
            send_digits=digits or "",
            amd_callback=params.url("AsyncAmdStatusCallback") if background else None,
            amd_callback_method=params.method("AsyncAmdStatusCallbackMethod"),
        )


def _fits(call: Call, asked: dict[str, str]) -> bool:
    facts: dict[str, Any] = {
        "To": call.to,
        "From": call.from_,
        "ParentCallSid": call.parent_sid,
        "Status": call.status,
    }
    return all(not asked.get(name) or asked[name] == value for name, value in facts.items())


def _numbers(params: Params, exchange: Exchange) -> tuple[str, str]:
    to, from_ = params.text("To"), params.text("From")
    if not to:
        raise bad_request(21201, "No 'To' number is specified")
    if not from_:
        raise bad_request(21213, "'From' parameter is required")
    magic.refuse_call(to, from_)
    if not E164.match(from_):
        raise bad_request(21212, f"The 'From' number {from_} is not a valid phone number")
    if from_ not in exchange.lines and from_ != magic.GOOD:
        raise bad_request(21210, f"The source phone number {from_} is not owned by this account")
    if not E164.match(to) or to == from_:
        raise bad_request(21211, f"The phone number you are attempting to call, {to}, is not valid")
    return to, from_


def _source(params: Params) -> Source:
    """Where both a URL and TwiML are given, Twilio ignores the TwiML."""
    url, twiml = params.url("Url"), params.text("Twiml")
    if twiml and len(twiml) > LONGEST_TWIML:
        raise bad_request(21205, f"Twiml is longer than {LONGEST_TWIML} characters")
    return Source(
        url=url,
        method=params.method("Method"),
        twiml=None if url else twiml,
        fallback_url=params.url("FallbackUrl"),
        fallback_method=params.method("FallbackMethod"),
    )


def _recording(params: Params) -> RecordingOrder:
    events = params.words("RecordingStatusCallbackEvent", "completed")
    return RecordingOrder(
        params.url("RecordingStatusCallback"),
        params.method("RecordingStatusCallbackMethod"),
        events,
    )


def _change_progress(call: Call, params: Params) -> None:
    url = params.url("StatusCallback", 21609)
    if url:
        call.progress.url = url
        call.progress.method = params.method("StatusCallbackMethod")


def _change_status(call: Call, status: str) -> None:
    """`canceled` only before the answer; `completed` whatever it does. 21220 once it is over."""
    if status not in ("canceled", "completed"):
        raise bad_request(20001, f"Status must be canceled or completed, not {status}")
    if not call.live or (status == "canceled" and call.status == "in-progress"):
        raise bad_request(21220, f"Call is {call.status}. It cannot be {status}.")
    call.hang_up("api")
