from calls.models.announcement import Announcement
from calls.models.call import Call
from calls.models.conference import Conference
from calls.models.event import CallEvent
from calls.models.line import ForwardTarget, Line, LineOption, OpeningHours
from calls.models.participant import Participant
from calls.models.voicemail import Voicemail

__all__ = [
    "Announcement",
    "Call",
    "CallEvent",
    "Conference",
    "ForwardTarget",
    "Line",
    "LineOption",
    "OpeningHours",
    "Participant",
    "Voicemail",
]
