"""The three histories side by side, and what is derived from more than one of them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tests.chaos.asked import Asked
from tests.chaos.ours import Ours, Row
from tests.chaos.plan import Person
from tools.phones_client import Json

# The network's words for the states of a leg, and ours.
WORDS = {"in-progress": "in_progress", "no-answer": "no_answer"}
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True)
class Violation:
    """`kind` names the promise that is broken, `about` the conference, person or leg."""

    kind: str
    about: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.about} {self.detail}".rstrip()


@dataclass(frozen=True)
class Rules:
    """How exact everything has to be. Seconds, all of them."""

    stay: float = 1.0  # by so much one stay in a room may differ; our time stamps are whole seconds
    late: float = 15.0  # so long a leg may outlive its conference's deadline
    settled: float = 30.0  # after the true end
    unknown: bool = False  # outcomes may be unknown: the network was asked and did not answer
    busy: bool = False  # our answers may take their time, but nobody is lost by that
    refused: bool = False  # calls and callers may meet a network or a house that fails
    decided: float = 2.0  # around a decision of ours its happening is too close to tell which


class Book:
    """`right_since`: by conference, since when our rows have been what they are."""

    def __init__(
        self,
        asked: list[Asked],
        ledger: Json,
        ours: Ours,
        right_since: Mapping[str, float] | None = None,
    ) -> None:
        self.asked, self.ledger, self.ours = asked, ledger, ours
        self.right_since = right_since or {}

    @cached_property
    def ended_by_owner(self) -> set[str]:
        return {asked.id for asked in self.asked if asked.ended_by_owner}

    # --- the network's side ---------------------------------------------------------------------

    @cached_property
    def true_legs(self) -> dict[str, Json]:
        return {leg["call_sid"]: leg for leg in self.ledger["legs"]}

    @cached_property
    def legs_of_number(self) -> dict[str, list[Json]]:
        """Oldest first; of a person's phone, whichever way the call went."""
        found: dict[str, list[Json]] = defaultdict(list)
        for leg in self.ledger["legs"]:
            found[phone_of(leg)].append(leg)
        return found

    @cached_property
    def texts_to(self) -> dict[str, list[Json]]:
        found: dict[str, list[Json]] = defaultdict(list)
        for text in self.ledger["messages"]:
            found[text["to"]].append(text)
        return found

    @cached_property
    def reached_us(self) -> set[str]:
        """Inbound legs about which our web answered with TwiML: these we must know."""
        return {
            hook["sid"]
            for hook in self.ledger["webhooks"]
            if hook["event"] == "twiml" and hook["status"] == 200
        }

    @cached_property
    def waited_in_vain(self) -> set[str]:
        """Legs that asked us what to do and had no answer in time."""
        return {
            hook["sid"]
            for hook in self.ledger["webhooks"]
            if hook["event"] == "twiml" and hook["status"] != 200
        }

    def waited(self, sid: str) -> float:
        """Seconds in which this leg heard nothing, since our answers were on their way."""
        return sum(self._waits.get(sid, ()))

    def longest_wait(self, sid: str) -> float:
        return max(self._waits.get(sid, ()), default=0.0)

    @cached_property
    def _waits(self) -> dict[str, list[float]]:
        found: dict[str, list[float]] = defaultdict(list)
        for hook in self.ledger["webhooks"]:
            if hook["event"] == "twiml" and hook["settled"]:
                found[hook["sid"]].append(hook["settled"] - hook["at"])
        return found

    # --- our side -------------------------------------------------------------------------------

    @cached_property
    def our_legs(self) -> dict[str, Row]:
        return {leg["sid"]: leg for leg in self.ours.legs if leg["sid"]}

    @cached_property
    def people_of(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for person in self.ours.people:
            found[person["conference_id"]].append(person)
        return found

    @cached_property
    def legs_of(self) -> dict[str, list[Row]]:
        """Our legs of each conference."""
        found: dict[str, list[Row]] = defaultdict(list)
        for leg in self.ours.legs:
            if leg["conference_id"]:
                found[leg["conference_id"]].append(leg)
        return found

    # --- both -----------------------------------------------------------------------------------

    @cached_property
    def true_legs_of(self) -> dict[str, list[Json]]:
        """The network's legs of each conference: by the room they were in, or by who was called."""
        called = {
            person.number: each.id
            for each in self.asked
            for person in each.group.people
            if person.mode == "dial_out"
        }
        found: dict[str, list[Json]] = defaultdict(list)
        for leg in self.ledger["legs"]:
            ours = self.our_legs.get(leg["call_sid"])
            id_ = (
                (leg["room"] if leg["stays"] else None)
                or (called.get(leg["to"]) if leg["direction"] != "inbound" else None)
                or (ours["conference_id"] if ours else None)
            )
            if id_:
                found[id_].append(leg)
        return found

    def true_end(self, conference: Row) -> float | None:
        """When its last leg ended and no more could come; None: it lasts, or it had no leg."""
        legs = self.true_legs_of[conference["id"]]
        if not legs or any(leg["ended"] is None for leg in legs):
            return None
        last = max(float(leg["ended"]) for leg in legs)
        if conference["end_reason"] in ("no_show", "ended_by_user") and conference["ending_at"]:
            return max(last, float(conference["ending_at"]))
        return last

    def everybody(self) -> Iterator[tuple[Asked, Person]]:
        """Each person who was asked for, with his conference."""
        for asked in self.asked:
            for person in asked.group.people:
                yield asked, person

    def person_of(self, conference_id: str, person: Person) -> Row | None:
        """Our row of somebody who was asked for."""
        rows = self.people_of[conference_id]
        key = (person.number, person.mode)
        return next((row for row in rows if (row["phone_number"], row["mode"]) == key), None)

    def true_legs_of_person(self, conference_id: str, person: Person) -> list[Json]:
        """Oldest first: all that called him, or those of his own that we let in."""
        legs = self.legs_of_number[person.number]
        if person.mode == "dial_out":
            return [leg for leg in legs if leg["direction"] != "inbound"]
        return [leg for leg in legs if self._was_let_in(leg, conference_id)]

    def _was_let_in(self, leg: Json, conference_id: str) -> bool:
        if leg["direction"] != "inbound":
            return False
        ours = self.our_legs.get(leg["call_sid"])
        admitted = ours and ours["admitted_at"] and ours["conference_id"] == conference_id
        return bool(admitted) or bool(leg["stays"] and leg["room"] == conference_id)


def phone_of(leg: Json) -> str:
    number: str = leg["from"] if leg["direction"] == "inbound" else leg["to"]
    return number


def our_word(status: str) -> str:
    return WORDS.get(status, status)


def stayed(leg: Json) -> float:
    """Seconds in rooms, all stays together."""
    return sum(left - joined for joined, left in leg["stays"] if left)


def slack(book: Book, leg: Json, rules: Rules) -> float:
    """By so many seconds our sum for a leg may differ.

    Where a callback is lost only the leg's own request tells of an exit, which may have to wait.
    """
    waited = book.longest_wait(leg["call_sid"]) if rules.busy else 0.0
    return (rules.stay + waited) * max(1, len(leg["stays"]))
