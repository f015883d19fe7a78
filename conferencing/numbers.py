"""Which phone numbers may be texted or called."""

from collections.abc import Collection
from functools import lru_cache

import phonenumbers
from django.conf import settings
from django.db.models import QuerySet
from phonenumbers import PhoneNumber, PhoneNumberType

from calls.models import Line
from calls.questions import question
from conferencing.errors import BadNumber

# Calling these costs the caller's company more than a phone call: the usual aim of toll fraud.
_PREMIUM = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.PAGER,
    PhoneNumberType.PERSONAL_NUMBER,  # +44 70 looks like a mobile and is billed as premium
}


_SHOWN = 40  # characters of a number that is none


def own_lines() -> frozenset[str]:
    """The numbers that we answer ourselves: whoever called them would call in circles."""
    return frozenset(settings.OWN_LINES) | {number for (number,) in _lines()}


@question
def _lines() -> QuerySet[Line, tuple[str]]:
    return Line.objects.values_list("number")


def invitable(written: str, own_lines: Collection[str]) -> str:
    """The number in E.164, however it was written. Raises BadNumber with the reason."""
    number = _parsed(written)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if e164 in own_lines:
        raise BadNumber(f"{e164} is one of our own lines: give the number of a person.", "own_line")
    country = phonenumbers.region_code_for_number(number)
    if country not in settings.ALLOWED_COUNTRIES:
        allowed = ", ".join(sorted(settings.ALLOWED_COUNTRIES))
        raise BadNumber(
            f"{e164} is in {country or 'no country'}, where we do not call; allowed: {allowed}.",
            "country_not_allowed",
        )
    if phonenumbers.number_type(number) in _PREMIUM:
        raise BadNumber(f"{e164} is a premium-rate number: we do not call those.", "premium_rate")
    return e164


@lru_cache(maxsize=10_000)
def as_e164(written: str) -> str | None:
    """The number of a caller in E.164; None for a withheld or made-up one."""
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_as(written: str) -> str | None:
    """The number in E.164, if the network lets us show it as a caller's; else None.

    A withheld number comes as a word, or as a number that spells one and that nobody can have.
    """
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(written: str) -> PhoneNumber:
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        number = None
    # The parser also finds a number within words; only what a person would write is let through.
    strange = set(written.strip()) - set("+0123456789 ()-./\u00a0")
    if number is None or strange or not phonenumbers.is_valid_number(number):
        raise BadNumber(
            f"{written[:_SHOWN]!r} is not a phone number: write it with + and the country code,"
            " such as +1 212 555 0101."
        )
    return number
