"""Recordings: their life, their callbacks, and their sound."""

import math
from dataclasses import dataclass, field

from localtwilio.clock import now
from localtwilio.exchange.ids import new_sid
from localtwilio.exchange.progress import rfc2822
from localtwilio.exchange.sound import Clip, recorded, silent_mp3, tone, wav
from localtwilio.webhooks import Webhooks


@dataclass
class Recording:
    """`duration` is seconds of audio, fractions included; None until it is done.

    `clips` is what was said; None where nobody listened, as in a recorded conference.
    """

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
    clips: list[Clip] | None = None
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
        """Made when it is asked for."""
        seconds = self.duration or 0.0
        return wav(tone(seconds) if self.clips is None else recorded(seconds, self.clips))

    def mp3(self) -> bytes:
        return silent_mp3(self.duration or 0.0)
