"""Twilio's resources to our value types."""

from datetime import datetime, timedelta
from typing import Any

from calls.states import LegStatus, TextStatus
from conferencing.carrier import vocabulary
from conferencing.carrier.sids import CALL_SID, MESSAGE_SID
from conferencing.telephony import LegReport, OutcomeUnknown, TextReport


def leg_report(call: Any) -> LegReport:
    """Raises OutcomeUnknown for an answer that is no call."""
    if not CALL_SID.fullmatch(str(call.sid or "")):
        raise OutcomeUnknown(vocabulary.NO_ANSWER)
    status = vocabulary.LEG_WORDS.get(str(call.status), LegStatus.UNKNOWN)
    ended_at, duration = time_of(call.end_time), seconds(call.duration)
    return LegReport(
        sid=call.sid,
        status=status,
        from_number=vocabulary.short(str(call._from or "")),  # noqa: SLF001
        to_number=vocabulary.short(str(call.to or "")),
        created_at=time_of(call.date_created) or time_of(call.start_time),
        # Twilio tells no time of the answer; a call's duration counts from there.
        answered_at=_earlier(ended_at, duration) if status is LegStatus.COMPLETED else None,
        ended_at=ended_at,
        duration=duration,
    )


def _earlier(moment: datetime | None, seconds: int | None) -> datetime | None:
    return moment - timedelta(seconds=seconds) if moment and seconds is not None else None


def time_of(value: object) -> datetime | None:
    return value if isinstance(value, datetime) else None


def seconds(value: object) -> int | None:
    """Twilio writes a duration as a string, and none until the end."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def text_report(text: Any) -> TextReport:
    """Raises OutcomeUnknown for an answer that is no message."""
    if not MESSAGE_SID.fullmatch(str(text.sid or "")):
        raise OutcomeUnknown(vocabulary.NO_ANSWER)
    code = str(text.error_code or "")
    error = (code, vocabulary.delivery_failure(code, text.error_message or "")) if code else None
    return TextReport(
        sid=text.sid,
        status=vocabulary.TEXT_WORDS.get(str(text.status), TextStatus.UNKNOWN),
        body=str(text.body or ""),
        created_at=time_of(text.date_created),
        error=error,
    )
