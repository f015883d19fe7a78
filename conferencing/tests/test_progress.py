"""What the network tells: early, late, twice, wrong, and about others."""

import logging
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from calls.models import Call, CallEvent
from calls.states import EventKind, LegStatus, ParticipantStatus, TextStatus
from calls.tests.threads import together
from conferencing import conferences, ivr, progress
from conferencing.news import LegNews, RoomNews, TextNews
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    called,
    dials_in,
    enters_room,
    hangs_up,
    invited,
    leaves_room,
    leg_of,
    now,
    opened,
    person,
    picks_up,
    presses,
    rings_in,
    text_fares,
    texted,
    told,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

SID = "CA" + "5" * 32


# --- Before the network's own answer ------------------------------------------------------------


def test_a_callback_that_comes_before_the_networks_own_answer_is_not_lost(
    net: PaperNetwork,
) -> None:
    conference = opened(called(ANNA))

    def tell(call_id: str) -> None:
        leg = Call.objects.get(id=call_id)
        told(leg, LegStatus.RINGING, sid="CA" + "0" * 31 + "1")

    net.while_calling = tell
    work()

    leg = leg_of(person(conference, ANNA))
    assert (leg.status, leg.sid) == (LegStatus.RINGING, net.calls[0].sid)
    assert person(conference, ANNA).status == ParticipantStatus.RINGING


def test_a_whole_life_before_the_networks_own_answer(net: PaperNetwork) -> None:
    conference = opened(called(ANNA), texted(BERT))

    def live(call_id: str) -> None:
        leg = Call.objects.get(id=call_id)
        told(leg, LegStatus.RINGING, sid="CA" + "0" * 31 + "1")
        picks_up(leg)
        presses(leg, "1")
        enters_room(leg)
        hangs_up(leg)

    net.while_calling = live
    work()

    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert now(conference).end_reason == "everyone_left"
    assert leg_of(person(conference, ANNA)).sid == net.calls[0].sid


def test_a_texts_callback_that_comes_before_the_networks_own_answer(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA))
    anna = person(conference, ANNA)
    text_fares(anna, TextStatus.DELIVERED, sid="SM" + "0" * 31 + "1")
    work()

    anna = now(anna)
    assert (anna.text_status, anna.status) == (TextStatus.DELIVERED, ParticipantStatus.INVITED)


# --- Wrong ones ---------------------------------------------------------------------------------


def test_news_of_another_leg_under_our_id_is_ignored(
    net: PaperNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    told(leg, LegStatus.FAILED, sid=SID)

    assert now(leg).status == LegStatus.QUEUED
    assert SID in caplog.text


def test_news_of_a_leg_of_ours_under_the_id_of_another_is_ignored(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), called(BERT))
    anna, bert = (leg_of(person(conference, number)) for number in (ANNA, BERT))

    told(anna, LegStatus.BUSY, sid=bert.sid)

    assert now(anna).status == now(bert).status == LegStatus.QUEUED


@pytest.mark.parametrize("call_id", ["call_none", ""])
def test_news_of_an_unknown_leg_is_logged_and_ignored(
    caplog: pytest.LogCaptureFixture, call_id: str
) -> None:
    progress.leg(call_id, LegNews(SID, LegStatus.RINGING, timezone.now(), "k"))
    progress.leg_of_line(LegNews(SID, LegStatus.COMPLETED, timezone.now(), "k"))

    assert caplog.text.count(SID) == 2
    assert not CallEvent.objects.exists()


def test_news_of_a_room_of_another_conference_is_ignored(
    net: PaperNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    conference, other = invited(texted(ANNA)), invited(texted(BERT))
    leg = rings_in(ANNA)
    ivr.code_entered(leg.id, conference.code)
    news = RoomNews("CF1", EventKind.JOINED, timezone.now(), 1, leg.id, str(leg.sid))

    progress.room(other.id, news)
    progress.room("conf_none", news)

    assert now(leg).joined_at is None
    assert now(other).room_sid == ""
    assert "is not of conference" in caplog.text


def test_news_of_a_room_with_another_legs_sid_is_ignored(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)

    progress.room(conference.id, RoomNews("CF1", EventKind.LEFT, timezone.now(), 99, leg.id, SID))

    assert now(leg).in_room_since


def test_news_of_a_text_that_is_not_the_persons_is_ignored(
    net: PaperNetwork, caplog: pytest.LogCaptureFixture
) -> None:
    conference = invited(texted(ANNA))

    text_fares(person(conference, ANNA), TextStatus.FAILED, sid="SM" + "9" * 32)
    progress.text("part_none", TextNews("SM1", TextStatus.SENT, timezone.now()))

    assert person(conference, ANNA).status == ParticipantStatus.INVITED
    assert len([r for r in caplog.records if r.levelno == logging.WARNING]) == 2


# --- Twice and late -----------------------------------------------------------------------------


def test_news_told_twice_are_told_once(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))
    told(leg, LegStatus.RINGING)
    before = CallEvent.objects.count()

    told(leg, LegStatus.RINGING)

    assert CallEvent.objects.count() == before


def test_news_that_come_late_are_kept_and_move_nothing(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    told(leg, LegStatus.NO_ANSWER)

    told(leg, LegStatus.RINGING)

    assert now(leg).status == LegStatus.NO_ANSWER
    late = CallEvent.objects.get(call=leg, key__endswith="callback:ringing")
    assert not late.applied


def test_the_end_of_the_room_does_not_end_the_conference(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    dials_in(ANNA, conference)

    progress.room(conference.id, RoomNews("CF1", EventKind.ROOM_ENDED, timezone.now(), 3))

    assert now(conference).end_reason == ""


def test_whose_exit_nobody_tells_was_out_when_the_room_was_closed(net: PaperNetwork) -> None:
    """What his leg says, and its end, come only after the goodbye."""
    conference = invited(texted(ANNA))
    anna = dials_in(ANNA, conference)
    closed = now(anna).in_room_since + timedelta(seconds=60)
    gone = closed + timedelta(seconds=5)

    progress.room(conference.id, RoomNews("CF1", EventKind.ROOM_ENDED, closed, 3))
    progress.leg(anna.id, LegNews(anna.sid, LegStatus.COMPLETED, gone, "callback:completed"))

    assert (now(anna).left_at, now(anna).talk_seconds) == (closed, 60)


def test_who_left_a_room_before_it_was_closed_left_then(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    anna = dials_in(ANNA, conference)
    leaves_room(anna)
    left_at = CallEvent.objects.get(call=anna, kind=EventKind.LEFT).at
    later = timezone.now() + timedelta(seconds=9)

    progress.room(conference.id, RoomNews("CF1", EventKind.ROOM_ENDED, later, 3))
    progress.leg(anna.id, LegNews(anna.sid, LegStatus.COMPLETED, later, "callback:completed"))

    assert now(anna).left_at == left_at


def test_rooms_of_one_conference_count_each_for_itself(net: PaperNetwork) -> None:
    """The network makes a new room of the same name, and counts from the beginning."""
    conference = invited(texted(ANNA), texted(BERT))
    anna = dials_in(ANNA, conference)
    bert = dials_in(BERT, conference)
    leaves_room(anna, room="CF1", number=50)
    enters_room(anna, room="CF2", number=1)

    assert now(anna).in_room_since
    assert now(conference).room_sid == "CF2"
    leaves_room(anna, room="CF2", number=2)
    assert now(anna).in_room_since is None
    assert now(bert).in_room_since


def test_news_without_a_number_are_told_apart_by_their_time(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    moment = timezone.now()
    for seconds in (1, 1, 2):
        at = moment + timedelta(seconds=seconds)
        news = RoomNews("CF1", EventKind.ROOM_CHANGED, at, None, leg.id, str(leg.sid))
        progress.room(conference.id, news)

    assert CallEvent.objects.filter(kind=EventKind.ROOM_CHANGED).count() == 2


def test_the_duration_of_a_leg_is_the_networks(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    told(leg, LegStatus.COMPLETED, duration=42)

    assert now(leg).duration == 42


def test_why_a_leg_failed_is_told_in_words(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    told(leg_of(person(conference, ANNA)), LegStatus.FAILED, error=("13224", "No such number."))

    anna = person(conference, ANNA)
    assert (anna.status, anna.error_detail) == (ParticipantStatus.FAILED, "No such number.")


@pytest.mark.parametrize("fate", [TextStatus.UNDELIVERED, TextStatus.FAILED])
def test_a_lost_text_is_told_in_words_and_later_news_do_not_bring_it_back(
    net: PaperNetwork, fate: TextStatus
) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    anna = person(conference, ANNA)
    text_fares(anna, fate, error=("30003", "The phone is off."))
    text_fares(anna, TextStatus.SENT)

    anna = now(anna)
    assert (anna.status, anna.text_status) == (ParticipantStatus.FAILED, fate)
    assert anna.error_detail == "The phone is off."


def test_a_lost_text_of_somebody_who_is_in_changes_nothing_for_him(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    dials_in(ANNA, conference)

    text_fares(person(conference, ANNA), TextStatus.UNDELIVERED)

    assert person(conference, ANNA).status == ParticipantStatus.JOINED
    assert now(conference).end_reason == ""


@pytest.mark.django_db(transaction=True)
def test_the_same_news_at_once_and_an_end_at_once(net: PaperNetwork) -> None:
    for _ in range(4):
        conference = invited(called(ANNA), called(BERT))
        legs = [leg_of(person(conference, number)) for number in (ANNA, BERT)]

        together(
            *[partial(told, leg, LegStatus.BUSY) for leg in legs for _ in range(2)],
            partial(conferences.end_by_request, conference.id),
        )

        assert now(conference).status == "ended"
        assert CallEvent.objects.filter(conference=conference, kind="ended").count() == 1
