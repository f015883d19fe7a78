"""What came of a conference, person by person: the same today and in a year."""

from calls.ledger.composing import compose
from calls.ledger.reading import events_of, ledger, sightings_of
from calls.ledger.shapes import Deed, Ledger, Leg, Person, Said, Stay, Text

__all__ = [
    "Deed",
    "Ledger",
    "Leg",
    "Person",
    "Said",
    "Stay",
    "Text",
    "compose",
    "events_of",
    "ledger",
    "sightings_of",
]
