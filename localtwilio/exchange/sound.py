"""Telephone sound: 16-bit samples, 8,000 a second, one channel. Nothing plays it; it is kept."""

import array
import io
import math
import sys
import wave
from collections.abc import Iterable
from dataclasses import dataclass

RATE = 8000  # samples a second
WIDTH = 2  # bytes a sample
TONE = 400  # hertz; divides RATE, so that one period can be repeated without a click
LOUDNESS = 12_000  # of 32,767


@dataclass(frozen=True)
class Clip:
    """Somebody speaks, `at` seconds after the recording began; without `sound` it is a tone."""

    at: float
    seconds: float
    sound: bytes = b""


def recorded(seconds: float, clips: Iterable[Clip]) -> bytes:
    """The samples of a recording of that length: what was said, and silence between."""
    samples = bytearray(_bytes_of(seconds))
    for clip in clips:
        start = _bytes_of(clip.at)
        voice = (clip.sound or tone(clip.seconds))[: max(0, len(samples) - start)]
        samples[start : start + len(voice)] = voice
    return bytes(samples)


def tone(seconds: float) -> bytes:
    count = RATE // TONE
    period = array.array(
        "h", (round(LOUDNESS * math.sin(2 * math.pi * n / count)) for n in range(count))
    )
    if sys.byteorder == "big":
        period.byteswap()
    length = _bytes_of(seconds)
    one = period.tobytes()
    return (one * (length // len(one) + 1))[:length]


def wav(samples: bytes) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(WIDTH)
        out.setframerate(RATE)
        out.writeframes(samples)
    return buffer.getvalue()


def samples_of(content: bytes) -> bytes:
    """The samples of a WAV file. Raises ValueError for one that telephones do not have."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            shape = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            samples: bytes = file.readframes(file.getnframes())
    except (wave.Error, EOFError):
        raise ValueError("is not a WAV file") from None
    if shape != (1, WIDTH, RATE):
        raise ValueError("must have one channel, 16 bits and 8,000 samples a second")
    return samples[: len(samples) // WIDTH * WIDTH]


def silent_mp3(seconds: float) -> bytes:
    """No encoder is at hand, but a silent frame is simple.

    A frame of MPEG 1 layer III, 32 kbit/s, 44.1 kHz, mono holds 1,152 samples.
    """
    frame = bytes.fromhex("fffb10c4") + bytes(100)
    return frame * max(1, round(seconds * 44100 / 1152))


def _bytes_of(seconds: float) -> int:
    return round(seconds * RATE) * WIDTH
