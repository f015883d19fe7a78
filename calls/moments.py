"""When a call was answered and ended, as people expect it to read.

Our own moments have fractions of a second, the network's have whole seconds only and are rounded
down: side by side they can seem to run backwards. What is stored is what was told; here it is
put into order.
"""

from datetime import datetime

from calls.models import Call, Participant
from calls.states import LEG_OVER, LegStatus

_NEVER_ANSWERED = LEG_OVER - {LegStatus.COMPLETED}


def answered(call: Call) -> datetime | None:
    """None for a call that nobody answered, even if we were about to."""
    if call.answered_at is None or call.status in _NEVER_ANSWERED:
        return None
    return max(call.answered_at, call.created_at)


def ended(call: Call) -> datetime | None:
    return call.ended_at and max(call.ended_at, answered(call) or call.created_at)


def joined(person: Participant, started_at: datetime | None) -> datetime | None:
    """`started_at` of the conference, which its first entry began."""
    return person.joined_at and max(person.joined_at, started_at or person.joined_at)


def left(person: Participant, started_at: datetime | None) -> datetime | None:
    return person.left_at and max(person.left_at, joined(person, started_at) or person.left_at)
