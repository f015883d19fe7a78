"""Two people step out and come back as they like, and the network tells of it in any order.

What it tells is true: rooms end with their last person and are born again under another SID,
whoever is in a room may be held, and each room numbers its own news.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from calls.models import Call, CallEvent, Conference
from calls.states import EventKind, ParticipantStatus
from calls.tests import rows
from conferencing import progress
from conferencing.news import RoomNews
from conferencing.telephony import NotThere, Room
from conferencing.tests import people
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import ANNA, BERT, texted

pytestmark = pytest.mark.django_db


@dataclass
class Exchange:
    """Who is in the room now, and whether on hold; the news wait to be told."""

    began: datetime
    inside: dict[str, bool] = field(default_factory=dict)  # on hold, by the leg's SID
    news: list[tuple[str, RoomNews]] = field(default_factory=list)
    rooms: int = 0
    numbers: dict[str, "count[int]"] = field(default_factory=dict)
    moments: "count[int]" = field(default_factory=lambda: count(1))

    def steps(self, leg: Call) -> None:
        """Out, or back in."""
        if leg.sid in self.inside:
            self._tells(leg, EventKind.LEFT)
            del self.inside[leg.sid]
            return
        if not self.inside:
            self.rooms += 1
        self.inside[leg.sid] = False
        self._tells(leg, EventKind.JOINED, muted="false", on_hold="false")

    def hold(self, _room: Room, leg_sid: str, *, on_hold: bool) -> None:
        if leg_sid not in self.inside:
            raise NotThere("Gone.", "20404")
        if self.inside[leg_sid] != on_hold:
            self.inside[leg_sid] = on_hold
            kind = EventKind.HELD if on_hold else EventKind.RESUMED
            self._tells(Call.objects.get(sid=leg_sid), kind, on_hold=str(on_hold).lower())

    def _tells(self, leg: Call, kind: EventKind, **detail: str) -> None:
        room = f"CF{self.rooms}"
        number = next(self.numbers.setdefault(room, count(1)))
        at = self.began + timedelta(seconds=next(self.moments))
        about = {"call_id": leg.id, "leg_sid": leg.sid, "detail": detail}
        news = RoomNews(room, kind, at, number, **about)
        self.news.append((str(leg.conference_id), news))


def two_in(exchange: Exchange) -> list[Call]:
    conference = people.invited(texted(ANNA), texted(BERT))
    legs = [people.rings_in(number) for number in (ANNA, BERT)]
    for leg in legs:
        people.types(leg, conference.code)
    found = [people.now(leg) for leg in legs]
    for leg in found:
        exchange.steps(leg)
    return found


# To shrink what fails would take minutes: each step is a webhook and its work.
@pytest.mark.slow
@settings(
    max_examples=25,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(st.integers(0, 1), max_size=8), data=st.data())
def test_all_ends_the_same(net: PaperNetwork, steps: list[int], data: st.DataObject) -> None:
    with rows.undone():
        exchange = Exchange(timezone.now())
        net.hold = exchange.hold
        legs = two_in(exchange)
        for who in steps:
            exchange.steps(legs[who])

        while told := exchange.news:
            exchange.news = []
            for conference_id, news in data.draw(st.permutations(told + told[:3])):
                progress.room(conference_id, news)
            people.work()

        lonely = len(exchange.inside) == 1
        for who, leg in enumerate(legs):
            now = people.now(leg)
            assert (now.in_room_since is not None) == (leg.sid in exchange.inside)
            assert now.participant.status == ParticipantStatus.JOINED
            assert entries(leg) == ["joined"] + ["returned"] * (steps.count(who) // 2)
            assert exchange.inside.get(leg.sid, lonely) == lonely
        assert Conference.objects.get().status == "live"


def entries(leg: Call) -> list[str]:
    kinds = CallEvent.objects.filter(call=leg, kind__in=["joined", "returned"])
    return sorted(kinds.values_list("kind", flat=True))
