"""Steps to TwiML: the only place that writes it, and where wording and voice live."""

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Say, VoiceResponse

from conferencing.carrier.twiml import conference, line, room
from conferencing.carrier.twiml.writing import write
from conferencing.steps import Step

ROOM_EVENTS = conference.ROOM_EVENTS

__all__ = ["ROOM_EVENTS", "conference", "line", "render", "room", "words"]


def render(step: Step) -> str:
    """The TwiML document of a step."""
    return str(_document(step))


def words(step: Step) -> str:
    """What is said at a step, in the words that Twilio is given."""
    return " ".join(_said(_document(step)))


def _document(step: Step) -> VoiceResponse:
    response = VoiceResponse()
    write(step, response)
    return response


def _said(verb: TwiML) -> list[str]:
    if isinstance(verb, Say):
        return [str(verb.value)]
    return [text for inner in verb.verbs for text in _said(inner)]
