"""Knock at our own door as Twilio does, to see whether it would be let in."""

import requests
from django.conf import settings

from conferencing.carrier import links, signature

_PATIENCE = 5  # seconds


def knock(*, signed: bool) -> int:
    """The HTTP status of the fallback, which needs no database and changes nothing.

    Raises requests.RequestException.
    """
    url, form = links.fallback(), {"AccountSid": settings.TWILIO_ACCOUNT_SID}
    headers = {}
    if signed:
        token = settings.TWILIO_AUTH_TOKEN
        headers["X-Twilio-Signature"] = signature.sign(token, url, form.items())
    answer = requests.post(
        url, data=form, headers=headers, timeout=_PATIENCE, allow_redirects=False
    )
    return answer.status_code
