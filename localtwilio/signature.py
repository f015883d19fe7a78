"""The `X-Twilio-Signature` header, as Twilio documents it."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit


def sign(token: str, url: str, form: Iterable[tuple[str, str]] = ()) -> str:
    """HMAC-SHA1 over the URL and the sorted form; a repeated name gives its distinct values."""
    text = _signed_url(url) + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _signed_url(url: str) -> str:
    """Fragment and user:password are not part of what is signed."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
