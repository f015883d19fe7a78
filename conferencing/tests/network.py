"""A telephone network on paper: it takes every wish down, and answers as a test has told it to.

Chosen by `settings.TELEPHONY_GATEWAY`, as Django's locmem mail backend is. Nobody's phone rings
and nobody calls back: that is told by the test, in whatever order it likes.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from threading import Lock

from django.utils import timezone

from calls.states import LEG_OVER, LegStatus, TextStatus
from conferencing.telephony import (
    LegReport,
    LineSetup,
    Recording,
    RecordingReport,
    Room,
    RoomReport,
    Seat,
    SentText,
    TelephonyError,
    TextReport,
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
        self.seen_off: list[str] = []  # SIDs of legs
        self.rooms_ended: list[tuple[str, str]] = []
        self.muted: list[tuple[str, bool]] = []  # SIDs of legs
        self.held: list[tuple[str, bool]] = []
        self.announced: list[tuple[str, str]] = []  # ids of announcements, SIDs of legs
        self.asked_after: list[str] = []
        self.texts_asked_after: list[str] = []
        self.listed: list[str] = []  # which lists were asked for
        self.looked_into: list[str] = []  # rooms
        self.unlisted: set[str] = set()  # legs that the lists do not show yet
        self.seats: dict[str, dict[str, list[Seat]]] = {}  # by room name, by room
        self.texts_known: dict[str, TextReport] = {}  # what is true, by SID
        self.legs: dict[str, LegReport] = {}  # what is true, by SID
        self.audio: dict[str, bytes] = {}  # by the recording's SID
        self.recordings: dict[str, list[RecordingReport]] = {}  # by the leg's
        self.deleted: list[str] = []
        self.while_calling: Callable[[str], None] = lambda _: None  # is given our own id
        self._errors: dict[str, deque[TelephonyError]] = defaultdict(deque)
        self._numbers = defaultdict[str, Iterator[int]](lambda: count(1))
        self._lock = Lock()

    def will(self, verb: str, *errors: TelephonyError) -> None:
        """The next requests of that kind (`call`, `send_text`, …) fail so, one after another."""
        self._errors[verb].extend(errors)

    def becomes(self, sid: str, status: LegStatus, **facts: object) -> None:
        """What is true of a leg changes, and nobody tells us."""
        known = self.legs.get(sid) or LegReport(sid, status)
        self.legs[sid] = replace(known, status=status, **facts)

    def send_text(
        self, *, sender: str, to: str, body: str, participant_id: str, attempt: int
    ) -> SentText:
        self._fail_as_told("send_text")
        text = Text(self._sid("SM"), sender, to, body, participant_id)
        self.texts.append(text)
        self.texts_known[text.sid] = TextReport(text.sid, TextStatus.QUEUED, body, timezone.now())
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

    def see_off(self, sid: str, call_id: str) -> None:
        self._fail_as_told("see_off")
        self.seen_off.append(sid)

    def end_room(self, name: str, room_sid: str) -> dict[str, datetime]:
        self._fail_as_told("end_room")
        self.rooms_ended.append((name, room_sid))
        return {room_sid: timezone.now()} if room_sid else {}

    def mute(self, room: Room, leg_sid: str, *, muted: bool) -> None:
        self._fail_as_told("mute")
        self.muted.append((leg_sid, muted))

    def hold(self, room: Room, leg_sid: str, *, on_hold: bool) -> None:
        self._fail_as_told("hold")
        self.held.append((leg_sid, on_hold))

    def announce(self, room: Room, announcement_id: str, leg_sid: str = "") -> None:
        self._fail_as_told("announce")
        self.announced.append((announcement_id, leg_sid))

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

    def legs_under_way(self) -> Iterator[LegReport]:
        self._fail_as_told("legs_under_way")
        self.listed.append("under way")
        yield from [leg for leg in self._listed() if leg.status not in LEG_OVER]

    def legs_ended(self, since: datetime) -> Iterator[LegReport]:
        self._fail_as_told("legs_ended")
        self.listed.append("ended")
        yield from [leg for leg in self._listed() if leg.ended_at and leg.ended_at >= since]

    def _listed(self) -> list[LegReport]:
        return [leg for leg in self.legs.values() if leg.sid not in self.unlisted]

    def rooms(self, name: str = "") -> list[RoomReport]:
        self._fail_as_told("rooms")
        self.listed.append(f"rooms {name}".strip())
        return [
            RoomReport(sid, of)
            for of, rooms in self.seats.items()
            for sid in rooms
            if name in ("", of)
        ]

    def people_in(self, room_sid: str) -> list[Seat]:
        self._fail_as_told("people_in")
        self.looked_into.append(room_sid)
        return next((rooms[room_sid] for rooms in self.seats.values() if room_sid in rooms), [])

    def sits_in(self, name: str, room_sid: str, *seats: Seat) -> None:
        """From now on these people, and nobody else, are in that room."""
        self.seats.setdefault(name, {})[room_sid] = list(seats)

    def text(self, sid: str) -> TextReport | None:
        self._fail_as_told("text")
        self.texts_asked_after.append(sid)
        return self.texts_known.get(sid)

    def texts_to(self, *, to: str, sender: str) -> list[TextReport]:
        self._fail_as_told("texts_to")
        ours = {text.sid for text in self.texts if (text.to, text.sender) == (to, sender)}
        return [text for sid, text in self.texts_known.items() if sid in ours]

    def texts_sent(self, since: datetime) -> Iterator[TextReport]:
        self._fail_as_told("texts_sent")
        self.listed.append("texts")
        yield from [t for t in self.texts_known.values() if t.created_at and t.created_at >= since]

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
        """Calls and texts are counted each by themselves, whichever is asked for first."""
        return f"{letters}{next(self._numbers[letters]):032x}"

    def _fail_as_told(self, verb: str) -> None:
        with self._lock:
            error = self._errors[verb].popleft() if self._errors[verb] else None
        if error:
            raise error
