"""The settings themselves. A missing or malformed one has stopped the start long before."""

from collections.abc import Iterator

from django.conf import settings

from conferencing.doctor.findings import Finding, ok, warning

_LONG_ENOUGH = 50  # characters, as Django's own check wants them


def findings() -> Iterator[Finding]:
    troubles = [*_troubles()]
    yield from troubles or [ok("Every setting is there and well formed.")]


def _troubles() -> Iterator[Finding]:
    if settings.DEBUG:
        yield warning(
            "DJANGO_DEBUG is on: errors show your settings to whoever meets them.",
            "Leave it out where others can reach this.",
        )
    if len(settings.SECRET_KEY) < _LONG_ENOUGH:
        yield warning(
            "DJANGO_SECRET_KEY is short: sessions could be forged.",
            f"Give it {_LONG_ENOUGH} random characters or more.",
        )
    if settings.TWILIO_AUTH_TOKEN == settings.TWILIO_AUTH_TOKEN_SECONDARY:
        yield warning(
            "TWILIO_AUTH_TOKEN_SECONDARY is the same as TWILIO_AUTH_TOKEN.",
            "Leave it out, unless a rotation is under way: then it is the other token.",
        )
