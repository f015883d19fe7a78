"""A telephone network on paper: it takes every wish down, and answers as a test has told it to.

Chosen by `settings.TELEPHONY_GATEWAY`, as Django's locmem mail backend is. Nobody's phone rings
and nobody calls back: that is told by the test, in whatever order it likes.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from threading import Lock

from django.utils import timezone

from calls.states import LegStatus
from conferencing.telephony import (
    LegReport,
    LineSetup,
    Recording,
    RecordingReport,
    SentText,
    TelephonyError,
)


@dataclass(frozen=True)
class Text:
    sid: str
    sender: str
    to: str
    body: str
    participant_id: str


@dataclass(frozen=True)
class Dialled:
    sid: str
    caller_id: str
    to: str
    call_id: str
    ring_seconds: int
    longest_seconds: int


class PaperNetwork:
    """Fulfils `telephony.PhoneNetwork`."""

    def __init__(self) -> None:
        self.texts: list[Text] = []
        self.calls: list[Dialled] = []
        self.hung_up: list[str] = []
        self.rooms_ended: list[tuple[str, str]] = []
        self.asked_after: list[str] = []
        self.legs: dict[str, LegReport] = {}  # what is true, by SID
        self.audio: dict[str, bytes] = {}  # by the recording's SID
        self.recordings: dict[str, list[RecordingReport]] = {}  # by the leg's
        self.deleted: list[str] = []
        self.while_calling: Callable[[str], None] = lambda _: None  # is given our own id
        self._errors: dict[str, deque[TelephonyError]] = defaultdict(deque)
        self._numbers = count(1)
        self._lock = Lock()

    def will(self, verb: str, *errors: TelephonyError) -> None:
        """The next requests of that kind (`call`, `send_text`, …) fail so, one after another."""
        self._errors[verb].extend(errors)

    def becomes(self, sid: str, status: LegStatus, **facts: object) -> None:
        """What is true of a leg changes, and nobody tells us."""
        known = self.legs.get(sid) or LegReport(sid, status)
        self.legs[sid] = replace(known, status=status, **facts)

    def send_text(self, *, sender: str, to: str, body: str, participant_id: str) -> SentText:
        self._fail_as_told("send_text")
        text = Text(self._sid("SM"), sender, to, body, participant_id)
        self.texts.append(text)
        return SentText(text.sid, "queued")

    def call(
        self, *, caller_id: str, to: str, call_id: str, ring_seconds: int, longest_seconds: int
    ) -> LegReport:
        self.while_calling(call_id)
        self._fail_as_told("call")
        dialled = Dialled(self._sid("CA"), caller_id, to, call_id, ring_seconds, longest_seconds)
        self.calls.append(dialled)
        report = LegReport(dialled.sid, LegStatus.QUEUED, caller_id, to, timezone.now())
        self.legs[dialled.sid] = report
        return report

    def hang_up(self, sid: str) -> LegReport | None:
        self._fail_as_told("hang_up")
        self.hung_up.append(sid)
        leg = self.legs.get(sid)
        if leg is None:
            return None
        talking = leg.status == LegStatus.IN_PROGRESS
        self.becomes(sid, LegStatus.COMPLETED if talking else LegStatus.CANCELED)
        return self.legs[sid]

    def end_room(self, name: str, room_sid: str) -> None:
        self._fail_as_told("end_room")
        self.rooms_ended.append((name, room_sid))

    def leg(self, sid: str) -> LegReport | None:
        self._fail_as_told("leg")
        self.asked_after.append(sid)
        return self.legs.get(sid)

    def legs_to(self, *, to: str, caller_id: str, since: datetime) -> list[LegReport]:
        self._fail_as_told("legs_to")
        return [
            leg
            for leg in self.legs.values()
            if (leg.to_number, leg.from_number) == (to, caller_id)
            and leg.created_at
            and leg.created_at >= since
        ]

    def legs_in_room(self, name: str) -> set[str]:
        raise NotImplementedError(name)

    def recording(self, sid: str) -> Recording:
        self._fail_as_told("recording")
        return Recording(self.audio[sid], "audio/x-wav")

    def recordings_of(self, leg_sid: str) -> list[RecordingReport]:
        self._fail_as_told("recordings_of")
        return self.recordings.get(leg_sid, [])

    def delete_recording(self, sid: str) -> None:
        self._fail_as_told("delete_recording")
        self.deleted.append(sid)

    def line_setups(self) -> list[LineSetup]:
        raise NotImplementedError

    def set_up_line(self, number: str) -> None:
        raise NotImplementedError(number)

    def _sid(self, letters: str) -> str:
        return f"{letters}{next(self._numbers):032x}"

    def _fail_as_told(self, verb: str) -> None:
        with self._lock:
            error = self._errors[verb].popleft() if self._errors[verb] else None
        if error:
            raise error
