"""Our own ids: `conf_06dk…`, unguessable, and in the order in which they were made.

Random ids scatter over an index, so that each insert touches another page of it; these grow at
its right edge. They name rooms and stand in callback URLs, hence only `[a-z0-9_]`.
"""

import secrets
import time
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_TIME_BITS = 52  # microseconds since 1970, until the year 2112
_RANDOM_BITS = 78  # together 130 bits: 26 letters of 5 bits
_LETTERS = (_TIME_BITS + _RANDOM_BITS) // 5

MAX_LENGTH = 40
PATTERN = r"[a-z0-9_]{1,40}"  # what an id may look like, ours or not yet known


def new_id(prefix: str) -> str:
    """An id like `conf_` and 26 letters; 78 of its 130 bits are random."""
    return _spelt(prefix, time.time_ns() // 1000, secrets.randbits(_RANDOM_BITS))


def _spelt(prefix: str, microseconds: int, random: int) -> str:
    number = (microseconds << _RANDOM_BITS) | random
    letters = (_ALPHABET[number >> 5 * place & 31] for place in reversed(range(_LETTERS)))
    return f"{prefix}_{''.join(letters)}"


def conference_id() -> str:
    return new_id("conf")


def participant_id() -> str:
    return new_id("part")


def call_id() -> str:
    return new_id("call")


def _least_at(prefix: str, moment: datetime, later: float) -> str:
    """The least id that a row made at this moment, or so many seconds later, could have.

    Ids sort as their times do; moments that no id can tell count as the first or the last.
    """
    microseconds = round((moment.timestamp() + later) * 1_000_000)
    return _spelt(prefix, min(max(0, microseconds), 2**_TIME_BITS - 1), 0)


def conference_id_at(moment: datetime, *, later: float = 0.0) -> str:
    return _least_at("conf", moment, later)


def participant_id_at(moment: datetime, *, later: float = 0.0) -> str:
    return _least_at("part", moment, later)


def call_id_at(moment: datetime, *, later: float = 0.0) -> str:
    return _least_at("call", moment, later)


def event_id() -> str:
    return new_id("evt")


def announcement_id() -> str:
    return new_id("ann")


def line_id() -> str:
    return new_id("line")


def voicemail_id() -> str:
    return new_id("vm")
