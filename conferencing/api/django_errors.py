"""Django's own error pages, which under `/api/` are JSON in the API's shape."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from conferencing.api import errors
from conferencing.api.refusals import NOT_FOUND


def _in_shape(request: HttpRequest, status: int, code: str, detail: str) -> JsonResponse | None:
    if not request.path.startswith("/api/"):
        return None
    kind = "server_error" if status >= 500 else "client_error"
    return JsonResponse(errors.body(kind, code, detail), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = "The request is malformed: look at its headers and its address."
    return _in_shape(request, 400, "bad_request", detail) or defaults.bad_request(
        request, exception
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    detail = "This is not allowed."
    return _in_shape(request, 403, "permission_denied", detail) or defaults.permission_denied(
        request, exception
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _in_shape(request, 404, "not_found", NOT_FOUND) or defaults.page_not_found(
        request, exception
    )


def server_error(request: HttpRequest) -> HttpResponse:
    detail = "Something went wrong on our side; it has been logged."
    return _in_shape(request, 500, "error", detail) or defaults.server_error(request)
