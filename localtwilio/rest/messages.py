"""The Messages resource."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from localtwilio.config import E164
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.messages import Message
from localtwilio.rest import magic
from localtwilio.rest.errors import ApiError, bad_request, not_found
from localtwilio.rest.paging import date_filter, page, settled
from localtwilio.rest.params import Params
from localtwilio.rest.render import message_json
from localtwilio.rest.resource import Gate, created, form_of, query_of

CREATE = frozenset(
    [
        "To",
        "From",
        "MessagingServiceSid",
        "Body",
        "MediaUrl",
        "ContentSid",
        "StatusCallback",
        "ApplicationSid",
        "MaxPrice",
        "ProvideFeedback",
        "Attempt",
        "ValidityPeriod",
        "ForceDelivery",
        "ContentRetention",
        "AddressRetention",
        "SmartEncoded",
        "PersistentAction",
        "TrafficType",
        "ShortenUrls",
        "ScheduleType",
        "SendAt",
        "SendAsMms",
        "ContentVariables",
        "RiskCheck",
        "FallbackFrom",
    ]
)
LONGEST_BODY = 1600
UNDER_WAY = frozenset({"accepted", "queued", "sending", "sent"})


class Messages:
    """Create, list, fetch, redact, delete."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self, gate: Gate) -> list[Route]:
        one = {"GET": self.fetch, "POST": self.update, "DELETE": self.delete}
        return [
            gate.route("/Messages.json", GET=self.list, POST=self.create),
            gate.route("/Messages/{sid}.json", **one),
        ]

    async def create(self, request: Request) -> Response:
        params = await form_of(request)
        params.warn_unknown(CREATE, request.url.path, self._exchange.debugger)
        to, from_ = _numbers(params, self._exchange)
        body = params.text("Body") or ""
        if not (body or params.text("MediaUrl") or params.text("ContentSid")):
            raise bad_request(21602, "Message body is required")
        if len(body) > LONGEST_BODY:
            raise bad_request(21617, f"The message body is longer than {LONGEST_BODY} characters")
        message = Message(
            self._exchange.config.account_sid,
            from_,
            to,
            body,
            callback=params.url("StatusCallback", 21609),
            messaging_service_sid=params.text("MessagingServiceSid"),
        )
        self._exchange.texting.send(message)
        return created(message_json(message))

    async def list(self, request: Request) -> Response:
        query = query_of(request)
        asked = dict(query)
        sent = date_filter(query, "DateSent", lambda message: message.sent)
        lag = self._exchange.faults.rest["list_lag"]
        found = [
            message
            for message in settled(
                self._exchange.texting.messages.values(), lambda one: one.created, lag
            )
            if not message.deleted
            and asked.get("To") in (None, "", message.to)
            and asked.get("From") in (None, "", message.from_)
            and sent(message)
        ]
        path = request.url.path
        return JSONResponse(page(path, "messages", query, found, lambda one: one.sid, message_json))

    async def fetch(self, request: Request) -> Response:
        return JSONResponse(message_json(self._message(request)))

    async def update(self, request: Request) -> Response:
        """An empty Body redacts; only scheduled messages, which are not had here, are canceled."""
        message, params = self._message(request), await form_of(request)
        params.warn_unknown(("Body", "Status"), request.url.path, self._exchange.debugger)
        if params.raw("Body") == "":
            message.body = ""
        if params.text("Status"):
            raise bad_request(20001, f"The message is {message.status} and cannot be canceled")
        return JSONResponse(message_json(message))

    async def delete(self, request: Request) -> Response:
        message = self._message(request)
        if message.status in UNDER_WAY:
            raise ApiError(409, 20009, "The message cannot be deleted before it is complete")
        message.deleted = True
        return Response(status_code=204)

    def _message(self, request: Request) -> Message:
        message = self._exchange.texting.messages.get(request.path_params["sid"])
        if message is None or message.deleted:
            raise not_found(request.url.path)
        return message


def _numbers(params: Params, exchange: Exchange) -> tuple[str, str | None]:
    to, from_ = params.text("To"), params.text("From")
    if not to:
        raise bad_request(21604, "A 'To' phone number is required")
    if not from_ and not params.text("MessagingServiceSid"):
        raise bad_request(21603, "A 'From' phone number is required")
    magic.refuse_message(to, from_ or "")
    if from_ and from_ not in exchange.lines and from_ != magic.GOOD:
        raise bad_request(21606, f"The 'From' number {from_} is not a number of this account")
    if not E164.match(to) or to == from_:
        raise bad_request(21211, f"The 'To' number {to} is not a valid phone number")
    return to, from_
