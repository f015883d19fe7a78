"""Requests whose body comes in chunks."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_LONGEST = 65_536  # bytes; what is longer is refused, so no more needs to be read


def with_length(application: WSGIApplication) -> WSGIApplication:
    """Read a chunked body before Django does: it has no length, and Django takes it for empty.

    Needs a server that ends such a body for us, as gunicorn does and says by
    `wsgi.input_terminated`.
    """

    def measured(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        chunked = "HTTP_TRANSFER_ENCODING" in environ and environ.get("wsgi.input_terminated")
        if chunked and not environ.get("CONTENT_LENGTH"):
            _measure(environ)
        return application(environ, start_response)

    return measured


def _measure(environ: dict[str, Any]) -> None:
    body = environ["wsgi.input"].read(_LONGEST + 1)
    environ["CONTENT_LENGTH"] = str(len(body))
    environ["wsgi.input"] = BytesIO(body)
