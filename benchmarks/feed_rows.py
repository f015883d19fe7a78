"""Two years of calls, whatever their number: people who wait, talk, leave messages and meet."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model

from calls import ids
from calls.models import Call, Conference, ForwardTarget, Line, Participant, Voicemail
from calls.states import (
    ConferenceStatus,
    Direction,
    EndReason,
    LegStatus,
    Mode,
    Outcome,
    ParticipantStatus,
    VoicemailStatus,
)

NOW = datetime.now(UTC)
SPAN = timedelta(days=730)
MAIN, DIAL_IN, BOB = "+12125550101", "+12125550100", "+12125550112"
BUSY, RARE = "+13105550100", "+13105550199"
LIVE = 5  # calls and conferences, however many there were before
_LINES = {MAIN: "line_main", DIAL_IN: "line_dial_in"}
_KINDS = 20  # of each twenty calls, some are of each kind

Row = dict[str, Any]


def tables(calls: int) -> list[tuple[type[Model], Iterator[Row]]]:
    """What to write, in the order of the foreign keys."""
    return [
        (Line, ({"id": _LINES[n], "number": n, "label": n} for n in _LINES)),
        (ForwardTarget, iter([{"line_id": "line_main", "number": BOB, "name": "Bob Miller"}])),
        (Conference, _conferences(calls)),
        (Participant, _participants(calls)),
        (Call, _calls(calls)),
        (Voicemail, _messages(calls)),
    ]


def _at(n: int, calls: int) -> datetime:
    return NOW - SPAN * ((calls - n) / calls)


def _call_id(n: int, calls: int) -> str:
    """Ids tell the time; the number makes each another one."""
    return f"{ids.call_id_at(_at(n, calls))[:-9]}{n:09d}"


def _number(n: int) -> str:
    if n in (12, 512, 1012):
        return RARE
    if n % 50 == 13:
        return "anonymous"
    return BUSY if n % 100 == 14 else f"+1{n * 7 % 780 + 201}55501{n // 20 % 100:02d}"


def _conferences(calls: int) -> Iterator[Row]:
    for n in range(0, calls, _KINDS):
        at = _at(n, calls)
        live = n >= calls - LIVE * _KINDS
        over = {"end_reason": EndReason.EVERYONE_LEFT, "ended_at": at, "code_held": False}
        yield {
            "id": f"conf_{n:09d}",
            "name": f"Meeting {n}",
            "status": ConferenceStatus.LIVE if live else ConferenceStatus.ENDED,
            "code": f"{n % 10**8:08d}",
            "dial_in_number": DIAL_IN,
            "max_duration": 300,
            "created_at": at,
            "no_show_at": at,
            "started_at": at,
            "ends_at": NOW + timedelta(seconds=300) if live else at,
            **({} if live else over),
        }


def _participants(calls: int) -> Iterator[Row]:
    for n in range(0, calls, _KINDS):
        for who in (0, 1):
            yield {
                "id": f"part_{n + who:09d}",
                "conference_id": f"conf_{n:09d}",
                "phone_number": _number(n + who) if who else f"+1212555{n // _KINDS % 10000:04d}",
                "name": f"{'Alice' if n % 40 == 0 else 'Person'} {n}" if who else "",
                "mode": Mode.DIAL_OUT,
                "status": ParticipantStatus.LEFT,
                "created_at": _at(n, calls),
            }


def _calls(calls: int) -> Iterator[Row]:
    for n in range(calls):
        at = _at(n, calls)
        yield {
            "id": _call_id(n, calls),
            "sid": f"CA{n:032x}",
            "created_at": at,
            "ringing_at": at,
            "answered_at": at,
            "ended_at": at + timedelta(seconds=30),
            "duration": 30,
            "direction": Direction.INBOUND,
            "from_number": _number(n),
            "to_number": MAIN,
            "line_id": "line_main",
            "status": LegStatus.COMPLETED,
            **_kind(n, calls, at),
        }


def _kind(n: int, calls: int, at: datetime) -> Row:
    kind = n % _KINDS
    outbound = {"direction": Direction.OUTBOUND, "from_number": MAIN, "to_number": _number(n)}
    if n >= calls - LIVE:
        return {"status": LegStatus.IN_PROGRESS, "outcome": Outcome.LIVE, "ended_at": None}
    if kind in (0, 1):
        met = {"conference_id": f"conf_{n - kind:09d}", "participant_id": f"part_{n:09d}"}
        room = {"joined_at": at, "line_id": "line_dial_in", "outcome": Outcome.CONFERENCE}
        return met | room | (outbound if kind else {})
    if kind in (2, 3):
        return {"message_left_at": at, "outcome": Outcome.VOICEMAIL}
    if kind == 4:
        return {"forwarded_at": at, "taken_at": at, "outcome": Outcome.FORWARDED}
    if kind == 5:
        leg = {"parent_id": _call_id(n - 1, calls), "taken_at": at, "to_number": BOB}
        return outbound | leg | {"outcome": Outcome.FORWARDED}
    if n % 100 == 6:
        return {"status": LegStatus.FAILED, "outcome": Outcome.FAILED}
    if kind in (7, 8):
        return outbound | {"status": LegStatus.NO_ANSWER, "outcome": Outcome.UNREACHED}
    if kind == 9:
        return {"status": LegStatus.BUSY, "outcome": Outcome.REJECTED}
    if kind in (10, 11):
        return {"forwarded_at": at, "outcome": Outcome.MISSED}
    return {"outcome": Outcome.ABANDONED}


def _messages(calls: int) -> Iterator[Row]:
    for n in range(calls - LIVE):
        if n % _KINDS in (2, 3):
            yield {
                "id": f"vm_{n:09d}",
                "call_id": _call_id(n, calls),
                "status": VoicemailStatus.KEPT,
                "duration": 12,
                "audio": "voicemails/none.mp3",
                "content_type": "audio/mpeg",
                "sha256": "0" * 64,
                "heard_at": None if n % 100 == 2 else _at(n, calls),
                "created_at": _at(n, calls),
            }
