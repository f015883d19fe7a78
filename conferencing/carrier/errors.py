"""What goes wrong between us and Twilio's REST API, in the port's words.

What matters is whether the request may be sent again: yes, if Twilio said that it did nothing
(429) or was never reached; no, if it may have been at work when the line broke.
"""

import json
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from conferencing.carrier import vocabulary
from conferencing.telephony import NotThere, OutcomeUnknown, Refused, TelephonyError, TryLater

logger = logging.getLogger(__name__)

_TOO_MANY = 429
_NOT_FOUND = 404
_SDK_WORDS = re.compile(r"Unable to \w+ \w+(: )?")  # what the SDK puts before Twilio's message
_NOT_JSON = (ValueError, TypeError, KeyError, AttributeError)  # what the SDK then raises


@contextmanager
def in_our_words() -> Iterator[None]:
    """Around requests to Twilio: whatever they raise leaves as a TelephonyError."""
    try:
        yield
    except TwilioException as error:
        raise _answered(error) from error
    except RequestException as error:
        raise _broken(error) from error
    except _NOT_JSON as error:
        logger.warning("Twilio's answer makes no sense", exc_info=True)
        raise OutcomeUnknown(vocabulary.NO_ANSWER) from error


def _answered(error: TwilioException) -> TelephonyError:
    status, code, message = _said(error)
    if status == _TOO_MANY:
        return TryLater(vocabulary.BUSY_NOW, code)
    if not 400 <= status < 500:
        return OutcomeUnknown(vocabulary.NO_ANSWER, code)
    kind = NotThere if status == _NOT_FOUND else Refused
    return kind(vocabulary.refusal(code, message), code)


def _said(error: TwilioException) -> tuple[int, str, str]:
    """HTTP status, Twilio's code and Twilio's message; status 0 where there was none."""
    if isinstance(error, TwilioRestException):
        return error.status, str(error.code or ""), _SDK_WORDS.sub("", error.msg)
    if isinstance(error, TwilioServiceException):
        return error.status, str(error.code), error.detail or error.title
    for part in error.args:
        # Of a list that it cannot read, the SDK raises no more than the bare response.
        if isinstance(part, Response):
            return part.status_code, *_body(part.text)
    return 0, "", str(error)


def _body(text: str) -> tuple[str, str]:
    try:
        body = json.loads(text)
        return str(body["code"]), str(body["message"])
    except _NOT_JSON:
        return "", ""


def _broken(error: RequestException) -> TelephonyError:
    if _never_sent(error):
        return TryLater(vocabulary.NOT_REACHED)
    return OutcomeUnknown(vocabulary.NO_ANSWER)


def _never_sent(error: RequestException) -> bool:
    """The connection did not come about, so no word of the request has left us."""
    cause = error.args[0] if isinstance(error, NotConnected) and error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else None
    if isinstance(reason, NewConnectionError | ConnectTimeoutError):
        return True
    return bool(
        reason and any(isinstance(part, ssl.SSLCertVerificationError) for part in reason.args)
    )
