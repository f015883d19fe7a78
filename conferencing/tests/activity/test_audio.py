"""The audio of a voicemail: whole, in parts, unchanged, gone. RFC 9110, sections 13 and 14."""

import hashlib
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.http import Http404
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from calls import journal
from calls.models import Voicemail
from calls.states import VoicemailStatus
from calls.tests.rows import a_leg_from
from conferencing import audio
from conferencing.audio import Span, Unsatisfiable, wanted

CONTENT = bytes(range(256)) * 1000  # several pieces
SIZE = len(CONTENT)


@pytest.fixture
def message(db: None, settings: Settings, tmp_path: Path) -> Voicemail:
    settings.MEDIA_ROOT = tmp_path
    message = journal.ask_message(a_leg_from())
    message.audio.save("message.mp3", ContentFile(CONTENT), save=False)
    message.status, message.content_type = VoicemailStatus.KEPT, "audio/mpeg"
    message.sha256 = hashlib.sha256(CONTENT).hexdigest()
    message.save()
    return message


def ask(message: Voicemail, method: str = "GET", **headers: str) -> HttpResponseBase:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return audio.serve(RequestFactory().generic(method, "/", headers=named), message)


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole(message: Voicemail) -> None:
    answer = ask(message)
    assert answer.status_code == 200
    assert body(answer) == CONTENT
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["ETag"] == f'"{message.sha256}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith('inline; filename="voicemail-')
    assert answer["Content-Disposition"].endswith('.mp3"')


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-100", SIZE - 100, SIZE - 1),
        ("bytes=0-99999999", 0, SIZE - 1),
        ("bytes=-99999999", 0, SIZE - 1),
        (f"bytes={SIZE - 1}-", SIZE - 1, SIZE - 1),
        ("Bytes= 5 - 9", 5, 9),
    ],
)
def test_a_part(message: Voicemail, header: str, first: int, last: int) -> None:
    answer = ask(message, Range=header)
    assert answer.status_code == 206
    assert body(answer) == CONTENT[first : last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE}-{SIZE + 5}", "bytes=-0"])
def test_a_part_that_is_not_there(message: Voicemail, header: str) -> None:
    answer = ask(message, Range=header)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"
    assert body(answer) == b""


@pytest.mark.parametrize(
    "header", ["bytes=9-5", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6", "bytes=٣-", "0-9"]
)
def test_what_is_no_single_range_gets_the_whole(message: Voicemail, header: str) -> None:
    answer = ask(message, Range=header)
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_a_part_only_of_the_file_that_was_meant(message: Voicemail) -> None:
    etag = f'"{message.sha256}"'
    assert ask(message, Range="bytes=0-9", If_Range=etag).status_code == 206
    for other in ('"another"', f"W/{etag}", "Mon, 02 Mar 2026 09:00:00 GMT"):
        assert body(ask(message, Range="bytes=0-9", If_Range=other)) == CONTENT


def test_what_is_known_is_not_sent_again(message: Voicemail) -> None:
    known = ask(message, If_None_Match=f'"x", W/"{message.sha256}"')
    assert (known.status_code, body(known)) == (304, b"")
    assert ask(message, If_None_Match='"x"').status_code == 200


def test_head_tells_the_length_and_ignores_ranges(message: Voicemail) -> None:
    answer = ask(message, "HEAD", Range="bytes=0-9")
    assert (answer.status_code, body(answer)) == (200, b"")
    assert answer["Content-Length"] == str(SIZE)


def test_as_a_file(message: Voicemail) -> None:
    answer = audio.serve(RequestFactory().get("/"), message, attachment=True)
    assert answer["Content-Disposition"].startswith("attachment;")


def test_what_is_no_audio_is_never_shown_by_a_browser(message: Voicemail) -> None:
    message.content_type = "text/html"
    answer = ask(message)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_the_file_is_closed_although_nobody_read_it(message: Voicemail) -> None:
    answer = ask(message)
    answer.close()
    assert message.audio.closed


@pytest.mark.parametrize("status", set(VoicemailStatus) - {VoicemailStatus.KEPT})
def test_no_audio_is_not_found(message: Voicemail, status: VoicemailStatus) -> None:
    message.status = status
    with pytest.raises(Http404):
        ask(message)


def test_a_file_that_has_gone_is_not_found(message: Voicemail) -> None:
    message.audio.storage.delete(message.audio.name)
    with pytest.raises(Http404):
        ask(Voicemail.objects.get(id=message.id))


@given(st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 2000))
def test_a_span_lies_within_the_file(header: str, size: int) -> None:
    try:
        span = wanted(header, size)
    except Unsatisfiable:
        return
    assert span is None or (Span(0, 0).length == 1 and 0 <= span.first <= span.last < size)
