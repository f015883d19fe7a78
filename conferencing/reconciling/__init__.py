"""Ask the network what is true, and write down what we missed.

A lost callback is not sent again, so whatever has been silent is asked after. One empty answer
proves nothing: lists lag behind. What is found is written as any news is, so that a callback
which comes later after all changes nothing but the times, to its own.
"""

from datetime import timedelta

from django.utils import timezone

from conferencing import keeping, sweeping
from conferencing.reconciling import enquiries, legs, rooms, strays, texts, unmade
from conferencing.reconciling.asking import Round

_LEGS, _REST, _LOOK = timedelta(seconds=8), timedelta(seconds=2), timedelta(seconds=4)

__all__ = ["forget", "look", "repair"]


def repair() -> int:
    """Ask after legs and texts, and settle what is unknown. Returns how many were repaired."""
    repaired = legs.repair(Round(_LEGS))
    repaired += unmade.settle(Round(_REST))
    repaired += texts.repair(Round(_REST))
    strays.hang_up(Round(_REST))
    keeping.ask_after_silent()
    sweeping.end_the_forgotten()
    return repaired


def forget() -> None:
    """What was asked long ago is settled."""
    enquiries.forget(timezone.now() - 2 * legs.LONG_AGO)


def look() -> int:
    """Look into rooms whose people should be there and were not seen. Returns the repairs."""
    return rooms.look(Round(_LOOK))
