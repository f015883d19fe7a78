"""The IncomingPhoneNumbers resource: the account's lines and their webhooks."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.clock import now
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.lines import Line
from localtwilio.rest.errors import bad_request, not_found
from localtwilio.rest.paging import page
from localtwilio.rest.params import Params
from localtwilio.rest.render import line_json
from localtwilio.rest.resource import Gate, form_of, query_of

URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
}
METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
}
TEXTS = {
    "FriendlyName": "friendly_name",
    "VoiceApplicationSid": "voice_application_sid",
    "SmsApplicationSid": "sms_application_sid",
    "TrunkSid": "trunk_sid",
    "VoiceReceiveMode": "voice_receive_mode",
}
IGNORED = [
    "AccountSid",
    "ApiVersion",
    "EmergencyStatus",
    "EmergencyAddressSid",
    "IdentitySid",
    "AddressSid",
    "BundleSid",
    "VoiceCallerIdLookup",
]
UPDATE = frozenset([*URLS, *METHODS, *TEXTS, *IGNORED])


class Numbers:
    """List, fetch, update. Lines are given at the start; none can be bought or let go."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._by_sid = {line.sid: line for line in exchange.lines.values()}

    def routes(self, gate: Gate) -> list[Route]:
        base = "/IncomingPhoneNumbers"
        return [
            gate.route(f"{base}.json", GET=self.list),
            gate.route(f"{base}/{{sid}}.json", GET=self.fetch, POST=self.update),
        ]

    async def list(self, request: Request) -> Response:
        query = query_of(request)
        asked = dict(query)
        wanted = asked.get("PhoneNumber") or ""
        found = [
            line
            for line in reversed(self._exchange.lines.values())
            if wanted.lstrip("+ ") in line.number
            and asked.get("FriendlyName") in (None, "", line.friendly_name)
        ]
        account = self._exchange.config.account_sid
        body = page(
            request.url.path,
            "incoming_phone_numbers",
            query,
            found,
            lambda line: line.sid,
            lambda line: line_json(line, account),
        )
        return JSONResponse(body)

    async def fetch(self, request: Request) -> Response:
        return self._answer(self._line(request))

    async def update(self, request: Request) -> Response:
        line, params = self._line(request), await form_of(request)
        params.warn_unknown(UPDATE, request.url.path, self._exchange.debugger)
        for name, value in _changes(params).items():
            setattr(line, name, value)
        line.updated = now()
        return self._answer(line)

    def _answer(self, line: Line) -> Response:
        return JSONResponse(line_json(line, self._exchange.config.account_sid))

    def _line(self, request: Request) -> Line:
        line = self._by_sid.get(request.path_params["sid"])
        if line is None:
            raise not_found(request.url.path)
        return line


def _changes(params: Params) -> dict[str, str | None]:
    """Everything is checked before anything is changed; an empty value unsets."""
    changes: dict[str, str | None] = {}
    for name, field in URLS.items():
        if name in params:
            changes[field] = params.url(name, 21609 if name == "StatusCallback" else 21502)
    for name, field in METHODS.items():
        if params.text(name):
            changes[field] = params.method(name)
    for name, field in TEXTS.items():
        if name in params:
            changes[field] = params.text(name)
    if changes.get("friendly_name", "-") is None:
        raise bad_request(20001, "FriendlyName must not be empty")
    return changes
