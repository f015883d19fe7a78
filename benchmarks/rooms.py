"""Live conferences that are all due at the same moment, and what became of them.

    python -m benchmarks.rooms make 10000
    python -m benchmarks.rooms due SECONDS    all of them, from now; prints the moment
    python -m benchmarks.rooms late           prints how late each was claimed, and how many are not

Run with the environment of their house.
"""

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from calls.models import Call, Conference, Participant  # noqa: E402
from calls.states import (  # noqa: E402
    ConferenceStatus,
    Direction,
    LegStatus,
    Mode,
    ParticipantStatus,
)
from conferencing.models import Heartbeat  # noqa: E402

_AT_ONCE = 2000


def make(count: int) -> None:
    """Each with one person in its room."""
    now = timezone.now()
    later = now + timedelta(hours=3)
    conferences = [
        Conference(
            status=ConferenceStatus.LIVE,
            code=f"{number:08d}",
            dial_in_number=settings.SERVER_PHONE,
            max_duration=10_800,
            no_show_at=later,
            started_at=now,
            ends_at=later,
            room_sid=f"CF{number:032x}",
        )
        for number in range(count)
    ]
    people = [
        Participant(
            conference=conference,
            phone_number=f"+1212{n // 100 % 8 + 2}5501{n % 100:02d}",
            mode=Mode.DIAL_IN,
            status=ParticipantStatus.JOINED,
        )
        for n, conference in enumerate(conferences)
    ]
    legs = [
        Call(
            sid=f"CA{number:032x}",
            direction=Direction.INBOUND,
            from_number=str(person.phone_number),
            to_number=settings.SERVER_PHONE,
            conference=person.conference,
            participant=person,
            status=LegStatus.IN_PROGRESS,
            admitted_at=now,
            joined_at=now,
            in_room_since=now,
        )
        for number, person in enumerate(people)
    ]
    for person, leg in zip(people, legs, strict=True):
        person.current_call_id = leg.id
    with transaction.atomic():  # people and legs name each other: the database looks at the end
        Conference.objects.bulk_create(conferences, batch_size=_AT_ONCE)
        Participant.objects.bulk_create(people, batch_size=_AT_ONCE)
        Call.objects.bulk_create(legs, batch_size=_AT_ONCE)


def due(seconds: float) -> None:
    at = timezone.now() + timedelta(seconds=seconds)
    Conference.objects.update(ends_at=at)
    print(at.timestamp())


def late() -> None:
    claimed = Conference.objects.exclude(ending_at=None).values_list("ending_at", "ends_at")
    seconds = sorted((ending - ends).total_seconds() for ending, ends in claimed if ending and ends)
    waiting = Conference.objects.filter(ending_at=None).count()
    print(json.dumps({"seconds": seconds, "waiting": waiting}))


def awake() -> None:
    """Whether beat and a worker for deadlines are there: prints how often they have been seen."""
    print(Heartbeat.objects.filter(name=Heartbeat.SWEEP).count())


if __name__ == "__main__":
    {
        "make": lambda: make(int(sys.argv[2])),
        "due": lambda: due(float(sys.argv[2])),
        "late": late,
        "awake": awake,
    }[sys.argv[1]]()
