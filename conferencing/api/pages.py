"""Lists: newest first, by cursor, so that a deep page costs what the first one does."""

import re
from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from calls import ids


class NewestFirst(CursorPagination):
    """Our ids grow with time, so their order is that of creation."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    page_size_query_description = "How many on a page: 50 if not given, at most 200."
    max_page_size = 200
    cursor_query_description = "Comes in `next` and `previous`; not to be made up."

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size", str(NewestFirst.page_size))
        if not re.fullmatch(r"[0-9]{1,9}", asked) or int(asked) < 1:
            raise ValidationError({"page_size": ["Give a whole number from 1 to 200."]})
        return min(int(asked), self.max_page_size)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _bad_cursor() from None
        if cursor and not re.fullmatch(ids.PATTERN, str(cursor.position)):
            raise _bad_cursor()
        return cursor

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for each in parameters:
            if each["name"] == "page_size":
                each["schema"] |= {"minimum": 1, "default": self.page_size}
        return parameters


def _bad_cursor() -> ValidationError:
    return ValidationError(
        {"cursor": ["This is no cursor of ours: follow `next` and `previous`, or leave it out."]}
    )
