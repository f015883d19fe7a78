"""What somebody typed into the search box: a number in any format, a name, an id or a SID."""

from typing import Any

from calls.activity.names import numbers_of
from calls.activity.people import WITHHELD
from calls.records import as_number, as_our_id, as_sid

_WORDS_FOR_WITHHELD = frozenset({"withheld", "withheld number", "anonymous", "unknown", "private"})


def conditions(typed: str) -> dict[str, Any]:
    """The fields of `Filters` that find it."""
    term = " ".join(typed.split())
    if not term:
        return {}
    if sid := as_sid(term):
        return {"sid": sid}
    if (our_id := as_our_id(term)) and our_id.startswith("call_"):
        return {"call_id": our_id}
    if number := as_number(term):
        return {"numbers": (number,)}
    withheld = tuple(sorted(WITHHELD)) if term.lower() in _WORDS_FOR_WITHHELD else ()
    return {"numbers": (*withheld, *numbers_of(term))}
