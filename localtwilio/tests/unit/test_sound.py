"""The sound of a recording, sample by sample."""

import wave
from io import BytesIO

import pytest

from localtwilio.exchange.sound import RATE, WIDTH, Clip, recorded, samples_of, tone, wav

SECOND = RATE * WIDTH  # bytes


def wav_of(channels: int = 1, width: int = WIDTH, rate: int = RATE) -> bytes:
    buffer = BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(bytes(800))
    return buffer.getvalue()


def test_what_was_said_stands_where_it_was_said() -> None:
    voice = b"\x11\x22" * (RATE // 2)
    made = recorded(4, [Clip(1, 0.5, voice), Clip(2.5, 1)])
    assert len(made) == 4 * SECOND
    assert made[:SECOND] == bytes(SECOND)
    assert made[SECOND : SECOND + len(voice)] == voice
    assert made[SECOND + len(voice) : 5 * SECOND // 2] == bytes(SECOND)
    assert made[5 * SECOND // 2 : 7 * SECOND // 2] == tone(1)


@pytest.mark.parametrize("at", [0.5, 1, 7])
def test_a_recording_is_never_longer_than_it_was(at: float) -> None:
    assert len(recorded(1, [Clip(at, 3)])) == SECOND


def test_a_wav_file_gives_back_its_samples() -> None:
    assert samples_of(wav(tone(0.3))) == tone(0.3)


@pytest.mark.parametrize(
    "content", [wav_of(channels=2), wav_of(width=1), wav_of(rate=44100), b"RIFF", b"", b"x" * 99]
)
def test_other_sound_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"WAV|8,000"):
        samples_of(content)
