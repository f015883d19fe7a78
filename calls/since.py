"""Since when somebody's state has been what it is."""

from collections.abc import Callable, Mapping
from datetime import datetime

from calls.models import Call, Participant
from calls.states import ParticipantStatus

_BY_LEG: Mapping[str, Callable[[Call], datetime | None]] = {
    ParticipantStatus.CALLING: lambda leg: leg.created_at,
    ParticipantStatus.RINGING: lambda leg: leg.ringing_at,
    ParticipantStatus.ANSWERED: lambda leg: leg.answered_at,
    ParticipantStatus.JOINED: lambda leg: leg.in_room_since,
    ParticipantStatus.UNKNOWN: lambda leg: leg.created_at,
}


def since(person: Participant) -> datetime | None:
    """None: not told by the rows. `current_call` should have been loaded with the person."""
    leg = person.current_call
    if person.status == ParticipantStatus.LEFT:
        return person.left_at
    if leg is None:
        return person.created_at if person.status == ParticipantStatus.PENDING else None
    if person.status not in _BY_LEG:
        return leg.ended_at
    if is_away(person):
        return None
    return _BY_LEG[person.status](leg) or leg.created_at


def is_away(person: Participant) -> bool:
    """Joined, and not in the room at this moment: in its menu, or on the way back."""
    leg = person.current_call
    return person.status == ParticipantStatus.JOINED and leg is not None and not leg.in_room_since
