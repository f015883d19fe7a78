"""The audio of a recording: asked for with credentials, at our own URL, and not without end."""

import wave
from http.server import BaseHTTPRequestHandler
from io import BytesIO

import pytest

from conferencing.carrier import audio
from conferencing.carrier.gateway import TwilioGateway
from conferencing.telephony import (
    NotAllowed,
    OutcomeUnknown,
    RecordingReport,
    Refused,
    TelephonyError,
    TryLater,
)
from conferencing.tests.carrier import rest, server
from conferencing.tests.carrier.server import Asked, Server

RECORDING = "RE" + "7" * 32


def a_wav() -> bytes:
    sound = BytesIO()
    with wave.open(sound, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(1)
        out.setframerate(8000)
        out.writeframes(bytes(8000))
    return sound.getvalue()


def sends(
    api: Server, content: bytes, kind: str = "audio/x-wav", length: int | None = None
) -> None:
    def answer(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)
        handler.close_connection = True

    api.answers.append(answer)


def test_a_wav_with_credentials_from_our_own_url(api: Server, gateway: TwilioGateway) -> None:
    sends(api, a_wav(), "audio/x-wav; charset=binary")
    recording = gateway.recording(RECORDING)
    assert (recording.content, recording.content_type) == (a_wav(), "audio/x-wav")
    [asked] = api.asked
    assert asked.path == f"{rest.ROOT}/Recordings/{RECORDING}.wav"
    assert asked.authorization.startswith("Basic ")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, TryLater),
        (429, TryLater),
        (503, TryLater),
        (401, NotAllowed),
        (403, NotAllowed),
        (400, Refused),
        (410, Refused),
    ],
)
def test_no_audio(
    api: Server, gateway: TwilioGateway, status: int, error: type[TelephonyError]
) -> None:
    api.will_refuse(status, 20404)
    with pytest.raises(error):
        gateway.recording(RECORDING)


def test_credentials_that_do_not_do_are_no_loss_for_good() -> None:
    assert issubclass(NotAllowed, Refused)


def test_a_page_in_place_of_audio_is_refused(api: Server, gateway: TwilioGateway) -> None:
    sends(api, b"<html>log in</html>", "text/html")
    with pytest.raises(Refused):
        gateway.recording(RECORDING)


def test_more_than_any_message_has_is_refused(
    api: Server, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "MOST", 100_000)
    sends(api, bytes(300_000))
    with pytest.raises(Refused, match="far longer"):
        gateway.recording(RECORDING)


def test_too_slow_is_tried_again(
    api: Server, gateway: TwilioGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "LONGEST", -1)
    sends(api, a_wav())
    with pytest.raises(OutcomeUnknown):
        gateway.recording(RECORDING)


def test_a_line_that_breaks_in_the_middle_keeps_no_half(
    api: Server, gateway: TwilioGateway
) -> None:
    sends(api, a_wav()[:1000], length=len(a_wav()))
    with pytest.raises(OutcomeUnknown):
        gateway.recording(RECORDING)


def test_a_redirect_takes_no_credentials_along(api: Server, gateway: TwilioGateway) -> None:
    with server.running() as elsewhere:
        sends(elsewhere, a_wav())
        away = elsewhere.url.replace("127.0.0.1", "localhost") + "/sound.wav"

        def redirect(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
            handler.send_response(302)
            handler.send_header("Location", away)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        api.answers.append(redirect)
        assert gateway.recording(RECORDING).content == a_wav()
        [asked] = elsewhere.asked
        assert asked.authorization == ""


def test_what_became_of_the_recordings_of_a_leg(api: Server, gateway: TwilioGateway) -> None:
    def made(status: str, duration: str | None) -> dict:
        return {"sid": RECORDING, "status": status, "duration": duration, "call_sid": rest.CALL}

    rows = [made("completed", "5"), made("processing", None), made("absent", "0")]
    api.will(200, rest.a_list("recordings", *rows))
    assert gateway.recordings_of(rest.CALL) == [
        RecordingReport(RECORDING, ready=True, duration=5),
        RecordingReport(RECORDING, ready=False),
        RecordingReport(RECORDING, ready=False, duration=0, absent=True),
    ]
    assert api.asked[0].query["CallSid"] == [rest.CALL]


def test_a_deletion_of_what_is_gone_is_fine(api: Server, gateway: TwilioGateway) -> None:
    api.will(204, "")
    gateway.delete_recording(RECORDING)
    api.will_refuse(404, 20404)
    gateway.delete_recording(RECORDING)
    assert {(asked.method, asked.path) for asked in api.asked} == {
        ("DELETE", f"{rest.ROOT}/Recordings/{RECORDING}.json")
    }
