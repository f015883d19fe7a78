"""Our words as people say them: tables, each beside the states that it speaks of."""

from collections.abc import Mapping
from typing import Any

import phonenumbers

from calls.states import (
    AnnouncementStatus,
    Command,
    ConferenceStatus,
    Direction,
    EndReason,
    EventKind,
    LegStatus,
    Mode,
    ParticipantStatus,
    TextStatus,
)

CONFERENCE: Mapping[str, str] = {
    ConferenceStatus.WAITING: "waiting for the first person",
    ConferenceStatus.LIVE: "live",
    ConferenceStatus.ENDING: "ending",
    ConferenceStatus.ENDED: "ended",
}
WHY_ENDED: Mapping[str, str] = {
    EndReason.EVERYONE_LEFT: "everybody has left",
    EndReason.TIME_LIMIT: "its time was up",
    EndReason.NO_SHOW: "nobody came",
    EndReason.ENDED_BY_USER: "somebody ended it",
    EndReason.FAILED: "nobody could be reached",
}
MODES: Mapping[str, str] = {Mode.DIAL_IN: "dials in", Mode.DIAL_OUT: "is called"}
PEOPLE: Mapping[str, str] = {
    ParticipantStatus.PENDING: "not invited yet",
    ParticipantStatus.INVITED: "invited",
    ParticipantStatus.CALLING: "being called",
    ParticipantStatus.RINGING: "phone rings",
    ParticipantStatus.ANSWERED: "answered, not in yet",
    ParticipantStatus.JOINED: "in the room",
    ParticipantStatus.LEFT: "left",
    ParticipantStatus.MISSED: "did not come",
    ParticipantStatus.BUSY: "was busy",
    ParticipantStatus.NO_ANSWER: "did not answer",
    ParticipantStatus.DECLINED: "declined",
    ParticipantStatus.FAILED: "could not be reached",
    ParticipantStatus.CANCELED: "canceled",
    ParticipantStatus.UNKNOWN: "not known yet",
}
TEXTS: Mapping[str, str] = {
    TextStatus.QUEUED: "The text message was accepted",
    TextStatus.SENT: "The text message was sent",
    TextStatus.DELIVERED: "The text message was delivered",
    TextStatus.UNDELIVERED: "The text message did not arrive",
    TextStatus.FAILED: "The text message failed",
    TextStatus.UNKNOWN: "Whether the text message was sent is not known",
}
ANNOUNCEMENTS: Mapping[str, str] = {
    AnnouncementStatus.ASKED: "to be said",
    AnnouncementStatus.SAYING: "being said",
    AnnouncementStatus.DONE: "said",
    AnnouncementStatus.FAILED: "could not be said",
}
NEVER_TOLD = "handed over; whether it was said was never told"
LEGS: Mapping[str, str] = {
    LegStatus.QUEUED: "Waits to be called",
    LegStatus.RINGING: "The phone rings",
    LegStatus.IN_PROGRESS: "Answered the phone",
    LegStatus.COMPLETED: "The call is over",
    LegStatus.BUSY: "The phone was busy",
    LegStatus.NO_ANSWER: "Did not answer",
    LegStatus.FAILED: "The call failed",
    LegStatus.CANCELED: "The call was canceled",
    LegStatus.UNKNOWN: "Whether the call was made is not known",
    "gone": "The call is over",
}
CALLED_IN: Mapping[str, str] = {
    **LEGS,
    LegStatus.RINGING: "Calls us",
    LegStatus.IN_PROGRESS: "Called us, and was picked up",
    LegStatus.COMPLETED: "Hung up",
}
CODE_TROUBLE: Mapping[str, str] = {
    "wrong": "Typed a wrong code",
    "ended": "Typed the code of a conference that is over",
    "strangers_refused": "Was told to call from the invited number",
}
EVENTS: Mapping[str, str] = {
    EventKind.OPENED: "The conference was opened",
    EventKind.PARTICIPANT_ADDED: "Was added",
    EventKind.STARTED: "The conference began",
    EventKind.ENDING: "The conference is being ended",
    EventKind.ENDED: "The conference is over",
    EventKind.TEXT_SENT: "The text message was handed over",
    EventKind.TEXT_STATUS: "News of the text message",
    EventKind.TEXT_FAILED: "The text message failed",
    EventKind.WITHDRAWN: "The invitation was withdrawn",
    EventKind.LEG_STATUS: "News of the call",
    EventKind.LEG_REFUSED: "The call could not be made",
    EventKind.CODE_WRONG: "Typed a code that did not fit",
    EventKind.CONFIRMED: "Pressed 1 to join",
    EventKind.DECLINED: "Did not want to join",
    EventKind.ADMITTED: "Was let in",
    EventKind.JOINED: "Came into the room",
    EventKind.LEFT: "Left the room",
    EventKind.HANG_UP_ASKED: "Is to be hung up",
    EventKind.ROOM_STARTED: "The first two people can hear each other",
    EventKind.ROOM_ENDED: "The room was closed",
    EventKind.ROOM_CHANGED: "Something changed in the room",
    EventKind.RETURNED: "Came back into the room",
    EventKind.STEPPED_OUT: "Pressed the star key",
    EventKind.MUTED: "Is muted",
    EventKind.UNMUTED: "Is not muted any more",
    EventKind.HELD: "Is on hold",
    EventKind.RESUMED: "Is not on hold any more",
    EventKind.ASKED: "Something was asked for",
    EventKind.NOT_DONE: "The network would not do it",
    EventKind.EXTENDED: "The conference was extended",
    EventKind.LOCKED: "The conference was locked",
    EventKind.UNLOCKED: "The conference was unlocked",
    EventKind.TURNED_AWAY: "Was turned away: the conference is locked",
    EventKind.ANNOUNCED: "An announcement was asked for",
    EventKind.ANNOUNCEMENT_HEARD: "The announcement was made",
    EventKind.ANNOUNCEMENT_FAILED: "The announcement could not be made",
    EventKind.RETRIED: "Is to be invited again",
    EventKind.RENAMED: "Was given another name",
    EventKind.MENU: "Chose from the menu",
    EventKind.FORWARDED: "Was forwarded",
    EventKind.TAKEN: "Somebody took the call",
    EventKind.MESSAGE_ASKED: "Was asked to leave a message",
    EventKind.MESSAGE_LEFT: "Left a message",
    EventKind.MESSAGE_ABSENT: "Hung up without a message",
    EventKind.MESSAGE_KEPT: "The message can be heard",
    EventKind.MESSAGE_LOST: "The message could not be fetched",
    EventKind.MESSAGE_HEARD: "The message was heard",
    EventKind.MESSAGE_UNHEARD: "The message was marked as new",
    EventKind.MESSAGE_NOTED: "The note on the message was changed",
    EventKind.MESSAGE_TRANSCRIBED: "The message was written down",
    EventKind.MESSAGE_DELETED: "The message was deleted",
    EventKind.FOUND: "Found out by asking the network",
    EventKind.FOUND_IN: "Is in the room (found out by asking the network)",
}


_DONE_BY_SOMEBODY = frozenset(
    {
        EventKind.OPENED,
        EventKind.PARTICIPANT_ADDED,
        EventKind.ASKED,
        EventKind.EXTENDED,
        EventKind.LOCKED,
        EventKind.UNLOCKED,
        EventKind.RETRIED,
        EventKind.RENAMED,
        EventKind.HANG_UP_ASKED,
        EventKind.WITHDRAWN,
        EventKind.ENDING,
    }
)
COMMANDS: Mapping[str, str] = {
    Command.MUTE: "Is to be muted",
    Command.UNMUTE: "Is to be heard again",
    Command.HOLD: "Is to be put on hold",
    Command.RESUME: "Is to be taken off hold",
    Command.HANG_UP: "Is to be hung up",
}

UNDER_WAY: Mapping[str, str] = {
    Command.MUTE: "being muted …",
    Command.UNMUTE: "being unmuted …",
    Command.HOLD: "being put on hold …",
    Command.RESUME: "being taken off hold …",
    Command.HANG_UP: "being hung up …",
}


def event(kind: str, detail: Mapping[str, Any], direction: str = "") -> str:
    """A line of a timeline, as a sentence without its full stop. Unknown words stay readable."""
    said = _said(kind, detail, direction) or EVENTS.get(kind) or kind.replace("_", " ")
    if detail.get("by") and kind in _DONE_BY_SOMEBODY:
        said = f"{said}, by {detail['by']}"
    if said != EVENTS[EventKind.FOUND] and (kind == EventKind.FOUND or detail.get("found")):
        said = f"{said} (found out by asking the network)"
    error = str(detail.get("error") or "").removesuffix(".")
    return f"{said}: {error}" if error not in ("", said) else said


def _said(kind: str, detail: Mapping[str, Any], direction: str) -> str | None:
    status = str(detail.get("status", ""))
    if kind in (EventKind.TEXT_SENT, EventKind.TEXT_STATUS):
        return TEXTS.get(status)
    if kind == EventKind.LEG_STATUS:
        return _leg(status, direction, by_us=detail.get("by") == "us")
    if kind == EventKind.FOUND and status in LEGS:
        return LEGS[status]
    if kind == EventKind.ENDING and detail.get("reason") in WHY_ENDED:
        return f"{EVENTS[kind]}: {WHY_ENDED[detail['reason']]}"
    if kind == EventKind.ASKED:
        return COMMANDS.get(str(detail.get("command")))
    if kind == EventKind.EXTENDED and detail.get("seconds"):
        return f"{EVENTS[kind]} by {seconds(int(detail['seconds']))}"
    if kind == EventKind.ANNOUNCED and detail.get("text"):
        return f"Announced: “{detail['text']}”"
    if kind == EventKind.RENAMED and detail.get("to"):
        return f"Was given the name “{detail['to']}”"
    if kind == EventKind.RETRIED:
        return (
            "Is to be called again"
            if detail.get("mode") == Mode.DIAL_OUT
            else "Is to be texted again"
        )
    if kind == EventKind.CODE_WRONG:
        return CODE_TROUBLE.get(str(detail.get("trouble")))
    if kind == EventKind.ROOM_CHANGED and detail.get("event"):
        return f"{EVENTS[kind]} ({str(detail['event']).replace('-', ' ')})"
    if kind == EventKind.TAKEN and detail.get("by"):
        return f"{number(str(detail['by']))} took the call"
    if kind == EventKind.FORWARDED and detail.get("to"):
        return f"Is put through to {' and '.join(number(str(each)) for each in detail['to'])}"
    if kind == EventKind.MENU and detail.get("key"):
        return f"Pressed {detail['key']}"
    if kind == EventKind.WITHDRAWN and status == ParticipantStatus.MISSED:
        return "Did not come"
    return None


def _leg(status: str, direction: str, *, by_us: bool) -> str | None:
    if by_us and status in (LegStatus.COMPLETED, LegStatus.CANCELED):
        return "Was hung up by us"
    return (CALLED_IN if direction == Direction.INBOUND else LEGS).get(status)


def number(written: str | None) -> str:
    """A phone number as people write it; what is none, as it came."""
    if not written:
        return "withheld number"
    try:
        parsed = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException:
        return written
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def seconds(length: float) -> str:
    """How long, as people say it: `7 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = max(0, round(length))
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
