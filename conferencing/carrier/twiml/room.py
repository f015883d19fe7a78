"""The room's menu: what the keys do, and what is said to them."""

from collections.abc import Mapping
from functools import singledispatch

from twilio.twiml.voice_response import Gather, VoiceResponse

from conferencing.carrier import links
from conferencing.carrier.twiml.writing import say, write
from conferencing.carrier.vocabulary import printable
from conferencing.steps import RoomAnswer, RoomMenu, TimeLeft, WhoIsHere

_PATIENCE = 5  # seconds that we wait for a key: the others are waiting, too
_LONGEST_NAME = 40

_ANSWERS: Mapping[RoomAnswer, str] = {
    RoomAnswer.MUTED: "You are muted.",
    RoomAnswer.HEARD_AGAIN: "You can be heard again.",
    RoomAnswer.FIVE_MORE_MINUTES: "Five more minutes.",
    RoomAnswer.NO_MORE_TIME: "This conference cannot last any longer.",
    RoomAnswer.NOT_UNDERSTOOD: "I did not understand that.",
}


@write.register
def _room_menu(step: RoomMenu, response: VoiceResponse) -> None:
    link = links.room_menu(step.call_id, step.stay, step.asked, step.misses)
    gather = Gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",  # so that the star key is an answer, too
        timeout=min(_PATIENCE, step.seconds_left),
        action=link,
        method="POST",
    )
    answer = f"{words(step.answer)} " if step.answer else ""
    say(gather, answer + _keys(step))
    response.append(gather)
    response.redirect(link, method="POST")  # without a key: back in


def _keys(step: RoomMenu) -> str:
    mute = "be heard again" if step.muted else "mute yourself"
    more = "4 for five more minutes, " if step.may_extend else ""
    return (
        f"Press 1 to {mute}, 2 to hear who is here, 3 for the time that is left, {more}"
        "9 to leave, or star to go back."
    )


@singledispatch
def words(answer: RoomAnswer | WhoIsHere | TimeLeft) -> str:
    """What is said to a key of the menu."""
    raise TypeError(f"no words for {type(answer).__name__}")


@words.register
def _(answer: RoomAnswer) -> str:
    return _ANSWERS[answer]


@words.register
def _(answer: WhoIsHere) -> str:
    if not answer.names and not answer.more:
        return "Nobody else is here."
    named = [printable(name, _LONGEST_NAME) for name in answer.names]
    if answer.more:
        one = "caller" if answer.unnamed else "other"
        named.append(f"{answer.more} {one}{'s' * (answer.more > 1)}")
    *first, last = named
    return f"Here with you: {', '.join(first)}{' and ' * bool(first)}{last}."


@words.register
def _(answer: TimeLeft) -> str:
    minutes, seconds = divmod(answer.seconds, 60)
    parts = [
        f"{number} {word}{'s' * (number != 1)}"
        for number, word in ((minutes, "minute"), (seconds, "second"))
        if number
    ]
    return f"{' and '.join(parts) or 'Less than a second'} left."
