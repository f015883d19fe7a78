"""A database that is away for a moment, and a disk without room: ridden out, or said in words."""

import errno
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections

T = TypeVar("T")

_BETWEEN = 0.25  # seconds
_FULL = ("disk is full", "no space left on device", "disk full")


def patiently(act: Callable[[], T], seconds: float) -> T:
    """Do it again for so many seconds while the database is away, as when it is started anew.

    Only for what may be done twice. Raises what the last try raised.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError) as error:
            if is_disk_full(error) or time.monotonic() + _BETWEEN > until:
                raise
        close_old_connections()  # those that are broken; the next try opens new ones
        time.sleep(_BETWEEN)


def is_disk_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    told = str(error).lower()
    return isinstance(error, DatabaseError) and any(words in told for words in _FULL)


def in_words(error: BaseException) -> str:
    """What is wrong and how to mend it, as far as that can be told from an error; else empty."""
    if is_disk_full(error):
        return "The disk is full: make room, and what waits goes on by itself."
    if isinstance(error, OperationalError | InterfaceError):
        told = str(error).strip().splitlines() or [type(error).__name__]
        return f"The database does not answer: {told[0]}"
    return ""
