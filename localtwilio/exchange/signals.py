"""What can reach a leg while its TwiML runs, and the two ways its TwiML is cut short."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """One DTMF key."""

    digit: str


@dataclass(frozen=True)
class Speech:
    """The person talks for so many seconds of their time.

    `sound` are samples as telephones have them; without any, a tone stands for the words.
    """

    seconds: float
    text: str
    sound: bytes = b""


@dataclass(frozen=True)
class RoomOver:
    """The leg is no longer in its conference; its `<Dial>` is finished."""


@dataclass(frozen=True)
class LegChanged:
    """A leg that this one dials was answered, has ended, or was taken away."""

    call_sid: str


Signal = Key | Speech | RoomOver | LegChanged


class HungUp(Exception):
    """The leg has ended while a verb was running."""


class Replaced(Exception):
    """REST gave the leg new TwiML while a verb was running."""
