"""What came of a row: the three histories, what is wrong with them, and what tells of it."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from tests.chaos.history import Book, Violation
from tests.chaos.history.book import phone_of
from tests.chaos.history.conferences import settling
from tests.chaos.history.legs import lateness
from tests.chaos.ours import Row
from tools.phones_client import Json


@dataclass
class Outcome:
    """What all sides say in the end, and what is wrong with it."""

    book: Book
    violations: list[Violation]

    def first(self) -> str:
        return str(self.violations[0]) if self.violations else ""

    def seconds_to_settle(self) -> list[float]:
        return sorted(settling(self.book).values())

    def seconds_after_deadline(self) -> list[float]:
        ids = self.book.ours.conferences
        return sorted(seconds for id_ in ids for _, seconds in lateness(self.book, id_))

    @cached_property
    def _conference_of(self) -> dict[str, str]:
        """By what a violation may be about: a conference, a phone, a leg of either side."""
        known = {asked.id: asked.id for asked in self.book.asked}
        known |= {p.number: asked.id for asked in self.book.asked for p in asked.group.people}
        for id_, legs in self.book.true_legs_of.items():
            known |= {leg["call_sid"]: id_ for leg in legs}
        return known | {leg["id"]: leg["conference_id"] for leg in self.book.ours.legs}

    def wrong(self) -> set[str]:
        """The conferences with which something is wrong."""
        return {self._conference_of.get(each.about, each.about) for each in self.violations}

    def words(self) -> str:
        """For the table."""
        all_ = {asked.id for asked in self.book.asked}
        right = len(all_ - self.wrong())
        settled, late = spread(self.seconds_to_settle()), max(self.seconds_after_deadline())
        return (
            f"{right} of {len(all_)} right; settled: {settled}; last leg {late:.1f} s after its"
            " deadline"
        )

    def details(self) -> dict[str, object]:
        legs, hooks = self.book.ledger["legs"], self.book.ledger["webhooks"]
        return {
            "conferences": len(self.book.asked),
            "legs": len(legs),
            "people in rooms": sum(1 for leg in legs if leg["stays"]),
            "texts": len(self.book.ledger["messages"]),
            "webhooks": len(hooks),
            "callbacks dropped": sum(1 for hook in hooks if hook["status"] == "dropped"),
            "webhooks that failed": sum(map(_failed, hooks)),
            "settled after the true end": spread(self.seconds_to_settle()),
            "legs over after the deadline": spread(self.seconds_after_deadline()),
            "reasons": Counter(c["end_reason"] for c in self.book.ours.conferences.values()),
            "people": Counter(person["status"] for person in self.book.ours.people),
        }

    def file(self, conference_id: str, events: list[Row]) -> Json:
        """All that any side knows of one conference, to find out what went wrong with it."""
        legs = self.book.true_legs_of[conference_id]
        sids = {leg["call_sid"] for leg in legs}
        rooms = [c for c in self.book.ledger["conferences"] if c["name"] == conference_id]
        streams = sids | {room["sid"] for room in rooms}
        return {
            "wrong": [
                str(each)
                for each in self.violations
                if self._conference_of.get(each.about) == conference_id
            ],
            "conference": self.book.ours.conferences.get(conference_id),
            "people": self.book.people_of[conference_id],
            "legs": self.book.legs_of[conference_id],
            "events": [each for each in events if each["conference_id"] == conference_id],
            "true legs": legs,
            "other true legs": [
                leg
                for leg in self.book.ledger["legs"]
                if phone_of(leg) in {phone_of(each) for each in legs} and leg not in legs
            ],
            "true rooms": rooms,
            "webhooks": [hook for hook in self.book.ledger["webhooks"] if hook["sid"] in streams],
        }


def _failed(hook: Json) -> bool:
    is_answer = isinstance(hook["status"], int) and hook["status"] < 300
    return not is_answer and hook["status"] != "dropped"


def spread(seconds: list[float]) -> str:
    """Median, 99th percentile and maximum of sorted numbers."""
    if not seconds:
        return "none"
    middle, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    return f"median {middle:.1f} s, p99 {p99:.1f} s, worst {seconds[-1]:.1f} s"
