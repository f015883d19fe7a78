"""Webhook forms to value types. What we use matches a strict pattern; the rest is ignored.

Digits that a caller typed may be a code: they go from here to the judge and nowhere else.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.utils import timezone

from calls.states import LEG_OVER, EventKind, LegStatus, TextStatus
from conferencing.carrier import vocabulary
from conferencing.carrier.sids import CALL_SID, MESSAGE_SID, RECORDING_SID, ROOM_SID
from conferencing.news import DialNews, IncomingCall, LegNews, RecordingNews, RoomNews, TextNews

Form = Mapping[str, str]

# `hangup` is what Twilio writes where a caller hung up instead of pressing a key.
_KEYS = re.compile(r"[0-9A-D#*wW]{1,32}|hangup")
_OUR_ID = re.compile(r"[a-z0-9_]{1,40}")
_WHOLE = re.compile(r"[0-9]{1,9}")
_LONGEST_TEXT = 10_000
_CREDIBLE = timedelta(days=1)  # further off, a timestamp is not of what has just happened
_ROOM_DETAIL = {
    "ReasonParticipantLeft": "reason",
    "ParticipantCallStatus": "call_status",
    "ReasonConferenceEnded": "reason",
    "Muted": "muted",
    "Hold": "on_hold",
}


class MalformedError(ValueError):
    """A parameter that we need is missing or looks like nothing that Twilio sends."""


class Digits(str):
    """What a caller typed. It compares as the str that it is, and shows itself to nobody."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'****'"

    def __str__(self) -> str:
        return "****"

    def __format__(self, _spec: str) -> str:
        return "****"


def digits(form: Form) -> Digits:
    """The keys pressed; none where there are none, or something that no keypad has."""
    typed = form.get("Digits", "")
    return Digits(typed) if _KEYS.fullmatch(typed) else Digits()


def incoming_call(form: Form) -> IncomingCall:
    # A withheld number comes as a word or as a number that nobody has: it is kept as it came.
    return IncomingCall(
        sid=call_sid(form),
        from_number=vocabulary.short(form.get("From", "")),
        to_number=vocabulary.short(form.get("To", "")),
    )


def call_sid(form: Form) -> str:
    return _matching(CALL_SID, form, "CallSid")


def caller_has_gone(form: Form) -> bool:
    """Twilio asks for TwiML although nobody is there to hear it."""
    return _leg_status(form) in LEG_OVER


def leg_seen(form: Form) -> LegNews:
    """What a request for TwiML tells, by the way, of its leg."""
    return LegNews(
        sid=call_sid(form),
        status=_leg_status(form),
        at=timezone.now(),
        key=f"{call_sid(form)}:{_leg_status(form)}:seen",
    )


def leg_news(form: Form) -> LegNews:
    """A call status callback; see Twilio's "StatusCallback request parameters"."""
    sid, status = call_sid(form), _leg_status(form)
    word = vocabulary.short(form.get("CallStatus", ""))
    detail = {} if status is not LegStatus.UNKNOWN else {"word": word}
    if sip := form.get("SipResponseCode", ""):
        detail["sip"] = vocabulary.short(sip)
    return LegNews(
        sid=sid,
        status=status,
        at=_at(form),
        key=f"{sid}:{word}",
        sequence=_whole(form, "SequenceNumber"),
        duration=_whole(form, "CallDuration") if status in LEG_OVER else None,
        error=_error(form) if status in LEG_OVER else None,
        detail=detail,
    )


def room_news(form: Form) -> RoomNews:
    """A conference status callback; see Twilio's "<Conference> statusCallback"."""
    word = vocabulary.short(form.get("StatusCallbackEvent", ""))
    kind = vocabulary.ROOM_WORDS.get(word, EventKind.ROOM_CHANGED)
    detail = {"event": word} if kind is EventKind.ROOM_CHANGED else {}
    detail |= {
        ours: vocabulary.short(form[name]) for name, ours in _ROOM_DETAIL.items() if form.get(name)
    }
    if vocabulary.LEG_WORDS.get(form.get("ParticipantCallStatus", "")) in LEG_OVER:
        detail["gone"] = "true"
    failed = kind is EventKind.ANNOUNCEMENT_FAILED
    return RoomNews(
        room_sid=_matching(ROOM_SID, form, "ConferenceSid"),
        kind=kind,
        at=_at(form),
        sequence=_whole(form, "SequenceNumber"),
        call_id=_if_matching(_OUR_ID, form, "ParticipantLabel"),
        leg_sid=_if_matching(CALL_SID, form, "CallSid"),
        detail=detail,
        announcement_id=_announcement_id(form.get("AnnounceUrl", "")),
        error=_why_unheard(form) if failed else None,
    )


def _announcement_id(url: str) -> str:
    """Of the URL that we gave, which names the announcement at its end."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return last if _OUR_ID.fullmatch(last) else ""


def _why_unheard(form: Form) -> tuple[str, str]:
    reason = vocabulary.short(form.get("ReasonAnnouncementFailed", ""))
    return ("announcement_failed", reason or "Twilio could not say it.")


def dial_over(form: Form) -> DialNews:
    """The end of a `<Dial>` of numbers; see Twilio's "<Dial> action".

    A person who hung up at the whisper may be `completed`, too: `DialBridged` tells him apart.
    """
    completed = form.get("DialCallStatus", "") == "completed"
    return DialNews(
        at=timezone.now(),
        connected=completed and form.get("DialBridged", "true") != "false",
        sid=_if_matching(CALL_SID, form, "DialCallSid"),
        seconds=_whole(form, "DialCallDuration") or 0,
    )


def room_refused(form: Form) -> bool:
    """Twilio could not put the leg into its room; see "<Dial> action", for a conference."""
    return form.get("DialCallStatus", "") == "failed"


def recording_made(form: Form) -> RecordingNews | None:
    """What the end of `<Record>` tells; None: no recording was made."""
    sid = _if_matching(RECORDING_SID, form, "RecordingSid") or _sid_in(form.get("RecordingUrl", ""))
    if not sid:
        return None
    return RecordingNews(sid, timezone.now(), duration=_whole(form, "RecordingDuration"))


def recording_news(form: Form) -> RecordingNews | None:
    """A recording status callback; None where it is not over yet."""
    status = form.get("RecordingStatus", "")
    if status not in ("completed", "absent", "failed"):
        return None
    return RecordingNews(
        sid=_matching(RECORDING_SID, form, "RecordingSid"),
        at=timezone.now(),
        absent=status != "completed",
        duration=_whole(form, "RecordingDuration"),
    )


def transcription(form: Form) -> str:
    """The text of a message; empty where Twilio could make none out."""
    done = form.get("TranscriptionStatus", "") == "completed"
    return vocabulary.printable(form.get("TranscriptionText", ""), _LONGEST_TEXT) if done else ""


def _sid_in(url: str) -> str:
    """Of a URL in a webhook only the SID is used; we never fetch what somebody names to us."""
    found = RECORDING_SID.search(url)
    return found[0] if found else ""


def text_news(form: Form, *, attempt: int) -> TextNews:
    """A message status callback; see Twilio's "Track the status of outbound messages"."""
    status = vocabulary.TEXT_WORDS.get(form.get("MessageStatus", ""), TextStatus.UNKNOWN)
    return TextNews(
        sid=_matching(MESSAGE_SID, form, "MessageSid"),
        status=status,
        at=_at(form),
        error=_error(form),
        attempt=attempt,
    )


def error_code(form: Form) -> str:
    """Twilio's code for what went wrong; empty: nothing did."""
    code = _whole(form, "ErrorCode")
    return str(code) if code else ""


def error_path(form: Form) -> str:
    """The path of the URL that Twilio had trouble with."""
    return vocabulary.short(urlsplit(form.get("ErrorUrl", "")).path)


def _error(form: Form) -> tuple[str, str] | None:
    code = error_code(form)
    return (code, vocabulary.delivery_failure(code, form.get("ErrorMessage", ""))) if code else None


def _leg_status(form: Form) -> LegStatus:
    return vocabulary.LEG_WORDS.get(form.get("CallStatus", ""), LegStatus.UNKNOWN)


def _matching(pattern: re.Pattern[str], form: Form, name: str) -> str:
    if not pattern.fullmatch(form.get(name, "")):
        raise MalformedError(name)
    return form[name]


def _if_matching(pattern: re.Pattern[str], form: Form, name: str) -> str:
    value = form.get(name, "")
    return value if pattern.fullmatch(value) else ""


def _whole(form: Form, name: str) -> int | None:
    value = form.get(name, "")
    return int(value) if _WHOLE.fullmatch(value) else None


def _at(form: Form) -> datetime:
    """When it happened, by Twilio's clock; now, where that says nothing credible."""
    now = timezone.now()
    try:
        at = parsedate_to_datetime(form.get("Timestamp", ""))
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return at if abs(now - at) < _CREDIBLE else now
    except (ValueError, TypeError, IndexError, OverflowError):
        return now
