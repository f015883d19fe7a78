"""Each conference that was asked for is there, ends, for the right reason, and is soon right."""

from collections.abc import Iterator

from tests.chaos.history.book import Book, Rules, Violation
from tests.chaos.ours import Row


def lost(book: Book, _rules: Rules) -> Iterator[Violation]:
    """One that our API has promised is not there; or one is there that nobody asked for."""
    for asked in book.asked:
        if asked.id not in book.ours.conferences:
            yield Violation("conference lost", asked.id)
    known = {asked.id for asked in book.asked}
    for id_ in book.ours.conferences.keys() - known:
        yield Violation("conference twice", id_, "nobody was told of it")


def not_over(book: Book, _rules: Rules) -> Iterator[Violation]:
    """An open conference without a live leg. At the end of a run even no-shows are over."""
    for id_, conference in book.ours.conferences.items():
        legs = book.true_legs_of[id_]
        if conference["status"] != "ended" and all(leg["ended"] for leg in legs):
            yield Violation("conference not over", id_, f"{conference['status']}, no live leg")


def over_too_soon(book: Book, rules: Rules) -> Iterator[Violation]:
    """Ended, we said, while a leg of it went on. One of whose call the answer never came counts
    not: it must not hold its conference for ever."""
    for leg in book.ours.legs:
        conference = book.ours.conferences.get(leg["conference_id"])
        true = book.true_legs.get(leg["sid"])
        if not conference or not true or not conference["ended_at"]:
            continue
        if leg["id"] in book.ours.doubted:
            continue
        if true["ended"] is None or true["ended"] > conference["ended_at"] + rules.decided:
            yield Violation("over too soon", conference["id"], f"{leg['sid']} goes on")


def wrong_deadline(book: Book, _rules: Rules) -> Iterator[Violation]:
    """It lasts as long as was asked for, from the first admission on; nobody extends it here."""
    for asked in book.asked:
        conference = book.ours.conferences.get(asked.id)
        if conference is None:
            continue
        started, ends = conference["started_at"], conference["ends_at"]
        lasts = ends - started if started and ends else conference["max_duration"]
        if not conference["max_duration"] == round(lasts, 3) == asked.group.life:
            detail = f"{lasts:.1f} s, and {asked.group.life} s were asked for"
            yield Violation("wrong deadline", asked.id, detail)


def wrong_reason(book: Book, rules: Rules) -> Iterator[Violation]:
    for id_, conference in book.ours.conferences.items():
        if conference["status"] == "ended":
            why = _contradiction(book, conference, rules)
            if why:
                yield Violation("wrong end reason", id_, f"{conference['end_reason']}: {why}")


def _contradiction(book: Book, conference: Row, rules: Rules) -> str | None:
    """What the ledger has against the reason that we give; None: nothing."""
    stays = [stay for leg in book.true_legs_of[conference["id"]] for stay in leg["stays"]]
    last_left = max((left for _, left in stays if left), default=None)
    reason, ending_at = conference["end_reason"], conference["ending_at"]
    if reason in ("no_show", "failed") and stays:
        return f"{len(stays)} were in the room"
    if reason == "no_show" and not 0 <= ending_at - conference["no_show_at"] <= rules.settled:
        return f"{ending_at - conference['no_show_at']:.1f} s after nobody had come in time"
    if reason == "failed":
        return _may_come(book, conference)
    if reason == "everyone_left":
        if last_left is not None and ending_at and last_left > ending_at + rules.decided:
            return f"somebody left {last_left - ending_at:.1f} s after it"
        return _was_on_the_way(book, conference, rules)
    if reason == "ended_by_user" and conference["id"] not in book.ended_by_owner:
        return "nobody asked for it"
    if reason == "time_limit":
        ends_at = conference["ends_at"]
        if ends_at is None or ending_at < ends_at:
            return f"ending at {ending_at}, due at {ends_at}"
        if last_left is not None and last_left < ends_at - rules.settled:
            return f"the last one had left {ends_at - last_left:.1f} s before it"
    return None


def _may_come(book: Book, conference: Row) -> str | None:
    """Somebody has the code, and time."""
    for person in book.people_of[conference["id"]]:
        if person["mode"] == "dial_in" and person["text_status"] == "delivered":
            return f"{person['phone_number']} could still come"
    return None


def _was_on_the_way(book: Book, conference: Row, rules: Rules) -> str | None:
    """Whom we had called then, and who still rang or listened."""
    if rules.unknown or rules.refused:  # whom nobody of ours heard of when he was called again
        return None
    for leg in book.true_legs_of[conference["id"]]:
        called = leg["direction"] != "inbound" and leg["created"] < conference["ending_at"]
        if called and leg["ended"] and leg["ended"] > conference["ending_at"] + rules.decided:
            return f"{leg['to']} was on the phone"
    return None


def settled_late(book: Book, rules: Rules) -> Iterator[Violation]:
    """It was wrong for too long after its true end."""
    for id_, seconds in settling(book).items():
        if seconds > rules.settled:
            yield Violation("settled late", id_, f"{seconds:.1f} s after the true end")


def settling(book: Book) -> dict[str, float]:
    """By conference, how long after its true end our rows became right for good. Seconds."""
    found = {}
    for id_, conference in book.ours.conferences.items():
        end = book.true_end(conference)
        if end is not None and id_ in book.right_since:
            found[id_] = max(0.0, book.right_since[id_] - end)
    return found
