from calls.models.call import Call
from calls.models.conference import Conference
from calls.models.event import CallEvent
from calls.models.line import Line
from calls.models.participant import Participant

__all__ = ["Call", "CallEvent", "Conference", "Line", "Participant"]
