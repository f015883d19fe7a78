"""The account at the telephone network: our credentials, our numbers, and its clock."""

from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import requests
from django.conf import settings
from django.utils import timezone

from conferencing.doctor.findings import Finding, error, ok, warning
from conferencing.telephony import LineSetup, Refused, TelephonyError, network

_PATIENCE = 5  # seconds
_NOTICEABLE, _HARMFUL = 5, 60  # seconds between two clocks


def findings() -> Iterator[Finding]:
    try:
        setups = network().line_setups()
    except Refused as refusal:
        yield error(
            f"The account turns us away. {refusal.detail}",
            "Copy SID and token, or API key, from Twilio's console once more.",
        )
        return
    except TelephonyError as trouble:
        yield error(
            f"Nothing is known of our numbers. {trouble.detail}",
            "See that this machine reaches TWILIO_API_BASE_URL, and run doctor again.",
        )
        return
    yield ok("The account's credentials are valid.")
    owned = {setup.number: setup for setup in setups}
    for number in settings.OWN_LINES:
        yield _line(number, owned.get(number))


def _line(number: str, setup: LineSetup | None) -> Finding:
    if setup is None:
        return error(
            f"The account does not own {number}.",
            "Buy it there, or correct SERVER_PHONE or MAIN_LINE_PHONE.",
        )
    if setup.already_ours:
        return ok(f"{number} sends its calls to us.")
    if setup.occupied_by:
        return error(
            f"{number} sends its calls to another application: {setup.occupied_by}.",
            "Run `manage.py configure_lines --force` to take it over.",
        )
    return error(f"{number} does not send its calls to us.", "Run `manage.py configure_lines`.")


def clock_findings() -> Iterator[Finding]:
    """Callbacks tell when something happened by the network's clock, deadlines are by ours."""
    try:
        answer = requests.get(settings.TWILIO_API_BASE_URL, timeout=_PATIENCE)
        there = parsedate_to_datetime(answer.headers["Date"])
    except (requests.RequestException, KeyError, ValueError):
        yield warning("The network's clock could not be read.", "Run doctor again later.")
        return
    apart = abs((timezone.now() - there).total_seconds())
    says = f"Our clock and the network's are {apart:.0f} seconds apart"
    if apart < _NOTICEABLE:
        yield ok(f"{says}.")
    elif apart < _HARMFUL:
        yield warning(f"{says}: talk times will be wrong by that.", "Let NTP set the clock.")
    else:
        yield error(f"{says}: what happened cannot be put in order.", "Let NTP set the clock.")
