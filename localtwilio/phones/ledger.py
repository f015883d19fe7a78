"""The ledger: what really happened, with exact times. The judge in tests."""

from typing import Any

from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Conference
from localtwilio.exchange.exchange import Exchange


def ledger(exchange: Exchange) -> dict[str, Any]:
    """All of it, oldest first. Times are seconds since the epoch, with fractions."""
    return {
        "legs": [_leg(call) for call in exchange.calls.values()],
        "messages": [
            {
                "sid": sms.sid,
                "from": sms.from_,
                "to": sms.to,
                "body": sms.body,
                "status": sms.status,
                "error_code": sms.error_code,
                "at": sms.created,
            }
            for sms in exchange.texting.messages.values()
        ],
        "conferences": [_conference(one) for one in exchange.rooms.by_sid.values()],
        "recordings": [
            {
                "sid": one.sid,
                "call_sid": one.call_sid,
                "conference_sid": one.conference_sid,
                "duration": one.duration,
                "status": one.status,
                "text": one.text,
            }
            for one in exchange.recordings.values()
        ],
        "webhooks": [
            {
                "url": one.url,
                "event": one.event,
                "status": one.status,
                "attempts": one.attempts,
                "at": one.at,
                "sid": one.sid,
            }
            for one in exchange.webhooks.deliveries
        ],
    }


def _leg(call: Call) -> dict[str, Any]:
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


def _conference(conference: Conference) -> dict[str, Any]:
    return {
        "sid": conference.sid,
        "name": conference.name,
        "status": conference.status,
        "created": conference.created,
        "ended": conference.ended,
        "reason": conference.reason,
        "participants": list(conference.everyone),
    }
