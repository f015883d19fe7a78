"""Record: a beep, the caller's words, and what becomes of them."""

import asyncio
from dataclasses import dataclass, field

from localtwilio.exchange.recordings import Recording
from localtwilio.exchange.signals import HungUp, Key, Speech
from localtwilio.exchange.sound import Clip
from localtwilio.exchange.source import Source
from localtwilio.twiml.audio import utter
from localtwilio.twiml.scene import Scene
from localtwilio.twiml.verbs import Pause, Record

SILENT = 16102
BREATH = 0.5  # seconds of late arrival for which the pieces of a microphone's sound still join


@dataclass
class Take:
    """Times of the event loop; `spoken_from` is None while nobody has spoken."""

    started: float
    quiet_at: float
    spoken_from: float | None = None
    ended: float = 0.0
    key: str = ""
    spoken: list[tuple[float, Speech]] = field(default_factory=list)  # with when it began

    @property
    def text(self) -> str:
        return " ".join(speech.text for _, speech in self.spoken if speech.text)

    def seconds(self, trim: bool, speed: float) -> float:
        """Audio seconds; trimmed, silence before the first word and after the last is left out."""
        if not trim:
            return (self.ended - self.started) * speed
        if self.spoken_from is None:
            return 0.0
        return (min(self.ended, self.quiet_at) - self.spoken_from) * speed

    def clips(self, trim: bool, speed: float) -> list[Clip]:
        begin = self.spoken_from if trim and self.spoken_from is not None else self.started
        return [
            Clip((at - begin) * speed, speech.seconds, speech.sound) for at, speech in self.spoken
        ]


async def record(scene: Scene, verb: Record) -> Source | None:
    """Ends with silence, a key, the longest length, or the caller; then `action`."""
    scene.call.answer()
    if verb.play_beep:
        scene.call.hear("(beep)")
        await utter(scene, Pause(0.5))
    scene.call.forget_signals()
    recording = _begin(scene, verb)
    scene.call.awaits("message")
    gone: HungUp | None = None
    take = _new_take()
    try:
        await _listen(scene, verb, take)
    except HungUp as hung_up:
        gone, take.key = hung_up, "hangup"
    finally:
        take.ended = asyncio.get_running_loop().time()
        scene.call.awaits(None)
        kept = _finish(scene, verb, recording, take)
    if not kept:
        if gone:
            raise gone
        return None
    return scene.action(verb.action, verb.method, _params(scene, recording, take))


def _new_take() -> Take:
    started = asyncio.get_running_loop().time()
    return Take(started, started)


def _begin(scene: Scene, verb: Record) -> Recording:
    recording = Recording(
        scene.call.account_sid,
        scene.call.sid,
        callback=scene.optional(verb.recording_callback),
        callback_method=verb.recording_callback_method,
        callback_events=verb.recording_events,
    )
    scene.exchange.record(recording)
    return recording


async def _listen(scene: Scene, verb: Record, take: Take) -> None:
    """`maxLength` counts seconds of audio: it is hurried with the people who speak."""
    hurry = scene.exchange.clock.people
    longest = take.started + hurry(verb.max_length)
    while True:
        silence = take.quiet_at + hurry(verb.timeout)
        signal = await scene.call.listen(min(longest, silence))
        if signal is None:
            return
        if isinstance(signal, Key) and signal.digit in verb.finish_on_key:
            take.key = signal.digit
            return
        if isinstance(signal, Speech):
            _hear(take, signal, hurry(signal.seconds))


def _hear(take: Take, speech: Speech, lasts: float) -> None:
    """After what is being said already, and at once."""
    arrived = asyncio.get_running_loop().time()
    goes_on = speech.sound and take.spoken and arrived - take.quiet_at < BREATH
    begins = take.quiet_at if goes_on else max(arrived, take.quiet_at)
    take.spoken_from = begins if take.spoken_from is None else take.spoken_from
    take.quiet_at = begins + lasts
    take.spoken.append((begins, speech))


def _finish(scene: Scene, verb: Record, recording: Recording, take: Take) -> bool:
    """True when there is a recording; whether silence makes one is a switch of the network."""
    exchange = scene.exchange
    recording.text = take.text
    if take.spoken_from is None and exchange.config.silent_recording == "absent":
        exchange.discard(recording, SILENT)
        return False
    recording.clips = take.clips(verb.trim, exchange.clock.speed)
    exchange.keep(recording, take.seconds(verb.trim, exchange.clock.speed))
    return True


def _params(scene: Scene, recording: Recording, take: Take) -> dict[str, str]:
    return {
        "RecordingSid": recording.sid,
        "RecordingUrl": scene.exchange.recording_url(recording),
        "RecordingDuration": str(recording.seconds),
        "Digits": take.key,
    }
