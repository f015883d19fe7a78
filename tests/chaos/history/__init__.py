"""The checker: what was asked for, what the network's ledger tells, and what our database holds.

    violations(Book(asked, ledger, ours), rules) -> list[Violation]

A pure function over three histories, as a Jepsen test's: it knows nothing of how they came to be.
The ledger is the judge.
"""

from collections.abc import Callable, Iterator

from tests.chaos.history import conferences, legs, people, rooms, texts
from tests.chaos.history.book import Book, Rules, Violation

Check = Callable[[Book, Rules], Iterator[Violation]]

CHECKS: tuple[Check, ...] = (
    conferences.lost,
    conferences.not_over,
    conferences.over_too_soon,
    conferences.wrong_deadline,
    conferences.wrong_reason,
    conferences.settled_late,
    legs.not_ours,
    legs.in_wrong_conference,
    legs.wrong_state,
    legs.wrong_duration,
    legs.wrong_stay,
    legs.unknown,
    legs.after_the_deadline,
    people.wrong_list,
    people.called_twice,
    people.stranger_called,
    people.not_invited,
    people.wrong_state,
    people.unknown,
    people.wrong_stay,
    people.wrong_times,
    people.left_out,
    texts.texted_twice,
    texts.to_a_stranger,
    texts.wrong_fate,
    rooms.outlived,
    rooms.revived,
)


def violations(book: Book, rules: Rules | None = None) -> list[Violation]:
    """All that is wrong; nothing, if nothing is."""
    return [found for check in CHECKS for found in check(book, rules or Rules())]


__all__ = ["Book", "Rules", "Violation", "violations"]
