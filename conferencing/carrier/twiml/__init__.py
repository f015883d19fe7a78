"""Steps to TwiML: the only place that writes it, and where wording and voice live."""

from twilio.twiml.voice_response import VoiceResponse

from conferencing.carrier.twiml import conference, line
from conferencing.carrier.twiml.writing import write
from conferencing.steps import Step

ROOM_EVENTS = conference.ROOM_EVENTS

__all__ = ["ROOM_EVENTS", "conference", "line", "render"]


def render(step: Step) -> str:
    """The TwiML document of a step."""
    response = VoiceResponse()
    write(step, response)
    return str(response)
