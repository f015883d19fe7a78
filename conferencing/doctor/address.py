"""PUBLIC_BASE_URL: is it safe, does it lead here, and does the door know who knocks?"""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests
from django.conf import settings

from conferencing.carrier import selftest
from conferencing.doctor.findings import Finding, error, ok, warning

_PATIENCE = 5  # seconds


def findings() -> Iterator[Finding]:
    yield from _safety()
    yield from _leads_here()


def _safety() -> Iterator[Finding]:
    base = settings.PUBLIC_BASE_URL
    at_home = is_here(settings.TWILIO_API_BASE_URL)
    if is_here(base) and not at_home:
        yield error(
            f"PUBLIC_BASE_URL is {base}, an address of this machine only: Twilio cannot reach it.",
            "Write the address that the internet sees.",
        )
    elif urlsplit(base).scheme != "https" and not at_home:
        yield warning(
            f"PUBLIC_BASE_URL is {base}: codes and numbers cross the internet for all to read.",
            "Put a TLS proxy before Partyline and write https.",
        )


def _leads_here() -> Iterator[Finding]:
    url = f"{settings.PUBLIC_BASE_URL}/healthz"
    remedy = "See that the web program runs, and that PUBLIC_BASE_URL, DNS and proxy lead to it."
    try:
        answer = requests.get(url, timeout=_PATIENCE, allow_redirects=False)
    except requests.RequestException as trouble:
        yield error(f"{url} cannot be reached from here: {type(trouble).__name__}.", remedy)
        return
    if answer.status_code == 200 and "alive" in answer.text[:100]:
        yield ok(f"{settings.PUBLIC_BASE_URL} leads to Partyline.")
    else:
        yield error(f"{url} answers {answer.status_code}, and it is not Partyline.", remedy)


def signature_findings() -> Iterator[Finding]:
    """Knocks at our own door as Twilio would, and once without a signature."""
    try:
        signed, unsigned = selftest.knock(signed=True), selftest.knock(signed=False)
    except requests.RequestException as trouble:
        yield warning(
            f"The signature check could not be tried: {type(trouble).__name__}.",
            "Mend the address first.",
        )
        return
    if unsigned != 403:
        yield error(
            f"A webhook without a signature was answered with {unsigned}, not with 403.",
            "Something before Partyline answers in its place: look at the proxy.",
        )
    if signed != 200:
        yield error(
            f"A webhook with the right signature was answered with {signed}, as Twilio's will be.",
            "The web program must have the same PUBLIC_BASE_URL and TWILIO_AUTH_TOKEN as this one,"
            " and the proxy must leave path and query as they are.",
        )
    elif unsigned == 403:
        yield ok("A signed webhook is let in, and an unsigned one is not.")


def is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
