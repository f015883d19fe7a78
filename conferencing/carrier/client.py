"""Twilio's own client, told where to ask, as whom, and how long to wait."""

import ipaddress
import logging
from urllib.parse import urlsplit

from django.conf import settings
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3 import Timeout

# It says ten lines for each request.
logging.getLogger("twilio.http_client").setLevel(logging.WARNING)

_PATIENCE = Timeout(total=5)  # seconds for a request, connecting included


def new_client() -> Client:
    """A client of Twilio's REST API, for one thread."""
    http = TwilioHttpClient(max_retries=0)
    http.timeout = _PATIENCE  # The constructor compares it with a number; requests takes it well.
    if _is_here(settings.TWILIO_API_BASE_URL):
        http.session.trust_env = False  # No proxy leads to this machine.
    client = Client(
        username=settings.TWILIO_API_KEY_SID or settings.TWILIO_ACCOUNT_SID,
        password=settings.TWILIO_API_KEY_SECRET or settings.TWILIO_AUTH_TOKEN,
        account_sid=settings.TWILIO_ACCOUNT_SID,
        http_client=http,
    )
    client.api.base_url = settings.TWILIO_API_BASE_URL
    return client


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
