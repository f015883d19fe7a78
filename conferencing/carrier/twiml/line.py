"""The steps of a line: the menu, forwarding, the message after the beep."""

from collections.abc import Mapping

import phonenumbers
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from calls.states import LineAction
from conferencing.carrier import links
from conferencing.carrier.twiml.writing import LONGEST_TEXT, PATIENCE, say, write
from conferencing.carrier.vocabulary import printable
from conferencing.steps import AskToTake, Connect, Forward, Menu, TakeMessage

_RECORD_SILENCE = 5  # seconds of silence after which a message is over
_LEG_EVENTS = "initiated ringing answered completed"

_KEYS: Mapping[LineAction, str] = {
    LineAction.FORWARD: "To talk to a person, press {}.",
    LineAction.VOICEMAIL: "To leave a message, press {}.",
    LineAction.CONFERENCE: "To enter a conference code, press {}.",
    LineAction.SAY: "For more information, press {}.",
}


@write.register
def _menu(step: Menu, response: VoiceResponse) -> None:
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",  # so that the hash key is an answer, too
        timeout=PATIENCE,
        action=links.menu(step.call_id, step.misses, step.asked),
        method="POST",
    )
    preface = "I did not understand that." if step.misses else _text(step.preface)
    keys = " ".join(_KEYS[action].format(digit) for digit, action in step.keys)
    say(gather, f"{preface} {keys}".strip(), step.speech)
    response.append(gather)
    silence = links.menu_silence(step.call_id, step.misses + 1, step.asked)
    response.redirect(silence, method="POST")


@write.register
def _forward(step: Forward, response: VoiceResponse) -> None:
    words = _text(step.preface) or ("One moment, please." if not step.round else "")
    if words:
        say(response, words, step.speech)
    dial = Dial(
        timeout=step.ring_seconds,
        caller_id=step.caller_id,
        answer_on_bridge=True,
        action=links.forward_over(step.call_id, step.round),
        method="POST",
    )
    for leg_id, number in step.phones:
        dial.number(
            number,
            url=links.whisper(leg_id),  # also tells who of them picked up first
            method="POST",
            status_callback=links.leg(leg_id),
            status_callback_event=_LEG_EVENTS,
            status_callback_method="POST",
        )
    response.append(dial)


@write.register
def _ask_to_take(step: AskToTake, response: VoiceResponse) -> None:
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=PATIENCE,
        action=links.take(step.call_id),
        method="POST",
    )
    line = f" for {_text(step.line)}" if step.line else ""
    say(gather, f"A call{line} from {_spoken(step.caller)}. To take it, press 1.", step.speech)
    response.append(gather)
    # A mailbox presses nothing; a document that only ends would put it through.
    response.hangup()


@write.register
def _connect(_step: Connect, _response: VoiceResponse) -> None:
    """The end of the document that a called person hears puts the two together."""


@write.register
def _take_message(step: TakeMessage, response: VoiceResponse) -> None:
    preface = _text(step.preface)
    words = "Please leave a message after the beep. To finish, press hash or hang up."
    say(response, f"{preface} {words}".strip(), step.speech)
    response.record(
        action=links.message_over(step.call_id),  # never its own URL: that would record for ever
        method="POST",
        timeout=_RECORD_SILENCE,
        finish_on_key="#",
        max_length=step.longest_seconds,
        play_beep=True,
        recording_status_callback=links.recording(step.call_id),
        recording_status_callback_event="completed absent",
        recording_status_callback_method="POST",
    )
    # Reached where Twilio makes no recording of mere silence, and so does not ask the action.
    response.redirect(links.message_over(step.call_id), method="POST")


def _text(words: str) -> str:
    return printable(words, LONGEST_TEXT)


def _spoken(caller: str) -> str:
    """A number that is read out digit by digit, with a pause where people make one."""
    try:
        number = phonenumbers.parse(caller, None)
    except phonenumbers.NumberParseException:
        return "a withheld number"
    if not phonenumbers.is_possible_number(number):
        return "a withheld number"
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    groups = "".join(letter if letter.isdigit() else "," for letter in national)
    return ", ".join(" ".join(group) for group in groups.split(",") if group)
