"""Resources as JSON: Twilio's names, its strings and its integers."""

from typing import Any

from localtwilio.exchange.calls import Call
from localtwilio.exchange.conferences import Conference, Participant
from localtwilio.exchange.lines import Line
from localtwilio.exchange.messages import Message
from localtwilio.exchange.progress import rfc2822
from localtwilio.exchange.recordings import Recording

VERSION = "2010-04-01"
CALL_PARTS = {
    "notifications": "Notifications",
    "recordings": "Recordings",
    "payments": "Payments",
    "events": "Events",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}


def call_json(call: Call) -> dict[str, Any]:
    base = f"{_account(call.account_sid)}/Calls/{call.sid}"
    return {
        "sid": call.sid,
        "account_sid": call.account_sid,
        "api_version": VERSION,
        "date_created": _date(call.created),
        "date_updated": _date(call.updated),
        "to": call.to,
        "to_formatted": formatted(call.to),
        "from": call.from_,
        "from_formatted": formatted(call.from_),
        "phone_number_sid": call.phone_number_sid,
        "status": call.status,
        "start_time": _date(call.answered or call.ringing),
        "end_time": _date(call.ended),
        "duration": None if call.duration is None else str(call.duration),
        "price": None,
        "price_unit": "USD",
        "direction": call.direction,
        "answered_by": call.answered_by,
        "forwarded_from": None,
        "caller_name": None,
        "parent_call_sid": call.parent_sid,
        "group_sid": None,
        "trunk_sid": None,
        "queue_time": str(call.queue_ms),
        "uri": f"{base}.json",
        "subresource_uris": {
            name: f"{base}/{part}.json"
            for name, part in CALL_PARTS.items()
        },
    }  # fmt: skip


def conference_json(conference: Conference) -> dict[str, Any]:
    base = f"{_account(conference.account_sid)}/Conferences/{conference.sid}"
    return {
        "sid": conference.sid,
        "account_sid": conference.account_sid,
        "api_version": VERSION,
        "date_created": _date(conference.created),
        "date_updated": _date(conference.updated),
        "friendly_name": conference.name,
        "status": conference.status,
        "region": "us1",
        "reason_conference_ended": conference.reason,
        "call_sid_ending_conference": conference.call_sid_ending,
        "uri": f"{base}.json",
        "subresource_uris": {
            "participants": f"{base}/Participants.json",
            "recordings": f"{base}/Recordings.json",
        },
    }


def participant_json(participant: Participant) -> dict[str, Any]:
    conference = participant.conference
    base = f"{_account(conference.account_sid)}/Conferences/{conference.sid}"
    return {
        "call_sid": participant.call.sid,
        "conference_sid": conference.sid,
        "account_sid": conference.account_sid,
        "label": participant.label,
        "status": "connected",
        "muted": participant.muted,
        "hold": participant.hold,
        "coaching": participant.coaching,
        "call_sid_to_coach": participant.call_sid_to_coach,
        "end_conference_on_exit": participant.end_on_exit,
        "start_conference_on_enter": participant.start_on_enter,
        "queue_time": str(participant.call.queue_ms),
        "date_created": _date(participant.joined),
        "date_updated": _date(participant.updated),
        "uri": f"{base}/Participants/{participant.call.sid}.json",
    }


def message_json(message: Message) -> dict[str, Any]:
    base = f"{_account(message.account_sid)}/Messages/{message.sid}"
    return {
        "sid": message.sid,
        "account_sid": message.account_sid,
        "api_version": VERSION,
        "messaging_service_sid": message.messaging_service_sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "num_segments": str(message.segments),
        "num_media": str(message.num_media),
        "direction": message.direction,
        "status": message.status,
        "error_code": message.error_code,
        "error_message": message.error_message,
        "price": None,
        "price_unit": "USD",
        "date_created": _date(message.created),
        "date_sent": _date(message.sent),
        "date_updated": _date(message.updated),
        "uri": f"{base}.json",
        "subresource_uris": {"media": f"{base}/Media.json"},
    }


def recording_json(recording: Recording, media_url: str) -> dict[str, Any]:
    base = f"{_account(recording.account_sid)}/Recordings/{recording.sid}"
    done = recording.status in ("completed", "absent")
    return {
        "sid": recording.sid,
        "account_sid": recording.account_sid,
        "api_version": VERSION,
        "call_sid": recording.call_sid,
        "conference_sid": recording.conference_sid,
        "channels": 1,
        "source": recording.source,
        "status": "deleted" if recording.deleted else recording.status,
        "duration": str(recording.seconds) if done else None,
        "start_time": _date(recording.created),
        "price": None,
        "price_unit": "USD",
        "error_code": recording.error_code,
        "encryption_details": None,
        "media_url": media_url,
        "date_created": _date(recording.created),
        "date_updated": _date(recording.updated),
        "uri": f"{base}.json",
        "subresource_uris": {
            "add_on_results": f"{base}/AddOnResults.json",
            "transcriptions": f"{base}/Transcriptions.json",
        },
    }


def line_json(line: Line, account_sid: str) -> dict[str, Any]:
    return {
        "sid": line.sid,
        "account_sid": account_sid,
        "api_version": VERSION,
        "phone_number": line.number,
        "friendly_name": line.friendly_name,
        "voice_url": line.voice_url,
        "voice_method": line.voice_method,
        "voice_fallback_url": line.voice_fallback_url,
        "voice_fallback_method": line.voice_fallback_method,
        "voice_application_sid": line.voice_application_sid,
        "voice_caller_id_lookup": line.voice_caller_id_lookup,
        "voice_receive_mode": line.voice_receive_mode,
        "status_callback": line.status_callback,
        "status_callback_method": line.status_callback_method,
        "sms_url": line.sms_url,
        "sms_method": line.sms_method,
        "sms_fallback_url": line.sms_fallback_url,
        "sms_fallback_method": line.sms_fallback_method,
        "sms_application_sid": line.sms_application_sid,
        "trunk_sid": line.trunk_sid,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "origin": "twilio",
        "beta": False,
        "status": "in-use",
        "type": "local",
        "address_sid": None,
        "address_requirements": "none",
        "identity_sid": None,
        "bundle_sid": None,
        "emergency_status": "Active",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "date_created": _date(line.created),
        "date_updated": _date(line.updated),
        "uri": f"{_account(account_sid)}/IncomingPhoneNumbers/{line.sid}.json",
    }


def formatted(number: str) -> str:
    """`(212) 555-0100` for North America; elsewhere the number itself."""
    if len(number) == 12 and number.startswith("+1"):
        return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
    return number


def _account(account_sid: str) -> str:
    return f"/{VERSION}/Accounts/{account_sid}"


def _date(moment: float | None) -> str | None:
    return None if moment is None else rfc2822(moment)
