"""Rows for the feed: calls of a morning at the office, each as it would stand in the table."""

import hashlib
import io
import math
import secrets
import struct
import wave
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from calls import ids, outcomes
from calls.models import Call, Conference, ForwardTarget, Line, Participant, Voicemail
from calls.states import (
    ConferenceStatus,
    Direction,
    LegStatus,
    Mode,
    ParticipantStatus,
    VoicemailStatus,
)

MAIN, DIAL_IN = "+12125550101", "+12125550100"
ALICE, BOB, CAROL, GUEST = "+12125550111", "+12125550112", "+12125550113", "+14155550142"


def a_line(number: str = MAIN, label: str = "Main line") -> Line:
    return Line.objects.get_or_create(number=number, defaults={"label": label})[0]


def bob_is_a_target() -> ForwardTarget:
    return ForwardTarget.objects.get_or_create(
        line=a_line(), number=BOB, defaults={"name": "Bob Miller"}
    )[0]


def a_call(
    number: str = ALICE, *, ago: float = 60, lasted: float | None = 20, **columns: Any
) -> Call:
    """Began `ago` seconds ago, answered after 3 s, and over unless `lasted` is None."""
    began = timezone.now() - timedelta(seconds=ago)
    answered = began + timedelta(seconds=3)
    inbound = columns.get("direction", Direction.INBOUND) == Direction.INBOUND
    settled: dict[str, Any] = {
        "id": ids.call_id_at(began)[:-6] + secrets.token_hex(3),
        "sid": f"CA{secrets.token_hex(16)}",
        "direction": Direction.INBOUND,
        "from_number": number if inbound else MAIN,
        "to_number": MAIN if inbound else number,
        "line": a_line(),
        "created_at": began,
        "ringing_at": began,
        "answered_at": answered,
        "status": LegStatus.IN_PROGRESS,
    }
    if lasted is not None:
        over = {"ended_at": answered + timedelta(seconds=lasted), "duration": round(lasted)}
        settled |= {"status": LegStatus.COMPLETED, **over}
    call = Call(**settled | columns)
    call.outcome = outcomes.outcome(call)
    call.save(force_insert=True)
    return call


def a_forwarded_call(number: str = ALICE, *, ago: float = 300, lasted: float = 90) -> Call:
    """Bob pressed the key."""
    bob_is_a_target()
    taken = timezone.now() - timedelta(seconds=ago - 12)
    call = a_call(number, ago=ago, lasted=lasted, forwarded_at=taken, taken_at=taken, menu_path="1")
    a_call(
        BOB,
        ago=ago - 8,
        lasted=lasted - 12,
        direction=Direction.OUTBOUND,
        parent=call,
        taken_at=taken,
    )
    return call


def a_message(
    number: str = ALICE, *, ago: float = 120, seconds: int = 8, **columns: Any
) -> Voicemail:
    """A message whose audio is kept: a tone of that length."""
    left = timezone.now() - timedelta(seconds=ago - 15)
    call = a_call(number, ago=ago, lasted=seconds + 12, message_left_at=left, menu_path="2")
    message = Voicemail(call=call, duration=seconds, content_type="audio/wav", created_at=left)
    message.status = VoicemailStatus.KEPT
    audio = tone(seconds)
    message.sha256 = hashlib.sha256(audio).hexdigest()
    for name, value in columns.items():
        setattr(message, name, value)
    if message.status == VoicemailStatus.KEPT:
        message.audio.save(f"{message.id}.wav", ContentFile(audio), save=False)
    message.save(force_insert=True)
    return message


def tone(seconds: int, rate: int = 8000) -> bytes:
    """A WAV that hums."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        second = (int(6000 * math.sin(n * 440 * math.tau / rate)) for n in range(rate))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in second) * seconds)
    return out.getvalue()


def a_live_conference(name: str = "Monday stand-up", left: float = 200) -> Conference:
    """Alice and Bob are in, Carol's phone rings."""
    now = timezone.now()
    conference = Conference.objects.create(
        name=name,
        status=ConferenceStatus.LIVE,
        code=f"{secrets.randbelow(9000) + 1000}",
        dial_in_number=DIAL_IN,
        max_duration=300,
        no_show_at=now + timedelta(seconds=600),
        started_at=now - timedelta(seconds=100),
        ends_at=now + timedelta(seconds=left),
    )
    people = ((ALICE, "Alice Brown", True), (BOB, "Bob Miller", True), (CAROL, "Carol", False))
    for number, who, inside in people:
        _somebody(conference, number, who, inside=inside)
    return conference


def _somebody(conference: Conference, number: str, name: str, *, inside: bool) -> None:
    now = timezone.now()
    joined = now - timedelta(seconds=90) if inside else None
    person = Participant.objects.create(
        conference=conference,
        phone_number=number,
        name=name,
        mode=Mode.DIAL_OUT,
        status=ParticipantStatus.JOINED if inside else ParticipantStatus.RINGING,
        joined_at=joined,
    )
    leg = a_call(
        number,
        ago=100,
        lasted=None,
        direction=Direction.OUTBOUND,
        line=a_line(DIAL_IN, "Conferences"),
        conference=conference,
        participant=person,
        joined_at=joined,
        in_room_since=joined,
        admitted_at=joined,
        status=LegStatus.IN_PROGRESS if inside else LegStatus.RINGING,
    )
    Participant.objects.filter(id=person.id).update(current_call=leg)
