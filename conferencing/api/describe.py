"""What the OpenAPI document says of each operation: a decorator for each."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers

from conferencing.api import examples
from conferencing.api.idempotency import HEADER
from conferencing.api.inputs import (
    CallFilters,
    ConferenceFilters,
    HeardFlag,
    NewConference,
    NewParticipant,
    Nothing,
    VoicemailFilters,
)
from conferencing.api.outputs import (
    CallOut,
    ConferenceOut,
    EventOut,
    ParticipantOut,
    VoicemailOut,
)

View = TypeVar("View", bound=Callable[..., Any])


class OneError(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="A word for programs.")
    detail = serializers.CharField(help_text="A sentence for people; says what to do.")
    attr = serializers.CharField(
        allow_null=True, help_text="The field, such as participants.3.phone_number; or null."
    )


@extend_schema_serializer(component_name="Error")
class ErrorOut(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = serializers.ListSerializer[Any](child=OneError())  # type: ignore[assignment]


_WHEN = {
    400: "Something in the request is wrong: `attr` names it.",
    401: "The API key is missing or not valid.",
    403: "The API key may only read.",
    404: "No such thing, or it belongs to another key.",
    406: "Only application/json is answered.",
    409: "Not possible in the present state; nothing was changed.",
    413: "The body is larger than 64 KB.",
    415: "Send application/json.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many requests: `Retry-After` says in how many seconds to come again.",
    503: "Not at the moment: `Retry-After` says in how many seconds to come again.",
}
_ALWAYS = (401, 406, 429, 503)
_WRITES = (400, 403, 413, 415)
_REPLAYS = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern=r"^[\x20-\x7e]{1,255}$",
    description="The same key and body give the same answer for 24 hours, and do nothing again;"
    " the answer then has the header `Idempotent-Replayed: true`.",
)
_BAD_NUMBER = examples.error(
    400,
    "validation_error",
    "invalid_phone_number",
    "'12345' is not a phone number: write it with + and the country code, such as +1 212 555 0101.",
    "participants.0.phone_number",
)
_BAD_FILTER = examples.error(
    400, "validation_error", "invalid", "Give a whole number from 1 to 200.", "page_size"
)
_AUDIO = {(200, "audio/*"): bytes}
_NO_KEY = examples.error(
    401, "client_error", "not_authenticated", "Authentication credentials were not provided."
)
_NOT_FOUND = examples.error(
    404,
    "client_error",
    "not_found",
    "There is no such thing here, or it belongs to another API key.",
)
_OVER = examples.error(
    409,
    "client_error",
    "conference_over",
    "The conference is over: nobody can be added.",
)
_NO_CODE = examples.error(
    503,
    "server_error",
    "no_free_code",
    "Half of all codes are in use: try again in a minute, or raise CONFERENCE_CODE_LENGTH.",
)


def _operation(
    name: str,
    summary: str,
    status: int,
    output: Any,
    *told: Any,
    request: Any = None,
    parameters: list[Any] | None = None,
    errors: tuple[int, ...] = (),
) -> Callable[[View], View]:
    refusals = {
        code: OpenApiResponse(ErrorOut, _WHEN[code]) for code in sorted({*_ALWAYS, *errors})
    }
    good = output if isinstance(output, dict) else {status: output}
    described: Callable[[View], View] = extend_schema(
        operation_id=name,
        summary=summary,
        request=request,
        parameters=parameters,
        responses={**good, **refusals},
        examples=[*told, _NO_KEY],
    )
    return described


conferences = _operation(
    "conferences",
    "List the conferences, newest first",
    200,
    ConferenceOut(many=True),
    examples.answered(examples.CONFERENCE),
    _BAD_FILTER,
    parameters=[ConferenceFilters],
    errors=(400,),
)
open_conference = _operation(
    "open_conference",
    "Open a conference: text and call its people",
    201,
    ConferenceOut,
    examples.asked(examples.NEW_CONFERENCE),
    examples.answered(examples.CONFERENCE, 201),
    _BAD_NUMBER,
    _NO_CODE,
    request=NewConference,
    parameters=[_REPLAYS],
    errors=(*_WRITES, 422),
)
conference = _operation(
    "conference",
    "Look at a conference",
    200,
    ConferenceOut,
    examples.answered(examples.CONFERENCE),
    _NOT_FOUND,
    errors=(404,),
)
end_conference = _operation(
    "end_conference",
    "End a conference for all; one that is over stays as it is",
    202,
    ConferenceOut,
    examples.answered({**examples.CONFERENCE, "status": "ending"}, 202),
    _NOT_FOUND,
    request=Nothing,
    parameters=[_REPLAYS],
    errors=(*_WRITES, 404, 422),
)
invite = _operation(
    "invite",
    "Add somebody, also while the conference is live",
    201,
    ParticipantOut,
    examples.asked(examples.NEW_PARTICIPANT),
    examples.answered({**examples.ANN, "status": "pending"}, 201),
    _BAD_NUMBER,
    _NOT_FOUND,
    _OVER,
    request=NewParticipant,
    parameters=[_REPLAYS],
    errors=(*_WRITES, 404, 409, 422),
)
remove = _operation(
    "remove",
    "Hang somebody up, or withdraw the invitation",
    202,
    ParticipantOut,
    examples.answered({**examples.ANN, "status": "canceled"}, 202),
    _NOT_FOUND,
    errors=(403, 404, 413),
)
conference_events = _operation(
    "conference_events",
    "The timeline of a conference, newest first",
    200,
    EventOut(many=True),
    examples.answered(examples.EVENT),
    _BAD_FILTER,
    _NOT_FOUND,
    errors=(400, 404),
)
calls = _operation(
    "calls",
    "List the calls, newest first: one for each leg",
    200,
    CallOut(many=True),
    examples.answered(examples.CALL),
    _BAD_FILTER,
    parameters=[CallFilters],
    errors=(400,),
)
call = _operation(
    "call",
    "Look at a call",
    200,
    CallOut,
    examples.answered(examples.CALL),
    _NOT_FOUND,
    errors=(404,),
)
call_events = _operation(
    "call_events",
    "The timeline of a call, newest first",
    200,
    EventOut(many=True),
    examples.answered(examples.EVENT),
    _BAD_FILTER,
    _NOT_FOUND,
    errors=(400, 404),
)
voicemails = _operation(
    "voicemails",
    "List the messages that callers left, newest first",
    200,
    VoicemailOut(many=True),
    examples.answered(examples.VOICEMAIL),
    _BAD_FILTER,
    parameters=[VoicemailFilters],
    errors=(400,),
)
voicemail = _operation(
    "voicemail",
    "Look at a message",
    200,
    VoicemailOut,
    examples.answered(examples.VOICEMAIL),
    _NOT_FOUND,
    errors=(404,),
)
mark_voicemail = _operation(
    "mark_voicemail",
    "Mark a message as heard, or as not heard",
    200,
    VoicemailOut,
    examples.asked({"heard": True}),
    examples.answered({**examples.VOICEMAIL, "heard": True, "heard_at": examples.MOMENT}),
    _NOT_FOUND,
    request=HeardFlag,
    errors=(*_WRITES, 404),
)
voicemail_audio = _operation(
    "voicemail_audio",
    "Get the audio of a message; a Range gets a part of it",
    200,
    _AUDIO,
    _NOT_FOUND,
    errors=(404,),
)
