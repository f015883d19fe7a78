"""What all steps share: one writer for each kind of step, and how we speak."""

from functools import singledispatch

from twilio.twiml.voice_response import Gather, VoiceResponse

from conferencing.steps import Speech

PATIENCE = 8  # seconds that we wait for a key
LONGEST_ANNOUNCEMENT = 500  # characters
LONGEST_TEXT = 400  # characters of a text that a person wrote for a line


@singledispatch
def write(step: object, _response: VoiceResponse) -> None:
    """Append the verbs of a step; each kind registers its own."""
    raise TypeError(f"no TwiML for {type(step).__name__}")


def say(where: VoiceResponse | Gather, words: str, speech: Speech | None = None) -> None:
    speech = speech or Speech()
    where.say(words, language=speech.language, voice=speech.voice or None)
