"""Twilio's magic test numbers, honoured with the normal account so that failures can be shown."""

from localtwilio.rest.errors import bad_request

GOOD = "+15005550006"

_CALL_FROM = {"+15005550001": (21212, "'From' is not a valid phone number")}
_CALL_TO = {
    "+15005550001": (21217, "The phone number does not appear to be valid"),
    "+15005550002": (21214, "'To' cannot be reached"),
    "+15005550003": (21215, "The account may not call this country"),
    "+15005550004": (21216, "'To' is on the block list"),
}
_SMS_FROM = {
    "+15005550001": (21212, "'From' is not a valid phone number"),
    "+15005550007": (21606, "'From' is not a number that can send SMS"),
    "+15005550008": (21611, "The queue of 'From' is full"),
}
_SMS_TO = {
    "+15005550001": (21211, "'To' is not a valid phone number"),
    "+15005550002": (21612, "'To' cannot be reached by SMS"),
    "+15005550003": (21408, "The account may not send SMS to this country"),
    "+15005550004": (21610, "The recipient has unsubscribed"),
    "+15005550009": (21614, "'To' is not a mobile number"),
}


def refuse_call(to: str, from_: str) -> None:
    """Raises the error that a magic number stands for."""
    _refuse(_CALL_FROM.get(from_) or _CALL_TO.get(to))


def refuse_message(to: str, from_: str) -> None:
    """Raises the error that a magic number stands for."""
    _refuse(_SMS_FROM.get(from_) or _SMS_TO.get(to))


def _refuse(found: tuple[int, str] | None) -> None:
    if found:
        raise bad_request(*found)
