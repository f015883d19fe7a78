"""Say, Play and Pause: what the person hears, and how long it takes."""

from localtwilio.exchange.signals import Key, Speech
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import Pause, Prompt, Say

LETTERS_PER_SECOND = 14
PLAY_SECONDS = 3.0  # the network does not fetch audio; every file lasts this long
APOLOGY = "We are sorry, an application error has occurred. Goodbye."


def described(prompt: Prompt) -> tuple[str | None, float]:
    """The caption and the length, in people's seconds, of one pass."""
    if isinstance(prompt, Say):
        return prompt.text or None, len(prompt.text) / LETTERS_PER_SECOND
    if isinstance(prompt, Pause):
        return None, prompt.length
    if prompt.digits:
        return "(tones)", 0.5 * len(prompt.digits)
    name = prompt.url.rpartition("/")[2]
    return f"(playing {name})", PLAY_SECONDS


async def utter(scene: Scene, prompt: Prompt) -> None:
    """A prompt of its own: keys are lost."""
    if not (isinstance(prompt, Pause) and scene.call.status == "ringing"):
        scene.call.answer()
    await _perform(scene, prompt, stop_on_key=False)


async def utter_until_key(scene: Scene, prompt: Prompt, speech: bool) -> Key | Speech | None:
    """A prompt inside a `<Gather>`: the first key, or a word where it listens, stops it."""
    return await _perform(scene, prompt, stop_on_key=True, stop_on_speech=speech)


async def _perform(
    scene: Scene, prompt: Prompt, stop_on_key: bool, stop_on_speech: bool = False
) -> Key | Speech | None:
    caption, seconds = described(prompt)
    loops = 1 if isinstance(prompt, Pause) else prompt.loop
    done = 0
    while loops == 0 or done < loops:
        done += 1
        if caption:
            scene.call.hear(caption)
        until = scene.people(max(seconds, 0.1))
        while (signal := await scene.call.listen(until)) is not None:
            if stop_on_key and isinstance(signal, Key):
                return signal
            if stop_on_speech and isinstance(signal, Speech):
                return signal
    return None
