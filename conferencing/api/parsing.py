"""JSON in: at most 64 KB of it, in UTF-8, whatever its sender says of it."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from conferencing.api.refusals import TooLarge

LARGEST = 65_536  # bytes


def refuse_large(request: Request) -> None:
    """By its announced length, before anything is read."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and int(length[:12]) > LARGEST:
        raise TooLarge


class StrictJSONParser(JSONParser):
    def parse(
        self,
        stream: IO[bytes],
        _media_type: str | None = None,
        _parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise TooLarge
        try:
            return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"The body is not valid JSON in UTF-8: {_where(error)}.") from None


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is no JSON number")


def _where(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return str(error)[:100]
