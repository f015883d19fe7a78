"""Texts of which nobody knows whether they were sent, or whether they arrived."""

from dataclasses import replace

import pytest
from time_machine import Traveller

from calls.models import CallEvent, Participant
from calls.states import ParticipantStatus, TextStatus
from conferencing import invitations, reconciling
from conferencing.telephony import OutcomeUnknown
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import ANNA, BERT, called, invited, now, person, text_fares, texted

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def fares(net: PaperNetwork, status: TextStatus, **facts: object) -> None:
    """What is true of every text changes, and nobody tells us."""
    for sid, report in net.texts_known.items():
        net.texts_known[sid] = replace(report, status=status, **facts)


@pytest.fixture
def unknown(net: PaperNetwork, clock: Traveller) -> Participant:
    """Texted; the connection broke before an answer came."""
    net.will("send_text", OutcomeUnknown("No answer."))
    anna = person(invited(texted(ANNA)), ANNA)
    assert anna.status == ParticipantStatus.UNKNOWN
    return anna


def was_sent_after_all(net: PaperNetwork, anna: Participant) -> None:
    conference = anna.conference
    net.send_text(
        sender=conference.dial_in_number,
        to=ANNA,
        body=invitations.wording(conference),
        participant_id=anna.id,
        attempt=1,
    )


def test_a_text_that_was_sent_is_found_by_its_words(
    net: PaperNetwork, clock: Traveller, unknown: Participant
) -> None:
    was_sent_after_all(net, unknown)
    clock.shift(20)

    assert reconciling.repair() == 1
    anna = now(unknown)
    assert (anna.status, anna.text_status) == (ParticipantStatus.INVITED, TextStatus.QUEUED)
    assert anna.text_sid


def test_another_conferences_text_is_not_taken_for_it(
    net: PaperNetwork, clock: Traveller, unknown: Participant
) -> None:
    invited(texted(ANNA))
    clock.shift(20)
    reconciling.repair()

    assert now(unknown).text_sid is None


def test_a_text_that_was_never_sent_says_so_after_two_looks(
    net: PaperNetwork, clock: Traveller, unknown: Participant
) -> None:
    clock.shift(20)
    assert reconciling.repair() == 0
    assert now(unknown).status == ParticipantStatus.UNKNOWN

    clock.shift(15)
    assert reconciling.repair() == 1
    assert now(unknown).status == ParticipantStatus.FAILED
    assert "never sent" in now(unknown).error_detail
    assert now(unknown.conference).end_reason == "failed"  # nobody else can come
    assert net.texts == []


def test_the_callback_of_a_text_that_is_unknown_settles_it(
    net: PaperNetwork, clock: Traveller, unknown: Participant
) -> None:
    text_fares(unknown, TextStatus.DELIVERED)
    clock.shift(60)
    reconciling.repair()

    assert now(unknown).text_status == TextStatus.DELIVERED


def test_a_delivery_that_nobody_told_is_found(net: PaperNetwork, clock: Traveller) -> None:
    anna = person(invited(texted(ANNA)), ANNA)
    fares(net, TextStatus.DELIVERED)
    reconciling.repair()
    assert net.texts_asked_after == []

    clock.shift(25)
    assert reconciling.repair() == 1
    assert now(anna).text_status == TextStatus.DELIVERED
    event = CallEvent.objects.get(participant=anna, kind="text_status")
    assert event.detail == {"status": "delivered", "found": True}


def test_a_text_that_did_not_arrive_is_found_with_its_reason(
    net: PaperNetwork, clock: Traveller
) -> None:
    anna = person(invited(texted(ANNA), called(BERT)), ANNA)
    fares(net, TextStatus.UNDELIVERED, error=("30003", "The phone is off."))
    clock.shift(25)
    reconciling.repair()

    assert now(anna).status == ParticipantStatus.FAILED
    assert now(anna).error_detail == "The phone is off."


def test_a_carrier_that_never_tells_is_asked_a_few_times(
    net: PaperNetwork, clock: Traveller
) -> None:
    anna = person(invited(texted(ANNA)), ANNA)
    fares(net, TextStatus.SENT)
    for _ in range(60):
        clock.shift(15)
        reconciling.repair()

    assert now(anna).text_status == TextStatus.SENT
    assert len(net.texts_asked_after) == 3


def test_many_texts_are_looked_up_in_one_list(net: PaperNetwork, clock: Traveller) -> None:
    numbers = [f"+12125550{n}" for n in range(130, 150)]
    conference = invited(*map(texted, numbers))
    fares(net, TextStatus.DELIVERED)
    clock.shift(25)

    assert reconciling.repair() == 20
    assert (net.listed, net.texts_asked_after) == (["texts"], [])
    statuses = set(conference.participants.values_list("text_status", flat=True))
    assert statuses == {TextStatus.DELIVERED}
