"""The words for what is known of conferences, legs and participants, and their legal moves.

A table reads "this word may replace those". What no table allows does not happen; the journal
puts the table into the WHERE clause of its UPDATE, so that of two writers the legal one wins.
"""

from collections.abc import Mapping
from enum import StrEnum

from django.db.models import IntegerChoices


class ConferenceStatus(StrEnum):
    WAITING = "waiting"  # nobody has been let in yet
    LIVE = "live"
    ENDING = "ending"  # no more entries; the room is being emptied
    ENDED = "ended"


class EndReason(StrEnum):
    EVERYONE_LEFT = "everyone_left"
    TIME_LIMIT = "time_limit"
    NO_SHOW = "no_show"
    ENDED_BY_USER = "ended_by_user"
    FAILED = "failed"  # nobody could be reached and nobody can still come


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class LegStatus(StrEnum):
    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"  # asked for, and never heard whether it was done


class Mode(StrEnum):
    DIAL_IN = "dial_in"  # is texted the code
    DIAL_OUT = "dial_out"  # is called


class ParticipantStatus(StrEnum):
    PENDING = "pending"
    INVITED = "invited"  # the text was accepted
    CALLING = "calling"
    RINGING = "ringing"
    ANSWERED = "answered"  # a called person who has not pressed 1 yet
    JOINED = "joined"
    LEFT = "left"
    MISSED = "missed"  # was texted, did not come
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"  # answered, and did not press 1
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"


class TextStatus(StrEnum):
    """How an SMS fares."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What became of a call."""

    LIVE = "live"  # not over
    CONFERENCE = "conference"  # was in a room
    FORWARDED = "forwarded"  # somebody took it
    VOICEMAIL = "voicemail"  # left a message
    MISSED = "missed"  # rang at our side, nobody took it, no message
    UNREACHED = "unreached"  # we called, nobody answered, or nobody pressed the key
    ABANDONED = "abandoned"  # the caller left before anything
    REJECTED = "rejected"  # we refused it, and the network told the caller "busy"
    FAILED = "failed"


class LineAction(StrEnum):
    """Where a key of a line's menu leads."""

    FORWARD = "forward"  # to a person
    VOICEMAIL = "voicemail"
    CONFERENCE = "conference"  # enter a code
    SAY = "say"  # something, and back to the menu


class LineRoute(StrEnum):
    """Where a line leads without a key: any action but `say`, which would lead back to itself."""

    FORWARD = LineAction.FORWARD.value
    VOICEMAIL = LineAction.VOICEMAIL.value
    CONFERENCE = LineAction.CONFERENCE.value


class Weekday(IntegerChoices):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class AnnouncementStatus(StrEnum):
    ASKED = "asked"
    SAYING = "saying"  # the network has taken it
    DONE = "done"
    FAILED = "failed"


class Command(StrEnum):
    """What may be asked of a person who is in the room."""

    MUTE = "mute"
    UNMUTE = "unmute"
    HOLD = "hold"
    RESUME = "resume"
    HANG_UP = "hang_up"


class VoicemailStatus(StrEnum):
    RECORDING = "recording"  # asked for; nothing is known of it yet
    FETCHING = "fetching"  # the network has it; we are getting the audio
    KEPT = "kept"
    ABSENT = "absent"  # nothing was said
    LOST = "lost"  # the network had it, and we could not get the audio
    DELETED = "deleted"  # by a person: we keep neither audio nor text


class EventKind(StrEnum):
    """What a line of a timeline can say."""

    OPENED = "opened"
    PARTICIPANT_ADDED = "participant_added"
    STARTED = "started"
    ENDING = "ending"
    ENDED = "ended"
    TEXT_SENT = "text_sent"
    TEXT_STATUS = "text_status"
    TEXT_FAILED = "text_failed"
    WITHDRAWN = "withdrawn"
    LEG_STATUS = "leg_status"
    LEG_REFUSED = "leg_refused"
    CODE_WRONG = "code_wrong"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    ADMITTED = "admitted"
    JOINED = "joined"
    LEFT = "left"
    HANG_UP_ASKED = "hang_up_asked"
    ROOM_STARTED = "room_started"
    ROOM_ENDED = "room_ended"
    ROOM_CHANGED = "room_changed"
    RETURNED = "returned"  # into the room, on a leg that had been in it before
    STEPPED_OUT = "stepped_out"  # pressed the star key: hears the room's menu
    MUTED = "muted"
    UNMUTED = "unmuted"
    HELD = "held"
    RESUMED = "resumed"
    ASKED = "asked"  # somebody wants one muted, held, …; `detail` says what and who
    NOT_DONE = "not_done"  # the network would not do what was asked
    EXTENDED = "extended"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    TURNED_AWAY = "turned_away"  # knew the code, and was not let in
    ANNOUNCED = "announced"
    ANNOUNCEMENT_HEARD = "announcement_heard"
    ANNOUNCEMENT_FAILED = "announcement_failed"
    RETRIED = "retried"
    RENAMED = "renamed"
    MENU = "menu"
    FORWARDED = "forwarded"
    TAKEN = "taken"  # the person whose phone rang has pressed the key
    MESSAGE_ASKED = "message_asked"
    MESSAGE_LEFT = "message_left"
    MESSAGE_ABSENT = "message_absent"
    MESSAGE_KEPT = "message_kept"
    MESSAGE_LOST = "message_lost"
    MESSAGE_HEARD = "message_heard"
    MESSAGE_UNHEARD = "message_unheard"  # marked as new again
    MESSAGE_NOTED = "message_noted"
    MESSAGE_TRANSCRIBED = "message_transcribed"
    MESSAGE_DELETED = "message_deleted"
    FOUND = "found"  # by reconciliation
    FOUND_IN = "found_in"  # in the room, likewise; that somebody came may be told yet


OPEN_CONFERENCE = frozenset({ConferenceStatus.WAITING, ConferenceStatus.LIVE})

CONFERENCE_MOVES: Mapping[ConferenceStatus, frozenset[ConferenceStatus]] = {
    ConferenceStatus.LIVE: frozenset({ConferenceStatus.WAITING}),
    ConferenceStatus.ENDING: OPEN_CONFERENCE,
    ConferenceStatus.ENDED: frozenset({ConferenceStatus.ENDING}),
}

LEG_OVER = frozenset(
    {
        LegStatus.COMPLETED,
        LegStatus.BUSY,
        LegStatus.NO_ANSWER,
        LegStatus.FAILED,
        LegStatus.CANCELED,
    }
)
LEG_OPEN = frozenset(LegStatus) - LEG_OVER

# A later word may come first, so each word may replace every earlier one; an end replaces all
# but another end. `unknown` is only our not knowing: any evidence replaces it.
LEG_MOVES: Mapping[LegStatus, frozenset[LegStatus]] = {
    LegStatus.UNKNOWN: frozenset({LegStatus.QUEUED}),
    LegStatus.QUEUED: frozenset({LegStatus.UNKNOWN}),
    LegStatus.RINGING: frozenset({LegStatus.QUEUED, LegStatus.UNKNOWN}),
    LegStatus.IN_PROGRESS: frozenset({LegStatus.QUEUED, LegStatus.UNKNOWN, LegStatus.RINGING}),
    **dict.fromkeys(LEG_OVER, LEG_OPEN),
}

_TEXT_OPEN = frozenset({"", TextStatus.UNKNOWN, TextStatus.QUEUED, TextStatus.SENT})
TEXT_MOVES: Mapping[TextStatus, frozenset[str]] = {
    TextStatus.UNKNOWN: frozenset({""}),
    TextStatus.QUEUED: frozenset({"", TextStatus.UNKNOWN}),
    TextStatus.SENT: frozenset({"", TextStatus.UNKNOWN, TextStatus.QUEUED}),
    TextStatus.DELIVERED: _TEXT_OPEN,
    TextStatus.UNDELIVERED: _TEXT_OPEN,
    TextStatus.FAILED: _TEXT_OPEN,
}

# Something was said, whatever has become of the audio.
LEFT_A_MESSAGE = frozenset({VoicemailStatus.FETCHING, VoicemailStatus.KEPT, VoicemailStatus.LOST})
# A recording that exists outweighs whatever said that there is none, in whichever order they come.
VOICEMAIL_MOVES: Mapping[VoicemailStatus, frozenset[VoicemailStatus]] = {
    VoicemailStatus.FETCHING: frozenset(
        {VoicemailStatus.RECORDING, VoicemailStatus.ABSENT, VoicemailStatus.LOST}
    ),
    VoicemailStatus.ABSENT: frozenset({VoicemailStatus.RECORDING}),
    VoicemailStatus.KEPT: frozenset({VoicemailStatus.FETCHING, VoicemailStatus.LOST}),
    VoicemailStatus.LOST: frozenset({VoicemailStatus.RECORDING, VoicemailStatus.FETCHING}),
    VoicemailStatus.DELETED: frozenset(
        {VoicemailStatus.FETCHING, VoicemailStatus.KEPT, VoicemailStatus.LOST}
    ),
}

# Those who hold a conference open although nobody is in: something is still under way with them.
PARTICIPANT_UNDER_WAY = frozenset(
    {
        ParticipantStatus.PENDING,
        ParticipantStatus.CALLING,
        ParticipantStatus.RINGING,
        ParticipantStatus.ANSWERED,
        ParticipantStatus.UNKNOWN,
    }
)
PARTICIPANT_MAY_STILL_COME = PARTICIPANT_UNDER_WAY | {ParticipantStatus.INVITED}
# Nothing is under way with them any more, or only a text that they may have lost.
MAY_BE_INVITED_AGAIN = frozenset(
    {
        ParticipantStatus.INVITED,
        ParticipantStatus.LEFT,
        ParticipantStatus.BUSY,
        ParticipantStatus.NO_ANSWER,
        ParticipantStatus.DECLINED,
        ParticipantStatus.FAILED,
        ParticipantStatus.CANCELED,
    }
)

ANNOUNCEMENT_MOVES: Mapping[AnnouncementStatus, frozenset[AnnouncementStatus]] = {
    AnnouncementStatus.SAYING: frozenset({AnnouncementStatus.ASKED}),
    AnnouncementStatus.FAILED: frozenset({AnnouncementStatus.ASKED, AnnouncementStatus.SAYING}),
    AnnouncementStatus.DONE: frozenset({AnnouncementStatus.ASKED, AnnouncementStatus.SAYING}),
}

# Moves that no leg stands behind: texts, withdrawals, the conference's end. What a participant's
# newest leg tells goes by `shown` below and overrides these.
_TEXTED = frozenset(
    {ParticipantStatus.PENDING, ParticipantStatus.INVITED, ParticipantStatus.UNKNOWN}
)
PARTICIPANT_MOVES: Mapping[ParticipantStatus, frozenset[ParticipantStatus]] = {
    ParticipantStatus.INVITED: frozenset({ParticipantStatus.PENDING, ParticipantStatus.UNKNOWN}),
    ParticipantStatus.UNKNOWN: frozenset({ParticipantStatus.PENDING}),
    ParticipantStatus.FAILED: _TEXTED,
    ParticipantStatus.CANCELED: _TEXTED,
    ParticipantStatus.MISSED: _TEXTED,
}
# What the fate of the text says of somebody who has not come yet.
TEXT_SHOWN: Mapping[TextStatus, ParticipantStatus] = {
    TextStatus.QUEUED: ParticipantStatus.INVITED,
    TextStatus.SENT: ParticipantStatus.INVITED,
    TextStatus.DELIVERED: ParticipantStatus.INVITED,
    TextStatus.UNDELIVERED: ParticipantStatus.FAILED,
    TextStatus.FAILED: ParticipantStatus.FAILED,
    TextStatus.UNKNOWN: ParticipantStatus.UNKNOWN,
}

_UNDER_WAY: Mapping[LegStatus, ParticipantStatus] = {
    LegStatus.QUEUED: ParticipantStatus.CALLING,
    LegStatus.RINGING: ParticipantStatus.RINGING,
    LegStatus.IN_PROGRESS: ParticipantStatus.ANSWERED,
    LegStatus.UNKNOWN: ParticipantStatus.UNKNOWN,
}
_NEVER_IN: Mapping[LegStatus, ParticipantStatus] = {
    LegStatus.COMPLETED: ParticipantStatus.DECLINED,
    LegStatus.BUSY: ParticipantStatus.BUSY,
    LegStatus.NO_ANSWER: ParticipantStatus.NO_ANSWER,
    LegStatus.FAILED: ParticipantStatus.FAILED,
    LegStatus.CANCELED: ParticipantStatus.CANCELED,
}


def shown(
    direction: Direction,
    status: LegStatus,
    *,
    admitted: bool,
    in_room: bool,
    was_in_room: bool,
    away: bool = False,
    dismissed: bool = False,
) -> ParticipantStatus | None:
    """What a participant's newest leg says of the participant; None: nothing yet.

    `away`: out of the room, and on the way back into it: from its menu, or after an extension.
    `dismissed`: we ended the leg before it was let in, so its person has declined nothing.

    A pure function of the leg, so a participant is right whenever the leg is, in whatever order
    the leg's events came.
    """
    over = status in LEG_OVER
    if (in_room or away) and not over:
        return ParticipantStatus.JOINED
    if was_in_room or (admitted and over):
        return ParticipantStatus.LEFT
    if over:
        declined = status is LegStatus.COMPLETED
        return ParticipantStatus.CANCELED if declined and dismissed else _NEVER_IN[status]
    if direction is Direction.INBOUND:
        return None  # let in, not in the room yet: stays invited, or left if he comes back
    return _UNDER_WAY[status]
