"""Each leg of the network is one of ours, in the same state, for the same seconds."""

from collections.abc import Iterator

from tests.chaos.history.book import ENDED, Book, Rules, Violation, our_word, slack, stayed
from tests.chaos.ours import OVER


def not_ours(book: Book, rules: Rules) -> Iterator[Violation]:
    """A leg that only one side knows."""
    for sid, leg in book.true_legs.items():
        reached = leg["direction"] != "inbound" or sid in book.reached_us
        if reached and sid not in book.our_legs and not (rules.unknown and not leg["stays"]):
            yield Violation("leg not known", sid, f"{leg['from']} → {leg['to']}")
    for sid in book.our_legs.keys() - book.true_legs.keys():
        yield Violation("leg that never was", sid)


def in_wrong_conference(book: Book, _rules: Rules) -> Iterator[Violation]:
    for sid, leg in book.true_legs.items():
        ours = book.our_legs.get(sid)
        if leg["stays"] and ours and ours["conference_id"] != leg["room"]:
            detail = f"in {leg['room']}, not in {ours['conference_id']}"
            yield Violation("wrong room", sid, detail)


def wrong_state(book: Book, _rules: Rules) -> Iterator[Violation]:
    for sid, leg in book.true_legs.items():
        ours = book.our_legs.get(sid)
        if ours and ours["status"] != our_word(leg["status"]):
            yield Violation("wrong leg state", sid, f"{ours['status']}, truly {leg['status']}")


def wrong_duration(book: Book, _rules: Rules) -> Iterator[Violation]:
    """Exact, to the second that the network bills; a leg that nobody answered has none."""
    for sid, leg in book.true_legs.items():
        ours = book.our_legs.get(sid)
        if ours and leg["status"] in ENDED and (ours["duration"] or 0) != (leg["duration"] or 0):
            detail = f"{ours['duration']} s, truly {leg['duration']} s"
            yield Violation("wrong duration", sid, detail)
        elif ours and leg["status"] == "completed" and ours["duration"] is None:
            yield Violation("wrong duration", sid, "not known")


def wrong_stay(book: Book, rules: Rules) -> Iterator[Violation]:
    """Of each leg alone: in its person's sum two errors may make up for each other."""
    for sid, leg in book.true_legs.items():
        ours = book.our_legs.get(sid)
        if ours and abs(ours["talk_seconds"] - stayed(leg)) > slack(book, leg, rules):
            detail = f"{ours['talk_seconds']} s, truly {stayed(leg):.1f} s"
            yield Violation("wrong stay of a leg", sid, detail)


def unknown(book: Book, rules: Rules) -> Iterator[Violation]:
    """A leg of ours that has no end, or no counterpart, where nothing excuses it."""
    for leg in book.ours.legs:
        if leg["sid"] is None and leg["status"] == "unknown" and not rules.unknown:
            yield Violation("unknown outcome", leg["id"], leg["to_number"])
        elif leg["sid"] is None and leg["status"] not in OVER | {"unknown"}:
            yield Violation("leg never settled", leg["id"], leg["status"])


def after_the_deadline(book: Book, rules: Rules) -> Iterator[Violation]:
    """The time limit of a leg counts from its entry, and its goodbye is asked for after it."""
    for id_ in book.ours.conferences:
        for leg, seconds in lateness(book, id_):
            if seconds > rules.late + (book.waited(leg) if rules.busy else 0.0):
                detail = f"{seconds:.1f} s after the deadline of {id_}"
                yield Violation("leg after the deadline", leg, detail)


def lateness(book: Book, conference_id: str) -> Iterator[tuple[str, float]]:
    """By how many seconds each leg of a conference that had a deadline outlived it."""
    conference = book.ours.conferences[conference_id]
    deadline = conference["ends_at"] or conference["no_show_at"]
    for leg in book.true_legs_of[conference_id]:
        if leg["ended"]:
            yield leg["call_sid"], float(leg["ended"]) - deadline
        elif leg["status"] not in ENDED:
            yield leg["call_sid"], float("inf")


def binding(book: Book) -> list[float]:
    """Of the calls that were asked for without an answer, and made all the same: after how many
    seconds we knew. Infinite, where we never did.
    """
    made = {leg["id"] for sid, leg in book.our_legs.items() if sid in book.true_legs}
    waited = [
        max(0.0, book.ours.evidence.get(id_, float("inf")) - doubted)
        for id_, doubted in book.ours.doubted.items()
        if id_ in made
    ]
    unbound = book.true_legs.keys() - book.our_legs.keys()
    called = [sid for sid in unbound if book.true_legs[sid]["direction"] == "outbound-api"]
    return sorted(waited) + [float("inf")] * len(called)


def not_terminal(book: Book) -> Iterator[Violation]:
    """An order that somebody still has in hand, or a leg that has not come to an end."""
    for orders in book.ours.orders:
        if orders["state"] in ("due", "claimed", "asked"):
            what = f"{orders['orders']} of {orders['kind']} are {orders['state']}"
            yield Violation("not terminal", "orders", what)
    for leg in book.ours.legs:
        if leg["status"] not in OVER:
            yield Violation("not terminal", leg["id"], f"{leg['to_number']} is {leg['status']}")
