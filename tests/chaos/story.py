"""A conference that went well, as all three sides tell it. Tests let something go wrong in it."""

from tests.chaos.asked import Asked
from tests.chaos.history import Book, Rules, violations
from tests.chaos.history.book import phone_of
from tests.chaos.ours import Ours, Row
from tests.chaos.plan import Doing, Group, Person
from tools.phones_client import Json

ALICE = Person("+12015550100", "dial_in", Doing.STAYS)
BOB = Person("+12015550101", "dial_out", Doing.LEAVES, until=30.0)
CAROL = Person("+12015550102", "dial_out", Doing.BUSY)
LINE = "+12125550100"
STRANGER = "+12015550109"
BEGAN = 1_000_000.0
ON_TIME = {"at": BEGAN + 3.0, "settled": BEGAN + 3.1}
LIFE = 60


class Story:
    """A conference that went well: Alice stays until the deadline, Bob leaves, Carol is busy."""

    def __init__(self) -> None:
        self.asked = [Asked("conf_a", Group(0.0, LIFE, (ALICE, BOB, CAROL)), BEGAN)]
        self.alice = leg("CA_alice", ALICE, answered=3, joined=5, left=65.4, ended=67)
        self.bob = leg("CA_bob", BOB, answered=4, joined=7, left=30, ended=30)
        self.carol = leg("CA_carol", CAROL, status="busy", ended=4)
        self.ledger: Json = {
            "legs": [self.alice, self.bob, self.carol],
            "messages": [{"sid": "SM_alice", "to": ALICE.number, "status": "delivered"}],
            "webhooks": [{"sid": "CA_alice", "event": "twiml", "status": 200, **ON_TIME}],
        }
        self.conference: Row = {
            "id": "conf_a",
            "status": "ended",
            "end_reason": "time_limit",
            "max_duration": LIFE,
            "created_at": BEGAN,
            "no_show_at": BEGAN + 600,
            "started_at": BEGAN + 5,
            "ends_at": BEGAN + 65,
            "ending_at": BEGAN + 65.2,
            "ended_at": BEGAN + 67.3,
        }
        self.people = [
            person(ALICE, "left", 60, joined=5, left=65),
            person(BOB, "left", 23, joined=7, left=30),
            person(CAROL, "busy", 0),
        ]
        self.legs = [our_leg(leg) for leg in self.ledger["legs"]]
        self.right_since = {"conf_a": BEGAN + 69}

    @property
    def ours(self) -> Ours:
        conferences = {self.conference["id"]: self.conference}
        return Ours(conferences, self.people, self.legs)

    @property
    def book(self) -> Book:
        return Book(self.asked, self.ledger, self.ours, self.right_since)

    def kinds(self, rules: Rules | None = None) -> set[str]:
        return {each.kind for each in violations(self.book, rules)}


def leg(sid: str, person: Person, **how: float | str) -> Json:
    """Times in seconds after the beginning."""
    inbound = person.mode == "dial_in"
    at = {k: BEGAN + v for k, v in how.items() if isinstance(v, int | float)}
    stays = [[at["joined"], at["left"]]] if "joined" in at else []
    return {
        "call_sid": sid,
        "from": person.number if inbound else LINE,
        "to": LINE if inbound else person.number,
        "direction": "inbound" if inbound else "outbound-api",
        "status": how.get("status", "completed"),
        "created": BEGAN + 2,
        "answered": at.get("answered"),
        "ended": at.get("ended"),
        "duration": round(at["ended"] - at["answered"]) if "answered" in at else 0,
        "ended_by": "callee",
        "room": "conf_a" if stays else None,
        "stays": stays,
    }


def our_leg(leg: Json) -> Row:
    return {
        "id": leg["call_sid"].replace("CA", "call"),
        "sid": leg["call_sid"],
        "direction": "inbound" if leg["direction"] == "inbound" else "outbound",
        "from_number": leg["from"],
        "to_number": leg["to"],
        "conference_id": "conf_a",
        "participant_id": f"part_{phone_of(leg)}",
        "status": leg["status"],
        "outcome": "conference" if leg["stays"] else "unreached",
        "duration": leg["duration"],
        "talk_seconds": round(sum(left - joined for joined, left in leg["stays"])),
        "admitted_at": leg["answered"],
        "dismissed_at": None,
    }


def person(person: Person, status: str, talk_seconds: int, **at: float) -> Row:
    texted = person.mode == "dial_in"
    return {
        "id": f"part_{person.number}",
        "conference_id": "conf_a",
        "phone_number": person.number,
        "mode": person.mode,
        "invited": True,
        "status": status,
        "talk_seconds": talk_seconds,
        "text_sid": "SM_alice" if texted else None,
        "text_status": "delivered" if texted else "",
        "joined_at": BEGAN + at["joined"] if at else None,
        "left_at": BEGAN + at["left"] if at else None,
    }
