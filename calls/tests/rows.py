"""Rows to tell stories about, and what tests compare of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, CallEvent, Conference, Participant
from calls.rows import table
from calls.states import Direction, EventKind, LegStatus, Mode

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
GUEST = "+12125550111"
DIAL_IN = "+12125550100"

_codes = count(1000)


def after(seconds: float) -> datetime:
    """A moment so many seconds after nine."""
    return NINE + timedelta(seconds=seconds)


def a_conference(**columns: Any) -> Conference:
    settled = {
        "code": str(next(_codes)),
        "dial_in_number": DIAL_IN,
        "max_duration": 300,
        "created_at": NINE,
        "no_show_at": after(600),
    }
    return Conference.objects.create(**settled | columns)


def a_participant(conference: Conference | None = None, **columns: Any) -> Participant:
    settled = {"phone_number": GUEST, "mode": Mode.DIAL_OUT, "created_at": NINE}
    return Participant.objects.create(conference=conference or a_conference(), **settled | columns)


def a_leg_to(person: Participant, **columns: Any) -> Call:
    """A leg to a phone that we call, written before the network is asked."""
    leg = Call(
        direction=Direction.OUTBOUND,
        from_number=DIAL_IN,
        to_number=person.phone_number or "",
        conference=person.conference,
        participant=person,
        created_at=NINE,
        **columns,
    )
    assert journal.new_leg(leg)
    return leg


def a_leg_from(number: str = GUEST, **columns: Any) -> Call:
    """A leg that came in and has been picked up; nobody knows yet which conference it wants."""
    settled = {"status": LegStatus.IN_PROGRESS, "ringing_at": NINE, "answered_at": NINE}
    leg = Call(
        direction=Direction.INBOUND,
        from_number=number,
        to_number=DIAL_IN,
        created_at=NINE,
        **settled | columns,
    )
    assert journal.new_leg(leg)
    return leg


def let_in(leg: Call, person: Participant, at: float = 10) -> None:
    happening = Happening(kind=EventKind.ADMITTED, key=f"{leg.id}:admitted", at=after(at))
    admit(leg.id, person, happening)


def admit(leg_id: str, person: Participant, happening: Happening) -> Recorded:
    with transaction.atomic():
        return journal.admit(table(Call).locked(leg_id), person, happening)


def leg_of(person: Participant) -> dict[str, Any]:
    return Call.objects.filter(participant=person).values().get()


def row(of: Call | Participant | Conference) -> dict[str, Any]:
    """Every column of a row as it stands in the database now."""
    return type(of).objects.filter(pk=of.pk).values().get()


def events(of: Call | Conference) -> list[dict[str, Any]]:
    """A row's events, without what tells when each of them came in."""
    field = "call_id" if isinstance(of, Call) else "conference_id"
    told = CallEvent.objects.filter(**{field: of.pk}).order_by("key")
    when_it_came = {"id", "recorded_at", "applied"}
    return [
        {name: value for name, value in event.items() if name not in when_it_came}
        for event in told.values()
    ]


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
