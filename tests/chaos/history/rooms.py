"""Nobody is in a room whose conference is over, and no late answer revives one."""

from collections.abc import Iterator

from tests.chaos.history.book import Book, Rules, Violation


def outlived(book: Book, rules: Rules) -> Iterator[Violation]:
    """In the room after we said that the conference has ended."""
    for id_, conference in book.ours.conferences.items():
        if conference["ended_at"] is None:
            continue
        for leg in book.true_legs_of[id_]:
            for _, left in leg["stays"]:
                if left is None or left > conference["ended_at"] + rules.decided:
                    yield Violation("in the room of an ended conference", leg["call_sid"], id_)


def revived(book: Book, rules: Rules) -> Iterator[Violation]:
    """Answered after the end had begun, or was due, and came into the room all the same."""
    for id_, conference in book.ours.conferences.items():
        ends = [conference[name] for name in ("ending_at", "ends_at") if conference[name]]
        if not ends:
            continue
        over = min(ends)
        for leg in book.true_legs_of[id_]:
            if leg["stays"] and leg["answered"] > over + rules.decided:
                detail = f"answered {leg['answered'] - over:.1f} s after the end of {id_}"
                yield Violation("room revived", leg["call_sid"], detail)
