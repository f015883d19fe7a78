"""What became of a call, in one word, told from its row alone.

The journal writes the word beside each change of the row, so that a list can be filtered by it
at the cost of one index.
"""

from calls.models import Call
from calls.states import LEG_OPEN, Direction, LegStatus, Outcome


def outcome(call: Call) -> Outcome:
    """The first rule that fits gives the word."""
    if call.status in LEG_OPEN:
        return Outcome.LIVE
    if call.joined_at:
        return Outcome.CONFERENCE
    if call.taken_at:
        return Outcome.FORWARDED
    if call.message_left_at:
        return Outcome.VOICEMAIL
    if call.status == LegStatus.FAILED:
        return Outcome.FAILED
    if call.direction == Direction.OUTBOUND:
        return Outcome.UNREACHED
    if call.status == LegStatus.BUSY or call.dismissed_at:
        return Outcome.REJECTED
    return Outcome.MISSED if call.forwarded_at else Outcome.ABANDONED
