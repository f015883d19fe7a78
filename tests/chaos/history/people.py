"""The same people: called once, in the same final state, from and to the same seconds."""

from collections.abc import Iterator

from tests.chaos.history.book import ENDED, Book, Rules, Violation, slack, stayed
from tests.chaos.ours import Row
from tests.chaos.plan import Doing, Person
from tools.phones_client import Json

_NEVER_IN = {
    "busy": {"busy"},
    "no-answer": {"no_answer"},
    "failed": {"failed"},
    "canceled": {"canceled"},
}
_NEVER_ASKED = {"canceled", "failed", "missed"}
_WHOLE_SECOND = 1.0
_TIME_TO_COME = 15.0  # seconds from the answer to the room, with all that is said before


def wrong_list(book: Book, _rules: Rules) -> Iterator[Violation]:
    for asked in book.asked:
        rows = book.people_of[asked.id]
        found = {(row["phone_number"], row["mode"]) for row in rows}
        if rows and (found != asked.invitations or len(rows) != len(found)):
            yield Violation("wrong people", asked.id, f"{sorted(found ^ asked.invitations)}")


def called_twice(book: Book, _rules: Rules) -> Iterator[Violation]:
    for _, person in book.everybody():
        calls = [one for one in book.legs_of_number[person.number] if one["direction"] != "inbound"]
        if len(calls) > (person.mode == "dial_out"):
            yield Violation("called twice", person.number, f"{len(calls)} calls")


def stranger_called(book: Book, _rules: Rules) -> Iterator[Violation]:
    """We called somebody who is on no list."""
    invited = {person.number for _, person in book.everybody()}
    for number, calls in book.legs_of_number.items():
        if number not in invited and any(one["direction"] == "outbound-api" for one in calls):
            yield Violation("stranger called", number)


def not_invited(book: Book, rules: Rules) -> Iterator[Violation]:
    """Never called, or never texted, though he has not come either: who has is not texted."""
    if rules.unknown or rules.refused:
        return
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        out = person.mode == "dial_out"
        reached = book.legs_of_number[person.number] if out else book.texts_to[person.number]
        if row and not reached and row["status"] != "left":
            yield Violation("not invited", person.number, f"{row['status']} in {asked.id}")


def wrong_state(book: Book, rules: Rules) -> Iterator[Violation]:
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        if row is None or row["status"] == "unknown":
            continue  # said by others
        legs = book.true_legs_of_person(asked.id, person)
        right = _true_states(book, person, legs, rules)
        if row["status"] not in right:
            detail = f"{row['status']} in {asked.id}, truly {' or '.join(sorted(right))}"
            yield Violation("wrong person state", person.number, detail)


def _true_states(book: Book, person: Person, legs: list[Json], rules: Rules) -> set[str]:
    if legs:
        return _shown(book.our_legs.get(legs[-1]["call_sid"]), legs)
    if person.mode == "dial_out":
        return _NEVER_ASKED
    texts = book.texts_to[person.number]
    if not texts:
        return _NEVER_ASKED
    missed = {"missed"} | ({"canceled"} if rules.refused else set())
    if texts[-1]["status"] in ("undelivered", "failed"):
        return {"failed"} | missed  # which of the two came first is told by nobody
    return missed


def _shown(ours: Row | None, legs: list[Json]) -> set[str]:
    """What the newest leg tells of its person. Whom we let in is our own doing, so our word."""
    newest = legs[-1]
    if newest["status"] not in ENDED:
        return {"joined", "answered", "ringing", "calling", "left"}
    if newest["stays"] or (ours and ours["admitted_at"]):
        return {"left"}
    if newest["status"] != "completed":
        return _NEVER_IN[newest["status"]]
    if ours and ours["dismissed_at"]:
        return {"canceled", "declined"}  # which of the two came first is too close to tell
    return {"declined"}


def unknown(book: Book, rules: Rules) -> Iterator[Violation]:
    """Shown as unknown where nothing excuses it, or though the network's leg is known by now."""
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        if row is None or row["status"] != "unknown":
            continue
        legs = book.true_legs_of_person(asked.id, person)
        if not rules.unknown or any(leg["call_sid"] in book.our_legs for leg in legs):
            yield Violation("unknown person", person.number, f"in {asked.id}")


def wrong_stay(book: Book, rules: Rules) -> Iterator[Violation]:
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        if row is None:
            continue
        legs = book.true_legs_of_person(asked.id, person)
        error = abs(row["talk_seconds"] - sum(map(stayed, legs)))
        if error > sum(slack(book, leg, rules) for leg in legs):
            detail = f"{row['talk_seconds']} s in {asked.id}: {error:.1f} s off"
            yield Violation("wrong stay", person.number, detail)


def wrong_times(book: Book, rules: Rules) -> Iterator[Violation]:
    """First entry and last exit. The network's time stamps are cut to whole seconds."""
    for asked, person in book.everybody():
        row = book.person_of(asked.id, person)
        legs = book.true_legs_of_person(asked.id, person)
        stays = [stay for leg in legs for stay in leg["stays"] if stay[1]]
        if row is None or not stays:
            continue
        most = max(slack(book, leg, rules) for leg in legs) + _WHOLE_SECOND
        if row["joined_at"] is None and sum(map(stayed, legs)) <= most:
            continue  # so short a stay need not have been seen
        for what, truly in (
            ("joined_at", min(joined for joined, _ in stays)),
            ("left_at", max(left for _, left in stays)),
        ):
            if row[what] is None or abs(row[what] - truly) > most:
                detail = f"{what} {row[what]} in {asked.id}, truly {truly:.1f}"
                yield Violation("wrong times", person.number, detail)


def left_out(book: Book, rules: Rules) -> Iterator[Violation]:
    """Somebody did all that is asked of a guest, in good time, and never came into the room."""
    for asked, person in book.everybody():
        conference = book.ours.conferences.get(asked.id)
        if conference is None or not person.doing.comes:
            continue
        over = conference["ending_at"] or float("inf")
        leaves = asked.opened_at + person.until if person.until else float("inf")
        for leg in book.legs_of_number[person.number]:
            if _is_excused(book, leg["call_sid"], rules):
                continue
            waited = book.waited(leg["call_sid"]) if rules.busy else 0.0
            latest = min(over, leaves) - _TIME_TO_COME - waited
            if leg["answered"] and leg["answered"] < latest and not leg["stays"]:
                detail = f"answered {over - leg['answered']:.0f} s before the end of {asked.id}"
                yield Violation("left out", person.number, detail)


def _is_excused(book: Book, sid: str, rules: Rules) -> bool:
    """No answer of ours reached him; or, while things are broken, he was not let in."""
    if (rules.busy or rules.refused) and sid in book.waited_in_vain:
        return True
    ours = book.our_legs.get(sid)
    return rules.refused and not (ours and ours["admitted_at"])


def machines_let_in(book: Book) -> Iterator[Violation]:
    """A mailbox is in a room. Asked for by the row of the answering machines."""
    for asked, person in book.everybody():
        stays = any(leg["stays"] for leg in book.legs_of_number[person.number])
        if person.doing is Doing.MACHINE and stays:
            yield Violation("machine let in", person.number, asked.id)
