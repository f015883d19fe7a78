"""What a setting's text may be. Each parser raises ValueError with words that follow its name."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

DATABASE_SCHEMES = ("sqlite://", "postgres://", "postgresql://")
MAIL_SCHEMES = ("smtp", "smtps", "smtp+tls", "smtp+ssl", "filemail", "consolemail")
BROKER_SCHEMES = ("filesystem://", "redis://", "rediss://")


def text(raw: str) -> str:
    return raw


def flag(raw: str) -> bool:
    if raw.lower() not in {"true", "false", "on", "off", "yes", "no", "1", "0"}:
        raise ValueError("is neither true nor false")
    return raw.lower() in environ.Env.BOOLEAN_TRUE_STRINGS


def listed(raw: str) -> list[str]:
    return [part.strip() for part in raw.split(",") if part.strip()]


def email(raw: str) -> str:
    try:
        validate_email(raw)
    except ValidationError:
        raise ValueError("is not an e-mail address") from None
    return raw


def emails(raw: str) -> list[str]:
    found = listed(raw)
    for address in found:
        try:
            email(address)
        except ValueError:
            raise ValueError(f"names {address}, which is not an e-mail address") from None
    return found


def email_url(raw: str) -> dict[str, Any]:
    """Django's settings of a mail server. The words of a complaint never hold the password."""
    scheme = raw.partition("://")[0]
    if scheme not in MAIL_SCHEMES:
        raise ValueError(f"begins with none of {', '.join(MAIL_SCHEMES)}")
    try:
        found: dict[str, Any] = environ.Env.email_url_config(raw)
    except ValueError:
        raise ValueError("is not the URL of a mail server") from None
    if scheme.startswith("smtp") and not found["EMAIL_HOST"]:
        raise ValueError("names no mail server")
    return found


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from `low` to `high`, both included."""

    def parse(raw: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", raw) or not low <= int(raw) <= high:
            raise ValueError(f"is not a whole number from {low:,} to {high:,}")
        return int(raw)

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """A parser of numbers above `low` and up to `high`."""

    def parse(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            value = low
        if not low < value <= high:
            raise ValueError(f"is not a number above {low:g} and at most {high:g}")
        return value

    return parse


def probability(raw: str) -> float:
    """A number from 0 to 1; 0 shuts the door, so it is allowed."""
    try:
        value = float(raw)
    except ValueError:
        value = -1
    if not 0 <= value <= 1:
        raise ValueError("is not a number from 0 to 1")
    return value


def pattern(regex: str, complaint: str) -> Callable[[str], str]:
    """A parser of texts that match `regex` as a whole."""

    def parse(raw: str) -> str:
        if not re.fullmatch(regex, raw):
            raise ValueError(complaint)
        return raw

    return parse


def phone(raw: str) -> str:
    """A valid number in E.164, and nothing that only looks like one when formatted."""
    try:
        parsed = phonenumbers.parse(raw)
    except phonenumbers.NumberParseException:
        raise ValueError("is not a phone number") from None
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError("is not a valid phone number")
    if phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) != raw:
        raise ValueError("is not in E.164")
    return raw


def country_of(number_in_e164: str) -> str:
    """The ISO code of a number's country, or "" for a number of none, such as +800."""
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number_in_e164)) or ""
    return region if region.isalpha() else ""


def countries(raw: str) -> frozenset[str]:
    """ISO codes of countries that have phone numbers."""
    codes = frozenset(code.upper() for code in listed(raw))
    unknown = sorted(codes - phonenumbers.SUPPORTED_REGIONS)
    if unknown or not codes:
        raise ValueError(f"names no country that we know ({', '.join(unknown) or 'it is empty'})")
    return codes


def base_url(raw: str) -> str:
    """An http(s) URL of a host and perhaps a port, returned without a slash at the end."""
    parts = urlsplit(raw)  # Itself a ValueError for brackets that do not match.
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not an http or https URL")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("has more than a host and a port")
    if parts.port == 0:  # .port is also a ValueError, worded well, above 65535.
        raise ValueError("has no usable port")
    return f"{parts.scheme}://{parts.netloc}"


def public_url(raw: str) -> str:
    """A base URL that Twilio accepts: it refuses host names with an underscore."""
    url = base_url(raw)
    if "_" in (urlsplit(url).hostname or ""):
        raise ValueError("has an underscore in its host name, which Twilio refuses")
    return url


def database_url(raw: str) -> str:
    if not raw.startswith(DATABASE_SCHEMES) or not raw.split("://", 1)[1]:
        raise ValueError(f"begins with none of {', '.join(DATABASE_SCHEMES)}")
    return raw


def broker_url(raw: str) -> str:
    if not raw.startswith(BROKER_SCHEMES) or not raw.split("://", 1)[1]:
        raise ValueError(f"begins with none of {', '.join(BROKER_SCHEMES)}")
    return raw


def broker_folder(url: str, root: Path) -> Path | None:
    """The folder of a `filesystem://` broker, relative ones taken from `root`; else None."""
    scheme, _, folder = url.partition("://")
    return root / folder if scheme == "filesystem" else None
