"""Webhooks go straight to their views."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, get_resolver

_PREFIX = "/twilio/"


class WebhooksFirst:
    """Takes webhooks past all other middleware: they have no session, no user and no cookies.

    They are signed, so nothing else has to be asked of them; and a redirect to https would lose
    what was posted.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(_PREFIX):
            try:
                view, _, ids = get_resolver().resolve(request.path_info)
            except Resolver404:
                return self._get_response(request)
            response: HttpResponse = view(request, **ids)
            return response
        return self._get_response(request)
