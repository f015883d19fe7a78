"""The only writer of state: an event and the move that it makes, in one transaction.

Each function locks the row that it may move, so its reading still holds when it writes. Whoever
needs several rows locks them in this order: conference, leg, participant. An event refers to all
three, and PostgreSQL looks at them as the transaction commits: a lock must be `no_key`, or whoever
holds a leg and whoever holds its conference wait for each other for ever.
"""

from calls.journal.commands import (
    announce,
    ask,
    extend,
    invite_again,
    lock,
    move_announcement,
    not_done,
    rename,
    unlock,
)
from calls.journal.conferences import (
    move_conference,
    move_together,
    open_conference,
    release_codes,
    room_is,
)
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
    "announce",
    "ask",
    "ask_message",
    "bind",
    "dismissed",
    "extend",
    "forwarded",
    "invite_again",
    "leg_seen",
    "leg_taken",
    "leg_told",
    "lock",
    "menu_key",
    "message_heard",
    "move_announcement",
    "move_conference",
    "move_message",
    "move_participant",
    "move_together",
    "name_recording",
    "new_leg",
    "not_done",
    "note",
    "open_conference",
    "release_codes",
    "rename",
    "room_is",
    "text_told",
    "unlock",
    "write_on_message",
]
