"""The only writer of state: an event and the move that it makes, in one transaction.

Each function locks the row that it may move, so its reading still holds when it writes. Whoever
needs several rows locks them in this order: conference, leg, participant. An event refers to all
three, and PostgreSQL looks at them as the transaction commits: a lock must be `no_key`, or whoever
holds a leg and whoever holds its conference wait for each other for ever.
"""

from calls.journal.conferences import move_conference, open_conference, release_codes, room_is
from calls.journal.events import Happening, Recorded, note
from calls.journal.legs import (
    admit,
    bind,
    dismissed,
    forwarded,
    leg_seen,
    leg_taken,
    leg_told,
    menu_key,
    new_leg,
)
from calls.journal.messages import (
    ask_message,
    message_heard,
    move_message,
    name_recording,
    write_on_message,
)
from calls.journal.people import add_participant, move_participant, text_told

__all__ = [
    "Happening",
    "Recorded",
    "add_participant",
    "admit",
    "ask_message",
    "bind",
    "dismissed",
    "forwarded",
    "leg_seen",
    "leg_taken",
    "leg_told",
    "menu_key",
    "message_heard",
    "move_conference",
    "move_message",
    "move_participant",
    "name_recording",
    "new_leg",
    "note",
    "open_conference",
    "release_codes",
    "room_is",
    "text_told",
    "write_on_message",
]
