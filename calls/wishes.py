"""What is wanted of somebody in the room and is not so yet."""

from calls.models import Participant
from calls.states import Command, ParticipantStatus


def under_way(person: Participant) -> list[Command]:
    """Nothing can be under way with somebody who is not in: who comes, comes in as is wanted."""
    if person.status != ParticipantStatus.JOINED:
        return []
    found = []
    if person.to_be_muted != person.muted:
        found.append(Command.MUTE if person.to_be_muted else Command.UNMUTE)
    if person.to_be_held != person.on_hold:
        found.append(Command.HOLD if person.to_be_held else Command.RESUME)
    return found
