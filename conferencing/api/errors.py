"""Every error in one shape: `{"type", "errors": [{"code", "detail", "attr"}]}`."""

from typing import Any

from django.db import DatabaseError, InterfaceError, OperationalError
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error
from rest_framework import exceptions

from conferencing.api.refusals import Conflict, TooMany, Unavailable
from conferencing.errors import NoFreeCode, NotPossibleNow, TooOften

_NOBODY = "non_field_errors"


class Handler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, NotPossibleNow):
            return Conflict(exc.detail, exc.code)
        if isinstance(exc, TooOften):
            return TooMany(exc.detail, exc.code, exc.retry_after)
        if isinstance(exc, NoFreeCode):
            return Unavailable(exc.detail, exc.code, exc.retry_after)
        if isinstance(exc, OperationalError | InterfaceError):
            return Unavailable()
        known: Exception = super().convert_known_exceptions(exc)
        return known

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        if isinstance(exc, exceptions.APIException):
            return exc
        return exceptions.APIException("Something went wrong on our side; it has been logged.")

    def set_rollback(self) -> None:
        try:
            super().set_rollback()
        except DatabaseError:
            return  # there is no connection left on which to roll back


class Formatter(ExceptionFormatter):
    """`attr` is the path of a field, such as `participants.3.phone_number`, or null."""

    def get_errors(self) -> list[Error]:
        errors: list[Error] = super().get_errors()
        for error in errors:
            if error.attr:
                path = [part for part in error.attr.split(".") if part != _NOBODY]
                error.attr = ".".join(path) or None
        return errors


def body(type_: str, code: str, detail: str) -> dict[str, Any]:
    """An error that arises outside of REST framework, in the same shape."""
    return {"type": type_, "errors": [{"code": code, "detail": detail, "attr": None}]}
