"""Twilio's words and error codes, and ours beside them."""

import re
from collections.abc import Mapping

from django.conf import settings

from calls.states import EventKind, LegStatus, TextStatus

# A call's status, in webhooks and in REST. `initiated` stands in webhooks only: the call has left
# Twilio's queue, and the phone does not ring yet.
LEG_WORDS: Mapping[str, LegStatus] = {
    "queued": LegStatus.QUEUED,
    "initiated": LegStatus.QUEUED,
    "ringing": LegStatus.RINGING,
    "in-progress": LegStatus.IN_PROGRESS,
    "completed": LegStatus.COMPLETED,
    "busy": LegStatus.BUSY,
    "no-answer": LegStatus.NO_ANSWER,
    "failed": LegStatus.FAILED,
    "canceled": LegStatus.CANCELED,
}

# The events that a conference is subscribed to; whatever else comes changes somebody or something
# in the room, and its word stands in the detail.
ROOM_WORDS: Mapping[str, EventKind] = {
    "conference-start": EventKind.ROOM_STARTED,
    "conference-end": EventKind.ROOM_ENDED,
    "participant-join": EventKind.JOINED,
    "participant-leave": EventKind.LEFT,
    "participant-mute": EventKind.MUTED,
    "participant-unmute": EventKind.UNMUTED,
    "participant-hold": EventKind.HELD,
    "participant-unhold": EventKind.RESUMED,
    "announcement-end": EventKind.ANNOUNCEMENT_HEARD,
    "announcement-fail": EventKind.ANNOUNCEMENT_FAILED,
}

TEXT_WORDS: Mapping[str, TextStatus] = {
    "accepted": TextStatus.QUEUED,  # by a messaging service, which has not chosen a sender yet
    "scheduled": TextStatus.QUEUED,
    "queued": TextStatus.QUEUED,
    "sending": TextStatus.QUEUED,
    "sent": TextStatus.SENT,
    "delivered": TextStatus.DELIVERED,
    "read": TextStatus.DELIVERED,
    "undelivered": TextStatus.UNDELIVERED,
    "failed": TextStatus.FAILED,
    "canceled": TextStatus.FAILED,
}

# What Twilio answers to a request that it refuses, by its code.
REFUSALS: Mapping[str, str] = {
    # --- account and credentials
    "20001": "Twilio did not understand a parameter of ours: please report it.",
    "20003": "Twilio does not accept our credentials: check TWILIO_ACCOUNT_SID and"
    " TWILIO_AUTH_TOKEN (or the API key).",
    "20004": "Twilio does not allow this request: please report it.",
    "20005": "The Twilio account is not active: see Twilio's console.",
    "20006": "Our Twilio credentials may not do this: use a key with more rights.",
    "20008": "These are Twilio's test credentials, which cannot do this: use the live ones.",
    "20009": "It is not over yet, so it cannot be deleted: try again when it is.",
    "20404": "Twilio does not know it (any more).",
    # --- calls
    "21201": "No number to call was given.",
    "21205": "Twilio cannot use our address: check PUBLIC_BASE_URL.",
    "21206": "Those keys cannot be pressed by Twilio: use 0-9, *, # and w for a pause.",
    "21208": "The ring time is not valid: choose 5 to 600 seconds.",
    "21209": "Twilio does not accept the method of a callback: please report it.",
    "21210": "The Twilio account does not own our number: buy or verify it, or correct"
    " SERVER_PHONE.",
    "21211": "This is not a valid phone number: check it.",
    "21212": "Our own number is not valid for Twilio: correct SERVER_PHONE.",
    "21213": "No number to call from was given: set SERVER_PHONE.",
    "21214": "This number cannot be reached by Twilio: check it, or invite another phone.",
    "21215": "The Twilio account may not call this country: allow it under Voice geographic"
    " permissions in Twilio's console.",
    "21216": "Twilio blocks calls to this number: invite another phone.",
    "21217": "This number does not appear to be valid: check it.",
    "21218": "The application that Twilio was told of is not valid: run configure_lines.",
    "21219": "A Twilio trial account may only call verified numbers: verify this one in Twilio's"
    " console, or upgrade the account.",
    "21220": "The call is not going on any more.",
    "22005": "Too many calls wait at Twilio already: try again later, or ask Twilio for more calls"
    " per second.",
    # --- texts
    "21408": "The Twilio account may not text this country: allow it under Messaging geographic"
    " permissions in Twilio's console.",
    "21601": "Our number cannot send texts: use one with SMS, or invite by dial-out.",
    "21602": "The text was empty.",
    "21603": "No number to text from was given: set SERVER_PHONE.",
    "21604": "No number to text to was given.",
    "21605": "The text was too long: shorten the conference's name.",
    "21606": "Our number cannot send texts to this one: use one with SMS, or correct SERVER_PHONE.",
    "21608": "A Twilio trial account may only text verified numbers: verify this one in Twilio's"
    " console, or upgrade the account.",
    "21609": "Twilio cannot use our address for callbacks: check PUBLIC_BASE_URL.",
    "21610": "The recipient has unsubscribed by texting STOP: ask them to text START to our"
    " number.",
    "21611": "Too many texts wait at Twilio already: try again later.",
    "21612": "This number cannot be reached by text from ours: invite it by dial-out.",
    "21614": "This is not a mobile number, so it cannot be texted: invite it by dial-out.",
    "21617": "The text was longer than 1,600 characters: shorten the conference's name.",
    "21703": "The messaging service has no number: add one in Twilio's console.",
    "21704": "The messaging service has no number for this country: add one in Twilio's console.",
    # --- rooms
    "16003": "Twilio does not know this room.",
    "16020": "The room is full.",
    "16021": "The Twilio account has as many rooms as it may have: try again later.",
    "16022": "The room is not there any more.",
    "16024": "Twilio does not accept the name of a participant: please report it.",
    "16026": "This leg is in the room already.",
    "16027": "Whoever is on hold cannot hear an announcement.",
    "16028": "Whoever was to hear the announcement is not in the room any more.",
}

# Why an accepted text did not arrive, or an accepted call failed: these come by callback.
DELIVERY: Mapping[str, str] = {
    "30001": "Too many texts waited at Twilio for too long: try again later.",
    "30002": "The Twilio account was suspended: see Twilio's console.",
    "30003": "The phone cannot be reached: it is off or without a signal. Try again later.",
    "30004": "The recipient or the carrier blocks our texts: call instead.",
    "30005": "The phone is unknown or no longer in service: check the number.",
    "30006": "This is a landline, or its carrier cannot be reached: invite it by dial-out.",
    "30007": "The carrier filtered the text as unwanted: register our number, or call instead.",
    "30008": "The text did not arrive, and the carrier does not say why: try again, or call"
    " instead.",
    "30009": "A part of the text got lost: try again.",
    "30010": "The text cost more than its limit allows: raise the limit in Twilio's console.",
    "30022": "We sent more texts than our campaign allows: try again later, or raise its limit.",
    "30032": "Our toll-free number is not verified for texts: verify it in Twilio's console.",
    "30034": "Our number is not registered for texts in the US (A2P 10DLC): register it in"
    " Twilio's console.",
    # --- a called leg; Twilio gives these for `<Dial>`, and at times for calls
    "13223": "This is not a valid phone number: check it.",
    "13224": "This number cannot be reached by Twilio: check it, or invite another phone.",
    "13225": "Twilio blocks calls to this number: invite another phone.",
    "13226": "The country code of this number is not valid: check it.",
    "13227": "The Twilio account may not call this country: allow it under Voice geographic"
    " permissions in Twilio's console.",
}

# Refused because there is no such room, or not any more; or nobody of that name in it.
ROOM_GONE = frozenset({"16003", "16022", "16028"})

BUSY_NOW = "Twilio has too much to do at the moment: we ask again by ourselves."
NOT_REACHED = "Twilio cannot be reached: we ask again by ourselves."
NO_ANSWER = "Twilio did not say whether it was done: we wait for news of it."
NO_AUDIO_YET = "Twilio is still making the recording."
NO_AUDIO = "What Twilio gives out as the recording is no audio."
TOO_MUCH_AUDIO = "The recording is far longer than any message may be."
AUDIO_FORBIDDEN = (
    "Twilio does not give our credentials the recording: check TWILIO_ACCOUNT_SID and"
    " TWILIO_AUTH_TOKEN (or the API key)."
)
NOT_OWNED = "The Twilio account does not own {number}: buy it there, or correct our settings."

# The status of a recording that has no audio, and never will.
NO_RECORDING = frozenset({"absent", "failed", "deleted"})

LONGEST_CALL = 14_400  # seconds: what an account may do by default, and more is refused

# A new number of Twilio's plays its demonstration, which nobody minds losing.
DEMONSTRATION = "https://demo.twilio.com/"

_LONGEST_REASON = 300
_LONGEST_WORD = 64
_FREE_DIGITS = re.compile(r"(?<![\d+])\d{4,8}(?!\d)")


def refusal(code: str, message: str) -> str:
    """A sentence for people on why Twilio refused, `message` being its own."""
    return REFUSALS.get(code) or f"Twilio refused it ({code}): {tame(message) or 'no reason given'}"


def delivery_failure(code: str, message: str = "") -> str:
    """A sentence for people on why something accepted came to nothing."""
    known = DELIVERY.get(code) or REFUSALS.get(code)
    return known or f"It failed at Twilio ({code}): {tame(message) or 'no reason given'}"


def tame(foreign: str) -> str:
    """Foreign text fit to be kept and shown: one line, short, our secrets struck out.

    Twilio may quote what we sent, so whatever could be a conference code is struck out too.
    """
    text = printable(foreign, _LONGEST_REASON)
    for secret in filter(None, [*settings.TWILIO_AUTH_TOKENS, settings.TWILIO_API_KEY_SECRET]):
        text = text.replace(secret, "****")
    return _FREE_DIGITS.sub("****", text)


def printable(foreign: str, longest: int) -> str:
    """Without control characters, which neither XML nor PostgreSQL nor a log line can hold."""
    kept = "".join(letter if letter.isprintable() else " " for letter in foreign[: 2 * longest])
    return " ".join(kept.split())[:longest]


def short(word: str) -> str:
    """A foreign word, to be kept as it came."""
    return printable(word, _LONGEST_WORD)
