"""What the OpenAPI document says of any operation."""

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
WRITES = (400, 403, 413, 415)
REPLAYS = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    pattern=r"^[\x20-\x7e]{1,255}$",
    description="The same key and body give the same answer for 24 hours, and do nothing again;"
    " the answer then has the header `Idempotent-Replayed: true`.",
)
BAD_NUMBER = examples.error(
    400,
    "validation_error",
    "invalid_phone_number",
    "'12345' is not a phone number: write it with + and the country code, such as +1 212 555 0101.",
    "participants.0.phone_number",
)
BAD_FILTER = examples.error(
    400, "validation_error", "invalid", "Give a whole number from 1 to 200.", "page_size"
)
_NO_KEY = examples.error(
    401, "client_error", "not_authenticated", "Authentication credentials were not provided."
)
NOT_FOUND = examples.error(
    404,
    "client_error",
    "not_found",
    "There is no such thing here, or it belongs to another API key.",
)


def operation(
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
