"""The audio of a voicemail over HTTP: whole or in part, so that a player can seek (RFC 9110, 14).

Served from our own storage to whoever the caller of `serve` has let in; a file is read in pieces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files.base import File
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from calls.models import Voicemail
from calls.states import VoicemailStatus

_PIECE = 64 * 1024
_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,99})\s*-\s*(\d{0,99})\s*", re.ASCII | re.IGNORECASE)
# What a browser may be told to play; anything else is only handed over as a file.
_PLAYABLE = {
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/ogg": "ogg",
}


@dataclass(frozen=True)
class Span:
    """Bytes `first` to `last` of a file, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class Unsatisfiable(Exception):
    """No byte of what was asked for exists."""


def serve(
    request: HttpRequest, message: Voicemail, *, attachment: bool = False
) -> HttpResponseBase:
    """The audio, or the part of it that `Range` asks for. Raises Http404 where there is none.

    200, 206, 304 and 416 as RFC 9110 has them; a request for several ranges gets the whole.
    """
    if message.status != VoicemailStatus.KEPT:
        raise Http404("There is no audio of this message.")
    headers = _headers(message, attachment=attachment)
    if _is_known(request, headers["ETag"]):
        return _bare(304, headers)
    try:
        audio = message.audio.open("rb")
        size = int(audio.size)
    except FileNotFoundError:
        raise Http404("The audio of this message has gone from the storage.") from None
    if request.method == "HEAD":
        audio.close()
        return _bare(200, headers | {"Content-Length": str(size)})
    return _part(request, audio, size, headers)


def _part(
    request: HttpRequest, audio: "File[bytes]", size: int, headers: dict[str, str]
) -> HttpResponseBase:
    try:
        span = wanted(_range_of(request, headers["ETag"]), size)
    except Unsatisfiable:
        audio.close()
        return _bare(416, headers | {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
    if span is None:
        return _stream(200, audio, Span(0, size - 1), headers)
    content_range = {"Content-Range": f"bytes {span.first}-{span.last}/{size}"}
    return _stream(206, audio, span, headers | content_range)


def wanted(header: str, size: int) -> Span | None:
    """What a `Range` header asks of a file of `size` bytes; None: the whole of it.

    Raises Unsatisfiable. A malformed header, or one with several ranges, is as none at all.
    """
    match = _ONE_RANGE.fullmatch(header)
    first, last = match.groups() if match else ("", "")
    if first:
        begin, end = int(first), int(last or size)
        if end < begin:
            return None
    elif last:
        begin, end = max(0, size - int(last)), size
    else:
        return None
    if begin >= size:
        raise Unsatisfiable
    return Span(begin, min(end, size - 1))


def _range_of(request: HttpRequest, etag: str) -> str:
    """The `Range` header, unless `If-Range` says that the file has changed since."""
    if request.headers.get("If-Range", etag).strip() != etag:
        return ""
    return request.headers.get("Range", "").strip()


def _is_known(request: HttpRequest, etag: str) -> bool:
    known = (each.strip() for each in request.headers.get("If-None-Match", "").split(","))
    return etag in (each.removeprefix("W/") for each in known)


def _headers(message: Voicemail, *, attachment: bool) -> dict[str, str]:
    kind = message.content_type.partition(";")[0].strip().lower()
    ending = _PLAYABLE.get(kind)
    how = "inline" if ending and not attachment else "attachment"
    name = f"voicemail-{message.created_at:%Y-%m-%d-%H%M%S}.{ending or 'bin'}"
    return {
        "Content-Type": kind if ending else "application/octet-stream",
        "Content-Disposition": f'{how}; filename="{name}"',
        "Accept-Ranges": "bytes",
        "ETag": f'"{message.sha256}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }


def _bare(status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(status=status, headers=headers)


def _stream(
    status: int, audio: "File[bytes]", span: Span, headers: dict[str, str]
) -> StreamingHttpResponse:
    headers = headers | {"Content-Length": str(span.length)}
    return StreamingHttpResponse(_Pieces(audio, span), status=status, headers=headers)


class _Pieces:
    """A part of a file, piece by piece; the response closes it, also when nobody read it."""

    def __init__(self, audio: "File[bytes]", span: Span) -> None:
        self._audio = audio
        self._span = span

    def __iter__(self) -> Iterator[bytes]:
        self._audio.seek(self._span.first)
        left = self._span.length
        while left > 0 and (piece := self._audio.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self._audio.close()
