"""Recordings: their life, their callbacks, and their sound."""

import io
import math
import wave
from dataclasses import dataclass, field

from localtwilio.clock import now
from localtwilio.exchange.ids import new_sid
from localtwilio.exchange.progress import rfc2822
from localtwilio.webhooks import Webhooks

RATE = 8000  # samples a second, one byte each, as telephones have
TONE = 400  # hertz; divides RATE, so that one period can be repeated without a click


@dataclass
class Recording:
    """`duration` is seconds of audio, fractions included; None until it is done."""

    account_sid: str
    call_sid: str | None
    conference_sid: str | None = None
    source: str = "RecordVerb"
    callback: str | None = None
    callback_method: str = "POST"
    callback_events: frozenset[str] = frozenset({"completed"})
    sid: str = field(default_factory=lambda: new_sid("RE"))
    status: str = "in-progress"
    text: str = ""
    duration: float | None = None
    error_code: int | None = None
    created: float = field(default_factory=now)
    updated: float = field(default_factory=now)
    deleted: float | None = None

    @property
    def seconds(self) -> int:
        """Whole seconds, as Twilio counts them."""
        return math.ceil(self.duration or 0.0)

    def finish(self, webhooks: Webhooks, url: str) -> None:
        """The audio is there."""
        self.status, self.updated = "completed", now()
        self.tell(webhooks, url)

    def give_up(self, error_code: int, webhooks: Webhooks, url: str) -> None:
        """There is nothing to keep: too short (16101) or silent (16102)."""
        self.duration, self.error_code = 0.0, error_code
        self.status, self.updated = "absent", now()
        self.tell(webhooks, url)

    def tell(self, webhooks: Webhooks, url: str) -> None:
        """The recordingStatusCallback; it carries no From and no To."""
        if self.status not in self.callback_events:
            return
        params = {
            "AccountSid": self.account_sid,
            "RecordingSid": self.sid,
            "RecordingUrl": url,
            "RecordingStatus": self.status,
            "RecordingChannels": "1",
            "RecordingStartTime": rfc2822(self.created),
            "RecordingSource": self.source,
            "RecordingTrack": "both",
            "ErrorCode": str(self.error_code or 0),
        }
        if self.conference_sid:
            params["ConferenceSid"] = self.conference_sid
        elif self.call_sid:
            params["CallSid"] = self.call_sid
        if self.status == "completed":
            params["RecordingDuration"] = str(self.seconds)
        event = f"recording-{self.status}"
        webhooks.tell(self.callback, self.callback_method, params, event, self.sid)

    def wav(self) -> bytes:
        """A tone of the recording's length, made when it is asked for."""
        period = bytes(
            round(128 + 60 * math.sin(2 * math.pi * TONE * n / RATE)) for n in range(RATE // TONE)
        )
        frames = round((self.duration or 0.0) * RATE)
        sound = (period * (frames // len(period) + 1))[:frames]
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(1)
            out.setframerate(RATE)
            out.writeframes(sound)
        return buffer.getvalue()

    def mp3(self) -> bytes:
        """Silence of the recording's length: no encoder is at hand, but a silent frame is simple.

        A frame of MPEG 1 layer III, 32 kbit/s, 44.1 kHz, mono holds 1,152 samples.
        """
        frame = bytes.fromhex("fffb10c4") + bytes(100)
        return frame * max(1, round((self.duration or 0.0) * 44100 / 1152))
