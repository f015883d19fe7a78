"""X-Twilio-Signature: who has the account's token has signed this URL and this form.

Our own few lines instead of the SDK's RequestValidator: they take a fifth of the time, compare
in constant time, and a missing header is a refusal, not a TypeError.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"https": 443, "http": 80}


def holds(
    given: str, base: str, target: str, fields: Iterable[tuple[str, str]], tokens: Sequence[str]
) -> bool:
    """Whether one of the account's `tokens` signed the request.

    `base` is scheme, host and port of the URL, `target` its path and query, both exactly as
    Twilio used them. See Twilio's "Validating requests": the form's names and values follow the
    URL, sorted by name; of a repeated name each distinct value counts once, sorted too.
    """
    form = _written_out(fields)
    header = given.encode("utf-8", "replace")
    # No early return: how long it takes must not tell which of them came close.
    matches = [
        hmac.compare_digest(_signature(token, f"{variant}{target}{form}"), header)
        for token in tokens
        for variant in spellings(base)
    ]
    return any(matches)


def sign(token: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """The signature that Twilio would give this request."""
    return _signature(token, url + _written_out(fields)).decode()


def _written_out(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(set(fields)))


def _signature(token: str, signed: str) -> bytes:
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1"))


@cache
def spellings(base: str) -> tuple[str, ...]:
    """The URL's base with and without its port.

    Over https Twilio leaves the port out of what it signs for a call, even one that is not 443;
    for a text, and over http, it signs the URL as it was configured.
    """
    parts = urlsplit(base)
    without = f"{parts.scheme}://{parts.netloc.removesuffix(f':{parts.port}')}"
    with_port = f"{without}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"
    return tuple(dict.fromkeys([base, without, with_port]))
