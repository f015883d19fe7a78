"""Who is let in, as whom, and when the time begins."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from time_machine import Traveller

from calls.models import Call, CallEvent, Conference, Participant
from calls.states import ConferenceStatus, EventKind, LegStatus, Mode, ParticipantStatus
from calls.tests.threads import together
from conferencing import admission, conferences, sweeping
from conferencing.steps import AskCode, CodeTrouble, Farewell, Goodbye, Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    STRANGER,
    WITHHELD,
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
    takes_part,
    texted,
    told,
    types,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# --- The time -----------------------------------------------------------------------------------


def test_nothing_but_the_first_entry_starts_the_clock(net: PaperNetwork) -> None:
    conference = invited()
    picks_up(leg_of(person(conference, BERT)))
    rings_in(ANNA)

    assert now(conference).status == ConferenceStatus.WAITING
    assert now(conference).ends_at is None


def test_the_first_one_let_in_starts_the_clock(net: PaperNetwork) -> None:
    conference = invited(max_duration=300)
    before = timezone.now()

    step = types(rings_in(ANNA), conference.code)

    live = now(conference)
    assert live.status == ConferenceStatus.LIVE
    assert before <= live.started_at <= timezone.now()
    assert live.ends_at - live.started_at == timedelta(seconds=300)
    assert isinstance(step, Join)
    assert step.deadline == int(live.ends_at.timestamp())
    assert 299 <= step.seconds_left <= 300


def test_who_comes_later_hears_how_much_is_left(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(max_duration=300)
    dials_in(ANNA, conference)
    clock.shift(120)
    leg = leg_of(person(conference, BERT))
    picks_up(leg)

    step = presses(leg, "1")

    assert isinstance(step, Join)
    assert 178 <= step.seconds_left <= 180
    assert CallEvent.objects.filter(kind=EventKind.STARTED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_come_at_once_start_it_once(net: PaperNetwork) -> None:
    for _ in range(4):
        conference = opened(texted(ANNA), texted(BERT))
        legs = [rings_in(ANNA), rings_in(BERT)]

        together(*[partial(admission.admit, leg.id, conference.id) for leg in legs])

        live = now(conference)
        assert live.events.filter(kind=EventKind.STARTED).count() == 1
        assert live.events.filter(kind=EventKind.ADMITTED).count() == 2
        assert live.ends_at - live.started_at == timedelta(seconds=300)


@pytest.mark.django_db(transaction=True)
def test_one_entry_that_is_delivered_many_times_is_one_entry(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA))
    leg = rings_in(STRANGER)

    together(*[partial(types, leg, conference.code)] * 4)

    assert conference.participants.filter(invited=False).count() == 1
    assert conference.events.filter(kind=EventKind.ADMITTED).count() == 1
    assert now(leg).admitted_at


# --- Refused ------------------------------------------------------------------------------------


def test_a_full_conference_lets_nobody_in(
    net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MOST_PARTICIPANTS", 2)
    conference = opened(texted(ANNA), texted(BERT))
    anna = dials_in(ANNA, conference)
    dials_in(BERT, conference)

    assert types(rings_in(STRANGER), conference.code) == Goodbye(Farewell.FULL)

    hangs_up(anna)
    assert isinstance(types(rings_in(STRANGER), conference.code), Join)


def test_who_is_in_is_not_too_many_when_he_is_let_in_again(
    net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MOST_PARTICIPANTS", 1)
    conference = opened(texted(ANNA))
    leg = dials_in(ANNA, conference)

    assert isinstance(types(leg, conference.code), Join)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_both_take_the_last_place(
    net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MOST_PARTICIPANTS", 2)
    conference = opened(texted(ANNA))
    dials_in(ANNA, conference)
    legs = [rings_in(BERT), rings_in(CARL)]

    together(*[partial(types, leg, conference.code) for leg in legs])

    assert conference.legs.filter(admitted_at__isnull=False).count() == 2


def test_a_conference_that_has_ended_lets_nobody_in(net: PaperNetwork) -> None:
    conference = invited()
    leg = rings_in(ANNA)
    conferences.end_by_request(conference.id)

    assert admission.admit(leg.id, conference.id) == Goodbye(Farewell.ENDED)
    assert now(leg).conference_id is None


def test_a_conference_that_ends_between_the_code_and_the_entry_is_said_to_be_over(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=60)
    hangs = dials_in(ANNA, conference)
    leg = rings_in(ANNA)
    clock.shift(61)
    assert now(hangs).status == LegStatus.IN_PROGRESS

    assert types(leg, conference.code) == AskCode(leg.id, CodeTrouble.ENDED)


# --- As whom ------------------------------------------------------------------------------------


def test_an_invited_caller_is_the_one_who_was_invited(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)

    anna = person(conference, ANNA)
    assert (anna.current_call_id, anna.status, anna.invited) == (leg.id, "joined", True)
    assert conference.participants.count() == 1


def test_a_stranger_becomes_a_participant_who_was_not_invited(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    dials_in(STRANGER, conference)

    stranger = person(conference, STRANGER)
    assert (stranger.invited, stranger.mode, stranger.status) == (False, Mode.DIAL_IN, "joined")
    assert person(conference, ANNA).status == ParticipantStatus.INVITED


@pytest.mark.parametrize("number", [WITHHELD, "", "+266696687", "Restricted"])
def test_a_withheld_number_is_nobodys(net: PaperNetwork, number: str) -> None:
    conference = invited(texted(ANNA))
    dials_in(number, conference)
    dials_in(number, conference)

    strangers = conference.participants.filter(invited=False)
    assert [stranger.phone_number for stranger in strangers] == [None, None]


def test_one_phone_in_both_modes_dials_in_as_the_one_who_was_to_dial_in(net: PaperNetwork) -> None:
    """The brief's own test: the incoming call is left ringing, the code is entered."""
    conference = invited(texted(ANNA), called(ANNA))
    ringing = leg_of(person(conference, ANNA, Mode.DIAL_OUT))
    told(ringing, LegStatus.RINGING)

    dials_in(ANNA, conference)

    assert person(conference, ANNA, Mode.DIAL_IN).status == ParticipantStatus.JOINED
    assert person(conference, ANNA, Mode.DIAL_OUT).status == ParticipantStatus.RINGING
    assert conference.participants.count() == 2


def test_one_phone_in_both_modes_may_be_in_twice(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), called(ANNA))
    dials_in(ANNA, conference)
    takes_part(leg_of(person(conference, ANNA, Mode.DIAL_OUT)))

    assert set(conference.participants.values_list("status", flat=True)) == {"joined"}


def test_somebody_who_was_to_be_called_may_dial_in_instead(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    told(leg_of(person(conference, ANNA)), LegStatus.NO_ANSWER)

    dials_in(ANNA, conference)

    anna = person(conference, ANNA)
    assert (anna.status, anna.mode) == (ParticipantStatus.JOINED, Mode.DIAL_OUT)
    assert conference.participants.count() == 2


def test_who_comes_back_after_a_drop_is_the_same_participant(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    dials_in(BERT, conference)
    first = dials_in(ANNA, conference)
    clock.shift(30)
    hangs_up(first)
    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    clock.shift(10)

    second = dials_in(ANNA, conference)
    clock.shift(20)
    leaves_room(second)
    hangs_up(second)

    anna = person(conference, ANNA)
    assert anna.current_call_id == second.id
    assert 49 <= anna.talk_seconds <= 52
    assert anna.joined_at < anna.left_at
    assert conference.participants.count() == 2


def test_a_stranger_comes_back_as_the_same_participant_too(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    dials_in(BERT, conference)
    hangs_up(dials_in(STRANGER, conference))
    dials_in(STRANGER, conference)

    assert person(conference, STRANGER).status == ParticipantStatus.JOINED


def test_a_second_leg_beside_a_dying_first_is_shown(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    first = dials_in(ANNA, conference)
    second = dials_in(ANNA, conference)

    hangs_up(first)

    assert person(conference, ANNA).current_call_id == second.id
    assert person(conference, ANNA).status == ParticipantStatus.JOINED


def test_joined_shows_with_the_entry_not_with_the_admission(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)
    types(leg, conference.code)
    assert person(conference, ANNA).status == ParticipantStatus.INVITED

    enters_room(leg)
    assert person(conference, ANNA).status == ParticipantStatus.JOINED


def test_two_conferences_at_once_keep_their_people_apart(net: PaperNetwork) -> None:
    first, second = invited(texted(ANNA)), invited(texted(ANNA))
    one, other = dials_in(ANNA, first), dials_in(ANNA, second)

    assert (one.conference_id, other.conference_id) == (first.id, second.id)
    hangs_up(one)
    assert now(first).status == ConferenceStatus.ENDED
    assert now(second).status == ConferenceStatus.LIVE


def test_an_outbound_leg_is_let_into_its_own_conference_as_its_own_person(
    net: PaperNetwork,
) -> None:
    conference = invited(called(ANNA), called(BERT))
    leg = takes_part(leg_of(person(conference, ANNA)))

    assert leg.participant_id == person(conference, ANNA).id
    assert Participant.objects.count() == 2
    assert Call.objects.count() == 2


def test_a_deadline_passed_is_a_deadline_even_if_no_sweep_comes(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=60)
    dials_in(ANNA, conference)
    leg = rings_in(STRANGER)
    clock.shift(3600)

    assert admission.admit(leg.id, conference.id) == Goodbye(Farewell.ENDED)
    assert Conference.objects.get().status == ConferenceStatus.LIVE
    sweeping.end_due()
    assert now(conference).end_reason == "time_limit"
