"""The steps of a conference: the code, the confirmation, the room, and every goodbye."""

from collections.abc import Mapping

from django.conf import settings
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from conferencing.carrier import links
from conferencing.carrier.twiml import room
from conferencing.carrier.twiml.writing import (
    LONGEST_ANNOUNCEMENT,
    LONGEST_TEXT,
    PATIENCE,
    say,
    write,
)
from conferencing.carrier.vocabulary import LONGEST_CALL, printable
from conferencing.steps import (
    GRACE,
    Announcement,
    AskCode,
    AskToConfirm,
    CodeTrouble,
    Farewell,
    Goodbye,
    Join,
    Nothing,
)

ROOM_EVENTS = "start end join leave mute hold announcement"

_LONGEST_NAME = 100
_LONGEST_REASON = 200

_TROUBLES: Mapping[CodeTrouble, str] = {
    CodeTrouble.WRONG: "That code is not right.",
    CodeTrouble.ENDED: "That conference is over.",
    CodeTrouble.FULL: "That conference is full.",
    CodeTrouble.STRANGERS_REFUSED: "Please call from the phone that was invited.",
}
_FAREWELLS: Mapping[Farewell, str] = {
    Farewell.TIME_IS_UP: "The time is up.",
    Farewell.LEFT: "You have left the conference.",
    Farewell.ENDED: "This conference is over.",
    Farewell.FULL: "This conference is full.",
    Farewell.TOO_MANY_TRIES: "That code is not right either. Please look at your invitation"
    " again before you call again.",
    Farewell.STRANGERS_REFUSED: "Please call from the phone that was invited.",
    Farewell.NO_INPUT: "I did not hear any key.",
    Farewell.DECLINED: "You will not join the conference.",
    Farewell.MESSAGE_LEFT: "Thank you for your message.",
    Farewell.NO_MESSAGE: "There was no message.",
    Farewell.TALKED: "Thank you for calling.",
    Farewell.NOT_TAKEN: "You will not take the call.",
    Farewell.LOCKED: "This conference is locked: nobody new can come in.",
    Farewell.CALLER_GONE: "The caller has hung up.",
    Farewell.NOT_NOW: "Sorry, something went wrong on our side. Please call again in a minute.",
}


@write.register
def _ask_code(step: AskCode, response: VoiceResponse) -> None:
    length = settings.CONFERENCE_CODE_LENGTH
    gather = Gather(
        input="dtmf",
        num_digits=length,
        finish_on_key="*" if step.menu else "#",
        timeout=PATIENCE,
        action=links.code(step.call_id, step.silences, step.tries, menu=step.menu),
        method="POST",
    )
    instead = " For the menu, press star." if step.menu else ""
    words = f"Please enter your {length} digit conference code.{instead}"
    say(gather, f"{_before_the_code(step)} {words}", step.speech)
    response.append(gather)
    # Without a key, or with the finishing key alone, Twilio does not ask the action but goes on.
    otherwise = links.code_silence(step.call_id, step.silences + 1)
    response.redirect(links.menu_instead(step.call_id) if step.menu else otherwise, method="POST")


def _before_the_code(step: AskCode) -> str:
    if step.trouble:
        return _TROUBLES[step.trouble]
    if step.silences:
        return "I did not hear any key."
    return printable(step.preface, LONGEST_TEXT) or "Welcome."


@write.register
def _ask_to_confirm(step: AskToConfirm, response: VoiceResponse) -> None:
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",  # so that the hash key is an answer, too
        timeout=PATIENCE,
        action=links.confirm(step.call_id, step.silences),
        method="POST",
    )
    greeting = "I did not hear any key." if step.silences else "Hello."
    say(
        gather,
        f"{greeting} You are invited to {_conference(step.conference_name)}."
        " To join it now, press 1. To decline, hang up.",
    )
    response.append(gather)
    response.redirect(links.confirm_silence(step.call_id, step.silences + 1), method="POST")


@write.register
def _join(step: Join, response: VoiceResponse) -> None:
    if not step.rejoins:
        say(response, f"You are joining {_conference(step.conference_name)}. {_left(step)}.")
    if step.answer:
        say(response, room.words(step.answer))
    dial = Dial(
        time_limit=min(max(step.seconds_left, 0) + GRACE, LONGEST_CALL),
        action=links.after_room(step.call_id, step.deadline, step.stay),
        method="POST",
        hangup_on_star=True,  # and the action goes on with the room's menu
    )
    dial.conference(
        step.conference_id,
        participant_label=step.call_id,
        # No beep on the way out: whoever leaves may be back in a moment, and need not be noticed.
        beep="false" if step.rejoins else "onEnter",
        muted=step.muted,
        start_conference_on_enter=step.starts_room,
        end_conference_on_exit=False,
        max_participants=250,
        status_callback=links.room(step.conference_id),
        status_callback_event=ROOM_EVENTS,
        status_callback_method="POST",
    )
    response.append(dial)
    # Heard only if Twilio cannot put the leg in: else the action's answer replaces all of this.
    _goodbye(Goodbye(Farewell.NOT_NOW), response)


def _conference(name: str) -> str:
    name = printable(name, _LONGEST_NAME)
    return f"the conference {name}" if name else "the conference"


def _left(step: Join) -> str:
    minutes = round(step.seconds_left / 60)
    if step.seconds_left < 60 or not minutes:
        return "You have less than a minute left"
    return f"You have {minutes} minute{'s' * (minutes > 1)} left"


@write.register
def _goodbye(step: Goodbye, response: VoiceResponse) -> None:
    reason = printable(step.reason, _LONGEST_REASON)
    said = f"{_FAREWELLS[step.farewell]} {reason}".strip().removesuffix(".")
    say(response, f"{said}. Goodbye.", step.speech)
    response.hangup()


@write.register
def _announcement(step: Announcement, response: VoiceResponse) -> None:
    say(response, printable(step.text, LONGEST_ANNOUNCEMENT))


@write.register
def _nothing(_step: Nothing, _response: VoiceResponse) -> None:
    """An empty response hangs up a leg that has hung up already."""
