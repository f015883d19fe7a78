"""The forms that Twilio posts about a call, with all that they carry."""

from datetime import UTC, datetime
from email.utils import format_datetime

from benchmarks.letters import ACCOUNT

# In the order in which a leg that is called hears them; with what each says besides.
LIFE = ("initiated", "ringing", "in-progress", "completed")
_PLACE = {"City": "NEW YORK", "State": "NY", "Zip": "10001", "Country": "US"}


def sid(number: int) -> str:
    return f"CA{number:032x}"


def call(number: int, caller: str, called: str, status: str, direction: str) -> dict[str, str]:
    """What every request about a call carries."""
    places = {f"{end}{part}": value for end in ("From", "To") for part, value in _PLACE.items()}
    again = {f"Caller{part}": value for part, value in _PLACE.items()}
    return {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid(number),
        "CallStatus": status,
        "Direction": direction,
        "From": caller,
        "Caller": caller,
        "To": called,
        "Called": called,
        **places,
        **again,
    }


def status(number: int, caller: str, called: str, step: int) -> dict[str, str]:
    """A status callback: the so-many-th of LIFE."""
    word = LIFE[step]
    form = call(number, caller, called, word, "outbound-api")
    form |= {
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(step),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    return form | ({"CallDuration": "31", "Duration": "1"} if word == "completed" else {})


def in_turns(count: int, steps: int, at_once: int = 200) -> list[tuple[int, int]]:
    """The number of each leg, or conference, with each of its steps: none has two under way."""
    return [
        (each, step)
        for begin in range(0, count, at_once)
        for step in range(steps)
        for each in range(begin, min(begin + at_once, count))
    ]
