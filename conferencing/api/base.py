"""What all views of the API share."""

from typing import Any, TypeVar

from django.db import models
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from conferencing.api.fields import StrictSerializer
from conferencing.api.idempotency import checked
from conferencing.api.pages import NewestFirst
from conferencing.api.parsing import refuse_large
from conferencing.api.refusals import NOT_FOUND
from conferencing.models import ApiKey

Row = TypeVar("Row", bound=models.Model)


class ApiView(APIView):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_large(request)

    @property
    def key(self) -> ApiKey:
        key = self.request.user
        assert isinstance(key, ApiKey), "HasScope lets nobody else in"
        return key

    def get_one(self, rows: QuerySet[Row], row_id: str) -> Row:
        """What is not visible does not exist."""
        row = rows.filter(pk=row_id).first()
        if row is None:
            raise NotFound(NOT_FOUND)
        return row


class ListView(ApiView):
    """A list, newest first."""

    pagination_class = NewestFirst  # the schema reads it
    output: type[BaseSerializer[Any]]

    def filters(self, of: type[StrictSerializer]) -> dict[str, Any]:
        return checked(of, self.request.query_params.dict())

    def page(self, rows: QuerySet[Any]) -> Response:
        pages = self.pagination_class()
        found = pages.paginate_queryset(rows, self.request, view=self)
        return pages.get_paginated_response(self.output(found, many=True).data)
