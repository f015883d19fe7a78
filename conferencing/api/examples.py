"""The examples in the OpenAPI document. All numbers and ids are made up."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_CONFERENCE_ID = "conf_1xn8y0q3w5v7r9t2k4m6p8s0zc"
MOMENT = "2026-01-31T12:00:00Z"

ANN: dict[str, Any] = {
    "id": "part_1xn8y0q3w6c4h7j9b1d3f5g8ke",
    "phone_number": "+12125550103",
    "name": "Ann",
    "mode": "dial_in",
    "status": "invited",
    "muted": False,
    "on_hold": False,
    "organiser": False,
    "asked": [],
    "joined_at": None,
    "left_at": None,
    "talk_seconds": 0,
    "call_sid": None,
    "error": None,
    "sms_status": "delivered",
    "invited": True,
    "confirm": True,
    "call_id": None,
}
CONFERENCE: dict[str, Any] = {
    "id": _CONFERENCE_ID,
    "name": "Budget",
    "status": "waiting",
    "code": "4071",
    "dial_in_number": "+12125550100",
    "max_duration": 300,
    "created_at": MOMENT,
    "started_at": None,
    "ends_at": None,
    "ended_at": None,
    "end_reason": None,
    "ended_by": None,
    "wait_for_organiser": False,
    "ends_with_organiser": False,
    "locked": False,
    "lock_reason": None,
    "participants": [ANN],
}
ANNOUNCEMENT: dict[str, Any] = {
    "id": "ann_1xn8y0q44h7j9b1d3f5g8kec4w",
    "conference": _CONFERENCE_ID,
    "participant": None,
    "text": "We go on in two minutes.",
    "status": "asked",
    "asked_by": "API key office",
    "created_at": MOMENT,
    "said_at": None,
    "error": None,
}
CALL: dict[str, Any] = {
    "id": "call_1xn8y0q41d3f5g8kec4h7j9b1w",
    "sid": "CA" + "0" * 32,
    "direction": "inbound",
    "from_number": "+12125550103",
    "to_number": "+12125550100",
    "line": "+12125550100",
    "status": "in_progress",
    "outcome": "live",
    "menu_path": "",
    "started_at": MOMENT,
    "answered_at": MOMENT,
    "ended_at": None,
    "duration": None,
    "conference": _CONFERENCE_ID,
    "participant": ANN["id"],
    "voicemail": None,
    "error": None,
}
CONFERENCE_IN_FULL: dict[str, Any] = {
    **CONFERENCE,
    "status": "live",
    "started_at": MOMENT,
    "ends_at": "2026-01-31T12:05:00Z",
    "participants": [
        {
            **ANN,
            "status": "joined",
            "joined_at": MOMENT,
            "talk_seconds": 42,
            "call_id": CALL["id"],
            "call_sid": CALL["sid"],
            "retries": 0,
            "texts": [
                {"asked_at": MOMENT, "status": "delivered", "told_at": MOMENT, "error": None}
            ],
            "calls": [{**CALL, "stays": [{"joined_at": MOMENT, "left_at": None, "seconds": 42}]}],
        }
    ],
    "announcements": [{**ANNOUNCEMENT, "status": "done", "said_at": MOMENT}],
    "turned_away": [{"at": MOMENT, "call": CALL["id"], "phone_number": "+12125550199"}],
}
VOICEMAIL: dict[str, Any] = {
    "id": "vm_1xn8y0q43g8kec4h7j9b1w1d3f",
    "call": CALL["id"],
    "from_number": "+12125550103",
    "line": "+12125550101",
    "status": "kept",
    "duration": 14,
    "heard": False,
    "heard_at": None,
    "note": "",
    "transcription": "",
    "audio": "/api/v1/voicemails/vm_1xn8y0q43g8kec4h7j9b1w1d3f/audio",
    "content_type": "audio/x-wav",
    "sha256": "0" * 64,
    "created_at": MOMENT,
}
EVENT: dict[str, Any] = {
    "id": "evt_1xn8y0q42g8kec4h7j9b1w1d3f",
    "kind": "joined",
    "at": MOMENT,
    "recorded_at": MOMENT,
    "conference": _CONFERENCE_ID,
    "participant": ANN["id"],
    "call": CALL["id"],
    "applied": True,
    "detail": {},
}
NEW_CONFERENCE = {
    "name": "Budget",
    "participants": [
        {"phone_number": "+1 (212) 555-0103", "mode": "dial_in", "name": "Ann", "organiser": True},
        {"phone_number": "+12125550104", "mode": "dial_out", "confirm": True},
    ],
    "max_duration": 300,
    "ends_with_organiser": True,
}
NEW_PARTICIPANT = {"phone_number": "+12125550105", "mode": "dial_out", "name": "Cleo"}


def asked(value: Any) -> OpenApiExample:
    return OpenApiExample("Request", value=value, request_only=True)


def answered(value: Any, status: int = 200) -> OpenApiExample:
    return OpenApiExample("Answer", value=value, response_only=True, status_codes=[str(status)])


def error(
    status: int, kind: str, code: str, detail: str, attr: str | None = None
) -> OpenApiExample:
    value = {"type": kind, "errors": [{"code": code, "detail": detail, "attr": attr}]}
    return OpenApiExample(code, value=value, response_only=True, status_codes=[str(status)])
