"""The ledger: what really happened, with exact times. The judge in tests."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Conference
from localtwilio.exchange.exchange import Exchange
from localtwilio.exchange.messages import Message
from localtwilio.exchange.recordings import Recording
from localtwilio.webhooks import Delivery

Row = dict[str, Any]


def ledger(exchange: Exchange, parts: Iterable[str], since: float = 0.0) -> str:
    """As JSON, oldest first, without what was over before `since`, in seconds since the epoch.

    What is over is written out once and kept: 50,000 webhooks take a second each time otherwise.
    """
    sections = (
        f'"{part}":[{",".join(PARTS[part](exchange, since))}]' for part in dict.fromkeys(parts)
    )
    return "{" + ",".join(sections) + "}"


def _legs(exchange: Exchange, since: float) -> list[str]:
    return [_leg_text(one) for one in exchange.calls.values() if _later(one.ended, since)]


def _messages(exchange: Exchange, since: float) -> list[str]:
    texts = exchange.texting.messages.values()
    return [_text(_message(one)) for one in texts if one.updated >= since]


def _conferences(exchange: Exchange, since: float) -> list[str]:
    rooms = exchange.rooms.by_sid.values()
    return [_text(_conference(one)) for one in rooms if _later(one.ended, since)]


def _recordings(exchange: Exchange, since: float) -> list[str]:
    kept = exchange.recordings.values()
    return [_text(_recording(one)) for one in kept if one.updated >= since]


def _webhooks(exchange: Exchange, since: float) -> list[str]:
    return [
        _webhook_text(one) for one in exchange.webhooks.deliveries if _later(one.settled, since)
    ]


PARTS: dict[str, Callable[[Exchange, float], list[str]]] = {
    "legs": _legs,
    "messages": _messages,
    "conferences": _conferences,
    "recordings": _recordings,
    "webhooks": _webhooks,
}


def _text(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _leg_text(call: Call) -> str:
    text = call.written or _text(_leg(call))
    if not call.live:
        call.written = text
    return text


def _webhook_text(delivery: Delivery) -> str:
    text = delivery.written or _text(_webhook(delivery))
    if delivery.settled is not None:
        delivery.written = text
    return text


def _later(over: float | None, since: float) -> bool:
    return over is None or over >= since


def _message(sms: Message) -> Row:
    return {
        "sid": sms.sid,
        "from": sms.from_,
        "to": sms.to,
        "body": sms.body,
        "status": sms.status,
        "error_code": sms.error_code,
        "at": sms.created,
    }


def _recording(recording: Recording) -> Row:
    return {
        "sid": recording.sid,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid,
        "duration": recording.duration,
        "status": recording.status,
        "text": recording.text,
    }


def _webhook(delivery: Delivery) -> Row:
    return {
        "url": delivery.url,
        "event": delivery.event,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "at": delivery.at,
        "settled": delivery.settled,
        "sid": delivery.sid,
    }


def _leg(call: Call) -> Row:
    """`joined` and `left` are those of the latest stay in a room; `stays` has them all."""
    joined, left = call.stays[-1] if call.stays else (None, None)
    return {
        "call_sid": call.sid,
        "parent_call_sid": call.parent_sid,
        "from": call.from_,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "created": call.created,
        "ringing": call.ringing,
        "answered": call.answered,
        "ended": call.ended,
        "duration": call.duration,
        "ended_by": call.ended_by,
        "room": call.room,
        "joined": joined,
        "left": left,
        "stays": call.stays,
    }


def _conference(conference: Conference) -> Row:
    return {
        "sid": conference.sid,
        "name": conference.name,
        "status": conference.status,
        "created": conference.created,
        "ended": conference.ended,
        "reason": conference.reason,
        "participants": list(conference.everyone),
    }
