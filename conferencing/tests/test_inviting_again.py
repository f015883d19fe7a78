"""Whoever was missed is called again, and a text is sent again; what was before is past."""

from functools import partial

import pytest

from calls.models import Call, Participant
from calls.states import EventKind, LegStatus, ParticipantStatus, TextStatus
from calls.tests.threads import together
from conferencing import conferences, inviting_again, progress
from conferencing.errors import NotPossibleNow
from conferencing.models import Order, OrderKind
from conferencing.news import TextNews
from conferencing.telephony import OutcomeUnknown
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    STRANGER,
    called,
    dials_in,
    hangs_up,
    invited,
    leg_of,
    now,
    opened,
    person,
    picks_up,
    takes_part,
    text_fares,
    texted,
    told,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

THE_DESK = "Dora"


def again(who: Participant) -> Participant:
    return inviting_again.retry(who.id, by=THE_DESK)


def why_not(who: Participant) -> str:
    with pytest.raises(NotPossibleNow) as refused:
        again(who)
    return refused.value.code


# --- Again ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("missed", [LegStatus.BUSY, LegStatus.NO_ANSWER, LegStatus.FAILED])
def test_who_was_missed_is_called_again(net: PaperNetwork, missed: LegStatus) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    bert = person(conference, BERT)
    told(leg_of(bert), missed)

    assert again(bert).status == ParticipantStatus.PENDING
    work()

    assert [call.to for call in net.calls] == [BERT, BERT]
    assert now(bert).status == ParticipantStatus.CALLING
    retried = conference.events.get(kind=EventKind.RETRIED)
    assert retried.detail == {"by": THE_DESK, "mode": "dial_out"}
    takes_part(leg_of(now(bert)))
    assert now(bert).status == ParticipantStatus.JOINED
    assert conference.participants.count() == 2


def test_who_declined_hung_up_or_was_withdrawn_may_be_called_again(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    bert = person(conference, BERT)

    declines = leg_of(bert)
    picks_up(declines)
    hangs_up(declines)
    assert now(bert).status == ParticipantStatus.DECLINED
    again(bert)
    conferences.remove(bert.id)
    assert now(bert).status == ParticipantStatus.CANCELED
    again(bert)
    work()
    hangs_up(takes_part(leg_of(now(bert))))
    assert now(bert).status == ParticipantStatus.LEFT
    again(bert)
    work()

    assert now(bert).status == ParticipantStatus.CALLING


def test_the_text_is_sent_again(net: PaperNetwork) -> None:
    conference = invited()
    anna = person(conference, ANNA)
    text_fares(anna, TextStatus.UNDELIVERED, error=("30003", "Switched off."))
    assert now(anna).status == ParticipantStatus.FAILED

    again(anna)
    work()

    assert [text.to for text in net.texts] == [ANNA, ANNA]
    anna = now(anna)
    assert (anna.status, anna.error_code, anna.attempt) == (ParticipantStatus.INVITED, "", 2)


def test_a_text_that_was_delivered_may_be_lost_all_the_same(net: PaperNetwork) -> None:
    conference = invited()
    anna = person(conference, ANNA)
    text_fares(anna, TextStatus.DELIVERED)

    again(anna)
    work()

    assert len(net.texts) == 2


# --- What was before is past ----------------------------------------------------------------------


def test_late_news_of_the_earlier_text_says_nothing(net: PaperNetwork) -> None:
    conference = invited()
    anna = person(conference, ANNA)
    earlier = str(anna.text_sid)
    again(anna)

    late = TextNews(
        earlier, TextStatus.UNDELIVERED, conference.created_at, ("30003", "Off."), attempt=1
    )
    progress.text(anna.id, late)
    assert now(anna).status == ParticipantStatus.PENDING
    work()
    progress.text(anna.id, late)

    anna = now(anna)
    assert (anna.status, anna.error_code) == (ParticipantStatus.INVITED, "")
    assert anna.text_sid != earlier


def test_news_of_the_new_text_may_come_before_its_answer(net: PaperNetwork) -> None:
    conference = invited()
    anna = person(conference, ANNA)
    again(anna)
    new = "SM" + "7" * 32

    progress.text(anna.id, TextNews(new, TextStatus.DELIVERED, conference.created_at, attempt=2))

    assert (now(anna).text_sid, now(anna).status) == (new, ParticipantStatus.INVITED)


def test_late_news_of_the_earlier_leg_says_nothing(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    bert = person(conference, BERT)
    earlier = leg_of(bert)
    told(earlier, LegStatus.BUSY)
    again(bert)

    told(earlier, LegStatus.RINGING)
    assert now(bert).status == ParticipantStatus.PENDING
    work()
    told(earlier, LegStatus.FAILED)

    assert now(bert).status == ParticipantStatus.CALLING
    assert leg_of(now(bert)).id != earlier.id


# --- Not again ------------------------------------------------------------------------------------


def test_who_is_about_to_be_invited_is_left_so(net: PaperNetwork) -> None:
    conference = opened()
    bert = person(conference, BERT)

    assert again(bert).attempt == 1
    work()

    assert len(net.calls) == 1
    assert not conference.events.filter(kind=EventKind.RETRIED).exists()


def test_who_is_being_called_or_is_in_is_not_called_again(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    bert = person(conference, BERT)
    assert why_not(bert) == "under_way"
    picks_up(leg_of(bert))
    assert why_not(bert) == "under_way"
    takes_part(leg_of(bert))

    with pytest.raises(NotPossibleNow) as refused:
        again(bert)
    assert refused.value.detail == f"{BERT} is in the room."


def test_who_may_have_been_reached_is_not_called_twice(net: PaperNetwork) -> None:
    net.will("call", OutcomeUnknown("No answer.", "timeout"))
    conference = invited()
    bert = person(conference, BERT)
    assert bert.status == ParticipantStatus.UNKNOWN

    with pytest.raises(NotPossibleNow) as refused:
        again(bert)
    assert "could reach them twice" in refused.value.detail


def test_who_only_knew_the_code_is_not_invited_again(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)
    leg = dials_in(STRANGER, conference)
    hangs_up(leg)

    assert why_not(person(conference, STRANGER)) == "not_invited"


def test_not_to_what_is_over(net: PaperNetwork) -> None:
    conference = invited()
    told(leg_of(person(conference, BERT)), LegStatus.BUSY)
    conferences.end_by_request(conference.id)

    assert why_not(person(conference, BERT)) == "conference_over"


def test_not_for_ever(net: PaperNetwork) -> None:
    conference = invited()
    anna = person(conference, ANNA)
    for _ in range(inviting_again.MOST_ATTEMPTS - 1):
        again(now(anna))
        work()

    assert why_not(now(anna)) == "too_often"
    assert len(net.texts) == inviting_again.MOST_ATTEMPTS


@pytest.mark.django_db(transaction=True)
def test_two_organisers_at_once_call_once(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), called(BERT))
    dials_in(ANNA, conference)
    bert = person(conference, BERT)
    told(leg_of(bert), LegStatus.NO_ANSWER)

    together(*[partial(again, bert)] * 4)
    work()

    assert len(net.calls) == 2
    assert Order.objects.filter(kind=OrderKind.CALL).count() == 2
    assert Call.objects.filter(participant=bert).count() == 2
    assert conference.events.filter(kind=EventKind.RETRIED).count() == 1
