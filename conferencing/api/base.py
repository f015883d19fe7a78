"""What all views of the API share."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from calls.newest import Newest
from conferencing.api.fields import StrictSerializer
from conferencing.api.idempotency import checked
from conferencing.api.pages import NewestFirst
from conferencing.api.parsing import refuse_large
from conferencing.api.refusals import NOT_FOUND
from conferencing.models import ApiKey

Row = TypeVar("Row", bound=models.Model)

# A row and its id are made at nearly the same time, and the ids alone have an index.
APART = 1.0  # seconds


class ApiView(APIView):
    # What `Allow` names can be asked for: there is no OPTIONS here.
    http_method_names = ["get", "post", "patch", "delete", "head"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_large(request)


class ListView(ApiView):
    """A list, newest first."""

    pagination_class = NewestFirst
    output: type[BaseSerializer[Any]]

    def page(self, request: Request, rows: QuerySet[Any] | Newest[Any]) -> Response:
        pages = self.pagination_class()
        found = pages.paginate_queryset(rows, request, view=self)  # type: ignore[arg-type]
        return pages.get_paginated_response(self.output(found, many=True).data)


def key_of(request: Request) -> ApiKey:
    key = request.user
    assert isinstance(key, ApiKey), "HasScope lets nobody else in"
    return key


def filters(request: Request, of: type[StrictSerializer]) -> dict[str, Any]:
    return checked(of, request.query_params.dict())


def get_one(rows: QuerySet[Row], row_id: str) -> Row:
    """What is not visible does not exist."""
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    return row
