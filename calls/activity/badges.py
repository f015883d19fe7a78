"""What became of a call, in plain words. First the outcome, then what the row knows better."""

from collections.abc import Mapping
from typing import Any

from calls.states import Direction, LegStatus, Outcome, VoicemailStatus

CHOICES: Mapping[str, str] = {
    Outcome.LIVE: "Live",
    Outcome.CONFERENCE: "Was in a conference",
    Outcome.FORWARDED: "Taken",
    Outcome.VOICEMAIL: "Left a message",
    Outcome.MISSED: "Missed",
    Outcome.UNREACHED: "Nobody reached",
    Outcome.ABANDONED: "Hung up",
    Outcome.REJECTED: "Refused",
    Outcome.FAILED: "Failed",
}
_WHY_UNREACHED: Mapping[str, str] = {
    LegStatus.BUSY: "Was busy",
    LegStatus.NO_ANSWER: "Did not answer",
    LegStatus.CANCELED: "Was not rung long enough",
    LegStatus.COMPLETED: "Answered, but did not press the key",
}
_UNDER_WAY: Mapping[str, str] = {
    LegStatus.QUEUED: "About to be called",
    LegStatus.RINGING: "Ringing",
    LegStatus.UNKNOWN: "Not known yet",
}


def badge(row: Mapping[str, Any]) -> str:
    """The words on the badge."""
    outcome = row["outcome"]
    if outcome == Outcome.LIVE:
        return _live(row)
    if outcome == Outcome.FORWARDED:
        return f"Taken by {taker}" if (taker := row["taker"]) else "Took the call"
    return CHOICES[outcome]


def _live(row: Mapping[str, Any]) -> str:
    if row["in_room_since"]:
        return "In a conference"
    if row["taken_at"]:
        return f"Talking to {taker}" if (taker := row["taker"]) else "Talking"
    if row["status"] in _UNDER_WAY:
        return _UNDER_WAY[row["status"]]
    if row["voicemail__status"] == VoicemailStatus.RECORDING:
        return "Leaving a message"
    if row["direction"] == Direction.OUTBOUND:
        return "Answered"
    return "Ringing at a phone" if row["forwarded_at"] else "On the line"


def why(row: Mapping[str, Any]) -> str:
    """One sentence more, for those who ask; empty where there is none."""
    if row["error_detail"]:
        return str(row["error_detail"])
    if row["outcome"] == Outcome.UNREACHED:
        return _WHY_UNREACHED.get(row["status"], "")
    if row["outcome"] == Outcome.ABANDONED:
        return "The caller hung up before anything came of the call"
    if row["outcome"] == Outcome.MISSED:
        return "It rang at our side; nobody took it, and no message was left"
    return ""
