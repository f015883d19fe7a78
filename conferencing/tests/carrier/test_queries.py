"""How many statements a webhook costs: as many in a large house as in an empty one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from calls.models import Call
from calls.states import Direction, LegStatus, Mode
from conferencing.conferences import Invitee, NewConference, open_conference
from conferencing.tests.carrier.conftest import Twilio, recorded
from conferencing.tests.carrier.leg import dial_in

pytestmark = pytest.mark.django_db

_CALLER = recorded("incoming")["From"]
_PHONE = "+12125550104"


def leg(number: int = 1) -> Call:
    """A leg that is called, whose id at the network we know."""
    conference = open_conference(NewConference([Invitee(_PHONE, Mode.DIAL_OUT)], owner=""))
    call = Call(
        sid=f"CA{number:032x}",
        direction=Direction.OUTBOUND,
        from_number="+12125550100",
        to_number=_PHONE,
        status=LegStatus.QUEUED,
        conference=conference,
        participant=conference.participants.get(),
    )
    call.save()
    return call


def told(twilio: Twilio, call: Call, word: str) -> None:
    form = recorded(f"status_{word}", CallSid=call.sid or "")
    assert twilio.post(f"/twilio/leg/{call.id}", form).status_code == 204


def a_large_house(twilio: Twilio) -> None:
    for number in range(2, 32):
        other = leg(number)
        for word in ("ringing", "answered", "completed"):
            told(twilio, other, word)


# Two are the savepoint of the test itself, around what is a transaction outside of it.
@pytest.mark.parametrize(
    ("word", "statements"),
    [
        ("initiated", 5),  # lock, event, and whether something follows; nothing has changed
        ("ringing", 7),  # and the leg's row, and the participant's
        ("answered", 7),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_a_status_callback(
    twilio: Twilio,
    word: str,
    statements: int,
    large: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    if large:
        a_large_house(twilio)
    call = leg()

    with django_assert_num_queries(statements):
        told(twilio, call, word)


def test_a_repeated_callback_is_read_and_forgotten(
    twilio: Twilio, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    call = leg()
    told(twilio, call, "ringing")

    with django_assert_num_queries(4):  # lock, event
        told(twilio, call, "ringing")


def test_a_call_costs_the_same_among_many(twilio: Twilio) -> None:
    """The menu, or the question for a code; then the code of somebody who is invited."""
    counts: set[tuple[int, int]] = set()
    for large in (False, True):
        if large:
            a_large_house(twilio)
        conference = open_conference(NewConference([Invitee(_CALLER, Mode.DIAL_IN)], owner=""))
        caller = dial_in(twilio)
        Call.objects.update(sid=None)  # so that the next one is another call
        with CaptureQueriesContext(connection) as ringing:
            caller = dial_in(twilio)
        with CaptureQueriesContext(connection) as entering:
            caller.press(conference.code)
        assert caller.is_in_room(conference.id)
        counts.add((len(ringing), len(entering)))
        Call.objects.update(sid=None, status=LegStatus.COMPLETED)

    assert len(counts) == 1, counts
