"""What became of a call, in one word, told from its row alone."""

from collections.abc import Callable
from enum import StrEnum

from django.db.models import Q

from calls.models import Call
from calls.states import LEG_OPEN, Direction, LegStatus


class Outcome(StrEnum):
    LIVE = "live"  # not over
    CONFERENCE = "conference"  # was in a room
    FORWARDED = "forwarded"  # somebody took it
    VOICEMAIL = "voicemail"  # left a message
    MISSED = "missed"  # rang at our side, nobody took it, no message
    UNREACHED = "unreached"  # we called, nobody answered, or nobody pressed the key
    ABANDONED = "abandoned"  # the caller left before anything
    REJECTED = "rejected"  # we refused it, and the network told the caller "busy"
    FAILED = "failed"


# The first rule that fits gives the outcome. Each stands here twice, for a row that we hold and
# for the rows that we ask for; a test compares the two for every row that there can be.
_RULES: tuple[tuple[Outcome, Callable[[Call], bool], Q], ...] = (
    (Outcome.LIVE, lambda call: call.status in LEG_OPEN, Q(status__in=LEG_OPEN)),
    (
        Outcome.CONFERENCE,
        lambda call: call.joined_at is not None,
        Q(joined_at__isnull=False),
    ),
    (
        Outcome.FAILED,
        lambda call: call.status == LegStatus.FAILED,
        Q(status=LegStatus.FAILED),
    ),
    (
        Outcome.UNREACHED,
        lambda call: call.direction == Direction.OUTBOUND,
        Q(direction=Direction.OUTBOUND),
    ),
    (
        Outcome.REJECTED,
        lambda call: call.status == LegStatus.BUSY,
        Q(status=LegStatus.BUSY),
    ),
    (Outcome.ABANDONED, lambda _: True, Q()),
)


def outcome(call: Call) -> Outcome:
    return next(word for word, fits, _ in _RULES if fits(call))


def having(wanted: Outcome) -> Q:
    """The condition for calls of this outcome."""
    earlier = Q()
    for word, _, condition in _RULES:
        if word is wanted:
            return earlier & condition
        earlier &= ~condition
    return Q(pk__in=[])
