"""Signed webhooks, written beforehand, so that whoever sends them only sends.

They are signed here by a hand of their own, not by the product's.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

ACCOUNT = "AC" + "0" * 32


@dataclass(frozen=True)
class Letter:
    """One webhook: where it goes, and the form that it carries."""

    path: str
    form: Mapping[str, str]


@dataclass(frozen=True)
class Sender:
    """Twilio, as seen by a server that it calls at `base`."""

    base: str
    token: str

    def signature(self, letter: Letter) -> str:
        form = "".join(name + letter.form[name] for name in sorted(letter.form))
        signed = f"{self.base}{letter.path}{form}".encode()
        return b64encode(hmac.digest(self.token.encode(), signed, "sha1")).decode()

    def signed(self, letter: Letter) -> bytes:
        """The whole request, as it goes over the wire."""
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": self.signature(letter),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        return post(self.base, letter.path, headers, urlencode(letter.form).encode())


def post(base: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(base).netloc}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def write(file: Path, requests: Iterable[bytes]) -> int:
    """For `wrk.lua`: each request after its length. Returns how many there are."""
    count = 0
    with file.open("wb") as out:
        for request in requests:
            out.write(b"%08d" % len(request) + request)
            count += 1
    return count


def size(request: bytes) -> int:
    """How much of the file it takes."""
    return 8 + len(request)


def read(file: Path, place: int, most: int) -> tuple[list[bytes], int]:
    """From a place in the file on, and the place after what was read."""
    requests: list[bytes] = []
    with file.open("rb") as content:
        content.seek(place)
        while len(requests) < most and (length := content.read(8)):
            requests.append(content.read(int(length)))
        return requests, content.tell()
