"""Extended and ended at the very second of the deadline: one of the two wins, and both are told.

With the real clock, since threads share it. Ten conferences have one deadline; an organiser asks
for more time for one after another, beginning a moment before it, while the sweep goes round
without a pause: some are in time, some are not, and some ask while the sweep ends them.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from threading import Condition

import pytest
from django.utils import timezone
from pytest_django import Settings

from calls.models import Call, CallEvent, Conference
from calls.states import (
    ConferenceStatus,
    Direction,
    EndReason,
    EventKind,
    LegStatus,
)
from calls.tests import rows
from calls.tests.threads import together
from conferencing import extending, sweeping
from conferencing.errors import NotPossibleNow
from conferencing.models import Lane, Order, OrderKind

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.slow]

RACES, AT_ONCE = 1000, 10
MORE = 3600  # seconds; more than all of the races take together
OVER = [(status, EndReason.TIME_LIMIT) for status in ("ending", "ended")]
EARLY = cycle([0, 0.001, 0.003, 0.01, 0.03, 0.1])  # seconds before the deadline


@pytest.fixture
def conferences(settings: Settings) -> list[Conference]:
    """Each has a caller in it; their time begins when it is their turn."""
    settings.CONFERENCE_LONGEST_DURATION = 10**9
    later = timezone.now() + timedelta(days=1)
    made = Conference.objects.bulk_create(
        Conference(code=f"{n:08}", dial_in_number=rows.DIAL_IN, max_duration=300, no_show_at=later)
        for n in range(RACES)
    )
    Call.objects.bulk_create(
        Call(
            direction=Direction.INBOUND,
            to_number=rows.DIAL_IN,
            conference=conference,
            status=LegStatus.IN_PROGRESS,
            admitted_at=timezone.now(),
        )
        for conference in made
    )
    return made


@dataclass(frozen=True)
class Told:
    """What the organiser was told, who asked and waited from when to when, and when the sweep
    could know of the deadline."""

    word: str
    due: datetime
    asked: datetime
    heard: datetime

    def excuses(self, began: datetime, done: datetime) -> bool:
        """A round of the sweep that passed the conference by: it was held, or had no deadline."""
        return began <= self.due or (self.asked <= done and began <= self.heard)


def race(ids: list[str], early: float) -> dict[str, Told]:
    """What the organiser is told of each."""
    deadline = timezone.now() + timedelta(seconds=early + 0.003)
    Conference.objects.filter(id__in=ids).update(
        status=ConferenceStatus.LIVE, started_at=rows.NINE, ends_at=deadline
    )
    due = max(deadline, timezone.now())
    while timezone.now() < deadline - timedelta(seconds=early):
        time.sleep(0)
    return {each: asks_for_more(each, due) for each in ids}


def asks_for_more(conference_id: str, due: datetime) -> Told:
    asked = timezone.now()
    try:
        extending.extend(conference_id, MORE, by="Dora")
    except NotPossibleNow as refused:
        return Told(refused.code, due, asked, timezone.now())
    return Told("extended", due, asked, timezone.now())


class Sweep:
    """Goes round without a pause until it is over."""

    def __init__(self) -> None:
        self.over = False
        self.rounds: list[tuple[datetime, datetime]] = []  # from when to when
        self._round_done = Condition()

    def run(self) -> None:
        while not self.over:
            began = timezone.now()
            sweeping.end_due()
            with self._round_done:
                self.rounds.append((began, timezone.now()))
                self._round_done.notify_all()

    def has_come_by(self) -> None:
        """Wait until one that began after now has gone round."""
        with self._round_done:
            after = len(self.rounds) + 2
            assert self._round_done.wait_for(lambda: len(self.rounds) >= after, timeout=60)

    def missed(self, conference: Conference) -> list[tuple[datetime, datetime]]:
        """The rounds after which that one was not ending yet."""
        return [(began, done) for began, done in self.rounds if done < conference.ending_at]


def test_extended_and_ended_at_once(conferences: list[Conference]) -> None:
    sweep = Sweep()
    ids = [each.id for each in conferences]
    told: dict[str, Told] = {}

    def ten_by_ten() -> None:
        try:
            for first in range(0, RACES, AT_ONCE):
                told.update(race(ids[first : first + AT_ONCE], next(EARLY)))
                sweep.has_come_by()
        finally:
            sweep.over = True

    together(ten_by_ten, sweep.run)

    extended = {each for each in ids if told[each].word == "extended"}
    ended = {each for each in ids if told[each].word == "conference_over"}
    assert len(extended) + len(ended) == RACES
    assert extended, "nobody was ever in time"
    assert ended, "nobody was ever too late"
    for now in Conference.objects.all():
        if now.id in extended:
            assert (now.status, now.end_reason) == (ConferenceStatus.LIVE, "")
            assert now.ends_at > timezone.now()
        else:
            assert (now.status, now.end_reason) in OVER
            assert now.ends_at <= now.ending_at
            # It passes one by only while it is held by who asks for more, and the first round after
            # that ends it: with a sweep a second, no room is beyond its end + 2 s.
            assert all(told[now.id].excuses(*each) for each in sweep.missed(now))
    assert told_in(EventKind.EXTENDED) == sorted(extended)
    assert told_in(EventKind.ENDING) == sorted(ended)
    let_go = Order.objects.filter(lane=Lane.ENDING)
    assert set(let_go.values_list("conference_id", flat=True)) == ended
    rooms = let_go.filter(kind=OrderKind.END_ROOM)
    assert set(rooms.values_list("conference_id", flat=True)) == ended


def told_in(kind: EventKind) -> list[str]:
    events = CallEvent.objects.filter(kind=kind)
    return sorted(events.values_list("conference_id", flat=True))
