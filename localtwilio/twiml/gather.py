"""Gather: prompts, then digits. The rules are those of Twilio's `<Gather>` page."""

from dataclasses import dataclass

from localtwilio.exchange.signals import Key, Speech
from localtwilio.exchange.source import Source
from localtwilio.twiml.audio import utter_until_key
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import Gather


@dataclass
class Collected:
    digits: str = ""
    finished_on: str = ""
    speech: str = ""

    @property
    def empty(self) -> bool:
        return not self.digits and not self.speech


async def gather(scene: Scene, verb: Gather) -> Source | None:
    """Time-out without a key, or only the finish key: the next verb, unless told otherwise."""
    scene.call.answer()
    scene.call.forget_signals()
    scene.call.awaits("digits" if verb.dtmf else "message")
    try:
        collected = await _collect(scene, verb, await _prompts(scene, verb))
    finally:
        scene.call.awaits(None)
    if collected.empty and not verb.action_on_empty:
        return None
    return scene.action(verb.action, verb.method, _params(collected))


async def _prompts(scene: Scene, verb: Gather) -> Key | Speech | None:
    for prompt in verb.prompts:
        signal = await utter_until_key(scene, prompt, verb.speech)
        if signal:
            return signal
    return None


async def _collect(scene: Scene, verb: Gather, first: Key | Speech | None) -> Collected:
    """The timer starts when the prompts are over, and again after each key."""
    collected = Collected()
    signal: object = first
    while True:
        if signal is None or not _take(collected, verb, signal):
            signal = await scene.call.listen(scene.people(verb.timeout))
            if signal is None:
                return collected
            continue
        return collected


def _take(collected: Collected, verb: Gather, signal: object) -> bool:
    """True when this signal finishes the gathering."""
    if isinstance(signal, Speech) and verb.speech:
        collected.speech = signal.text
        return True
    if not isinstance(signal, Key) or not verb.dtmf:
        return False
    if signal.digit in verb.finish_on_key:
        collected.finished_on = signal.digit
        return True
    collected.digits += signal.digit
    return len(collected.digits) == verb.num_digits


def _params(collected: Collected) -> dict[str, str]:
    if collected.speech:
        return {"SpeechResult": collected.speech, "Confidence": "0.9"}
    return {
        "Digits": collected.digits,
        "msg": "Gather End",
        "FinishedOnKey": collected.finished_on,
    }
