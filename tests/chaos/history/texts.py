"""Each text that the network sent is one of ours, to somebody invited, with the same fate."""

from collections.abc import Iterator

from tests.chaos.history.book import Book, Rules, Violation
from tests.chaos.ours import Row
from tools.phones_client import Json

# The network's words for how a text fares, where ours are others.
WORDS = {"accepted": "queued", "sending": "queued"}
_NEVER_SENT = {"", "failed"}


def texted_twice(book: Book, _rules: Rules) -> Iterator[Violation]:
    for _, person in book.everybody():
        texts = book.texts_to[person.number]
        if len(texts) > (person.mode == "dial_in"):
            yield Violation("texted twice", person.number, f"{len(texts)} texts")


def to_a_stranger(book: Book, _rules: Rules) -> Iterator[Violation]:
    invited = {person.number for _, person in book.everybody()}
    for number in book.texts_to.keys() - invited:
        yield Violation("stranger texted", number)


def wrong_fate(book: Book, rules: Rules) -> Iterator[Violation]:
    """Whether it was delivered, and under which id, as the network says."""
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        if row and person.mode == "dial_in":
            why = _contradiction(row, book.texts_to[person.number], rules)
            if why:
                yield Violation("wrong text", person.number, f"{why} in {asked.id}")


def _contradiction(row: Row, texts: list[Json], rules: Rules) -> str | None:
    fate = row["text_status"]
    if fate == "unknown" and rules.unknown and row["text_sid"] is None:
        return None
    if not texts:
        never = fate in _NEVER_SENT and row["text_sid"] is None
        return None if never else f"{fate}, and there is none"
    text = texts[-1]
    truly = WORDS.get(text["status"], text["status"])
    if fate != truly:
        return f"{fate}, truly {truly}"
    return None if row["text_sid"] == text["sid"] else f"{row['text_sid']} is not {text['sid']}"
