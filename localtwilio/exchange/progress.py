"""Status callbacks of one leg: which events, to where, and their numbering."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

CALL_EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass
class Progress:
    """Only the four events can be subscribed; busy and the like come under `completed`."""

    url: str | None = None
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})
    sequence: int = 0

    def next_number(self) -> str:
        """Twilio counts the events it fires, from 0."""
        number = str(self.sequence)
        self.sequence += 1
        return number


def rfc2822(moment: float) -> str:
    """Twilio's date form, such as `Fri, 18 Feb 2011 21:07:19 +0000`."""
    return format_datetime(datetime.fromtimestamp(moment, UTC))
