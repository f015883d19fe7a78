"""The one door for webhooks: nothing passes that Twilio has not signed, not even under DEBUG.

Behind it a view gets the form, read once; before it nothing is written but a log line and a count.
"""

import logging
from collections.abc import Callable
from functools import wraps
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import Counter

from conferencing.carrier import signature
from conferencing.carrier.forms import Form, MalformedError
from conferencing.carrier.parameters import KNOWN
from conferencing.outages import in_words, patiently

logger = logging.getLogger(__name__)

LARGEST_BODY = 65_536  # bytes
_MOST_FIELDS = 1_000
_PATIENCE = 3.0  # seconds for a database that is started anew; Twilio waits 15

REFUSED = Counter("partyline_webhooks_refused", "Webhooks turned away, by reason", ["reason"])
FAILED = Counter("partyline_webhooks_failed", "Signed webhooks that we failed to handle")
IGNORED = Counter("partyline_webhook_parameters_ignored", "Parameters that we do not know")

View = Callable[..., HttpResponse]


class _TurnedAwayError(Exception):
    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


def webhook(*, otherwise: Callable[[], HttpResponse]) -> Callable[[View], View]:
    """Guard a view, which is called with the request, its form and the ids of its URL.

    The view may be called twice: whatever Twilio repeats changes nothing. `otherwise` makes the
    answer when it fails: Twilio would read callers a 500 aloud.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **ids: str) -> HttpResponse:
            try:
                form = _admit(request)
                return patiently(lambda: view(request, form, **ids), _PATIENCE)
            except _TurnedAwayError as refusal:
                return _turned_away(request, refusal.reason, refusal.status)
            except MalformedError as parameter:
                return _turned_away(request, f"malformed_{parameter}")
            except (DatabaseError, InterfaceError, OSError) as error:
                FAILED.inc()
                why = in_words(error)
                logger.error(
                    "failed to handle the webhook %s. %s", request.path, why, exc_info=not why
                )
                return otherwise()
            except Exception:
                FAILED.inc()
                logger.exception("failed to handle the webhook %s", request.path)
                return otherwise()

        return csrf_exempt(guarded)

    return guard


def _admit(request: HttpRequest) -> Form:
    body = _body(request)
    given = request.headers.get("X-Twilio-Signature", "")
    base, tokens = settings.PUBLIC_BASE_URL, settings.TWILIO_AUTH_TOKENS
    if not given:
        raise _TurnedAwayError("unsigned")
    if request.method != "POST":
        raise _TurnedAwayError("method", 405)
    fields = _fields(request, body)
    if not signature.holds(given, base, _target(request), fields, tokens):
        raise _TurnedAwayError("signature")
    form = dict(fields)
    if form.get("AccountSid") != settings.TWILIO_ACCOUNT_SID:
        raise _TurnedAwayError("account")
    IGNORED.inc(len(form.keys() - KNOWN))
    return form


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        raise _TurnedAwayError("too_large", 413) from None
    except UnreadablePostError:
        raise _TurnedAwayError("no_form") from None
    if len(body) > LARGEST_BODY:
        raise _TurnedAwayError("too_large", 413)
    return body


def _fields(request: HttpRequest, body: bytes) -> list[tuple[str, str]]:
    """The form's names and values, strictly read: Django would patch up what is not UTF-8."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise _TurnedAwayError("no_form")
    try:
        return parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise _TurnedAwayError("no_form") from None


def _target(request: HttpRequest) -> str:
    """Path and query as they came over the wire, which is what Twilio has signed.

    WSGI's PATH_INFO is decoded already: `%2F` and `/` look the same there. Servers give the
    original as RAW_URI (gunicorn) or REQUEST_URI. Without it, Django's own spelling is the same
    for every URL that we hand out; any other only fails to match.
    """
    meta = request.META
    return meta.get("RAW_URI") or meta.get("REQUEST_URI") or request.get_full_path()


def _turned_away(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    REFUSED.labels(reason).inc()
    sender = request.META.get("REMOTE_ADDR", "")
    logger.warning("webhook refused (%s): %r from %s", reason, request.path, sender)
    if status == 405:
        return HttpResponseNotAllowed(["POST"])
    return HttpResponse(status=status, content_type="text/plain")


def number_of(request: HttpRequest, name: str) -> int:
    """A number that we put into the URL ourselves, and Twilio signed."""
    value = request.GET.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 12 else 0
