"""The people of the webhook benchmarks, and every request that Twilio will make about them.

    python -m benchmarks.cast status 20000 FILE

Run with the environment of the house whose database it fills. Prints nothing.
"""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import django

django.setup()

import phonenumbers  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import forms  # noqa: E402
from benchmarks.letters import Letter, Sender, write  # noqa: E402
from calls import ids  # noqa: E402
from calls.models import Call, Conference, Participant  # noqa: E402
from calls.states import (  # noqa: E402
    ConferenceStatus,
    Direction,
    LegStatus,
    Mode,
    Outcome,
    ParticipantStatus,
)

_NOW = timezone.now()
_AT_ONCE = 2000
_INVITED = 3  # to each conference
_CODES = 2 * 10**9  # from here on the numbers of the legs that enter one


def main() -> None:
    kind, count, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    sender = Sender(settings.PUBLIC_BASE_URL, settings.TWILIO_AUTH_TOKEN)
    write(file, map(sender.signed, KINDS[kind](count)))


def status(count: int) -> list[Letter]:
    """A called person's leg: asked for, ringing, picked up, over; somebody else stays in."""
    legs: list[Call] = []
    people: list[Participant] = []
    conferences: list[Conference] = []
    for number in range(-(-count // len(forms.LIFE))):
        if number % 2 == 0:
            conferences.append(_conference(number, ConferenceStatus.LIVE))
            host = _person(conferences[-1], number, Mode.DIAL_IN)
            people.append(host)
            legs.append(_leg(host, 10**9 + number, Direction.INBOUND, admitted_at=_NOW))
        person = _person(conferences[-1], number + 1, Mode.DIAL_OUT)
        people.append(person)
        legs.append(_leg(person, number, Direction.OUTBOUND))
    _write(conferences, people, legs)
    called = [leg for leg in legs if leg.direction == Direction.OUTBOUND]
    turns = forms.in_turns(len(called), len(forms.LIFE))
    return [
        Letter(
            f"/twilio/leg/{called[n].id}",
            forms.status(n, settings.SERVER_PHONE, called[n].to_number, step),
        )
        for n, step in turns
    ][:count]


def code(count: int) -> list[Letter]:
    """Somebody who is invited has called and enters the right code; three of each conference,
    though not in the same moment."""
    conferences = [_conference(n, ConferenceStatus.WAITING) for n in range(-(-count // _INVITED))]
    people = [
        _person(conference, number * _INVITED + guest, Mode.DIAL_IN)
        for number, conference in enumerate(conferences)
        for guest in range(_INVITED)
    ]
    legs = [_caller(person, _CODES + number) for number, person in enumerate(people)]
    _write(conferences, people, legs)
    turns = forms.in_turns(len(conferences), _INVITED)
    numbers = [number * _INVITED + guest for number, guest in turns]
    return [_code_of(people[n], legs[n], _CODES + n) for n in numbers][:count]


def _caller(person: Participant, number: int) -> Call:
    return Call(
        sid=forms.sid(number),
        direction=Direction.INBOUND,
        from_number=str(person.phone_number),
        to_number=settings.SERVER_PHONE,
        status=LegStatus.IN_PROGRESS,
        answered_at=_NOW,
    )


def _code_of(person: Participant, leg: Call, number: int) -> Letter:
    call = forms.call(number, leg.from_number, leg.to_number, "in-progress", "inbound")
    digits = {"Digits": person.conference.code, "msg": "Gather End"}
    return Letter(f"/twilio/voice/code/{leg.id}", {**call, **digits})


def incoming(count: int) -> Iterator[Letter]:
    """Strangers call the main line."""
    for number in range(count):
        form = forms.call(
            3 * 10**9 + number, _phone(number), settings.MAIN_LINE_PHONE, "ringing", "inbound"
        )
        yield Letter("/twilio/voice", form)


def _conference(number: int, status: ConferenceStatus) -> Conference:
    soon = _NOW + timedelta(hours=3)
    live = {"started_at": _NOW, "ends_at": soon} if status == ConferenceStatus.LIVE else {}
    return Conference(
        name=f"Meeting {number}",
        status=status,
        owner="key_benchmark",
        code=f"{number + 50_000_000 * (status == ConferenceStatus.LIVE):08d}",
        dial_in_number=settings.SERVER_PHONE,
        max_duration=10_800,
        no_show_at=soon,
        **live,
    )


def _person(conference: Conference, number: int, mode: Mode) -> Participant:
    invited = ParticipantStatus.INVITED if mode == Mode.DIAL_IN else ParticipantStatus.CALLING
    return Participant(
        conference=conference, phone_number=_phone(number), mode=mode, status=invited
    )


def _leg(person: Participant, number: int, direction: Direction, **columns: object) -> Call:
    inbound = direction == Direction.INBOUND
    leg = Call(
        id=ids.call_id(),
        sid=forms.sid(number),
        direction=direction,
        from_number=str(person.phone_number) if inbound else settings.SERVER_PHONE,
        to_number=settings.SERVER_PHONE if inbound else str(person.phone_number),
        conference=person.conference,
        participant=person,
        status=LegStatus.IN_PROGRESS if inbound else LegStatus.QUEUED,
        outcome=Outcome.LIVE,
        **columns,
    )
    person.current_call_id = leg.id
    return leg


@transaction.atomic  # people and legs name each other: the database looks at the end
def _write(conferences: list[Conference], people: list[Participant], legs: list[Call]) -> None:
    Conference.objects.bulk_create(conferences, batch_size=_AT_ONCE)
    Participant.objects.bulk_create(people, batch_size=_AT_ONCE)
    Call.objects.bulk_create(legs, batch_size=_AT_ONCE)


@cache
def _area_codes() -> list[int]:
    every = (area for area in range(201, 990) if area % 100 != 11)
    return [
        area
        for area in every
        if phonenumbers.is_valid_number(phonenumbers.parse(f"+1{area}5550100"))
    ]


def _phone(number: int) -> str:
    """Some 30,000 numbers that nobody has; then they come again."""
    areas = _area_codes()
    area = areas[number // 100 % len(areas)]
    return f"+1{area}55501{number % 100:02d}"


KINDS: dict[str, Callable[[int], "Iterator[Letter] | list[Letter]"]] = {
    "status": status,
    "code": code,
    "incoming": incoming,
}

if __name__ == "__main__":
    main()
