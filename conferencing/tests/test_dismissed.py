"""Who was sent away by us has neither left by himself nor declined."""

import pytest

from calls.models import Call
from calls.states import LegStatus, Outcome, ParticipantStatus
from conferencing import conferences
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    called,
    invited,
    leg_of,
    now,
    person,
    picks_up,
    rings_in,
    told,
    types,
    work,
)

pytestmark = pytest.mark.django_db


def test_three_wrong_codes_are_a_refusal(net: PaperNetwork) -> None:
    invited(called(ANNA))
    leg = rings_in(BERT)
    for _ in range(3):
        types(leg, "12")
    told(leg, LegStatus.COMPLETED)

    assert Call.objects.get(id=leg.id).outcome == Outcome.REJECTED


def test_who_is_cut_off_before_pressing_1_has_not_declined(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), called(BERT))
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)

    conferences.end_by_request(conference.id)
    work()
    told(leg, LegStatus.COMPLETED)

    assert now(person(conference, ANNA)).status == ParticipantStatus.CANCELED
