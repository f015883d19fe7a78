"""How conferences end: five reasons, each once, and nobody left on the phone."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Call, CallEvent, Conference
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    ConferenceStatus,
    EndReason,
    EventKind,
    LegStatus,
    ParticipantStatus,
    TextStatus,
)
from calls.tests.threads import together
from conferencing import admission, conferences, ending, orders, sweeping, tasks
from conferencing.models import Heartbeat, Lane, Order, OrderKind, OrderState
from conferencing.steps import AskCode, CodeTrouble, Join
from conferencing.telephony import OutcomeUnknown, Refused, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    STRANGER,
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
    text_fares,
    texted,
    told,
    types,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def why(conference: Conference) -> str:
    """The reason of a conference that is ending or has ended; empty while it is open."""
    return now(conference).end_reason


def both_in(conference: Conference) -> tuple[Call, Call]:
    return dials_in(ANNA, conference), takes_part(leg_of(person(conference, BERT)))


# --- At the deadline ----------------------------------------------------------------------------


def test_at_its_deadline_the_room_is_ended_and_its_people_are_let_go(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    legs = both_in(conference)
    clock.shift(59)
    assert sweeping.end_due() == 0

    clock.shift(2)
    assert sweeping.end_due() == 1
    work()

    assert now(conference).status == ConferenceStatus.ENDING
    assert why(conference) == EndReason.TIME_LIMIT
    assert net.rooms_ended == [(conference.id, "CF1")]
    assert net.hung_up == []  # they hear goodbye

    for leg in legs:
        hangs_up(leg)
    ended = now(conference)
    assert (ended.status, ended.end_reason) == (ConferenceStatus.ENDED, EndReason.TIME_LIMIT)
    assert ended.ended_at >= ended.ending_at >= ended.ends_at


def test_legs_outside_of_the_room_are_hung_up_one_by_one(
    net: PaperNetwork, clock: Traveller
) -> None:
    """Queued, ringing, and answered but not let in."""
    conference = invited(
        texted(ANNA), called(BERT), called(CARL), called(STRANGER), max_duration=60
    )
    dials_in(ANNA, conference)
    bert, carl, fourth = (leg_of(person(conference, n)) for n in (BERT, CARL, STRANGER))
    told(carl, LegStatus.RINGING)
    picks_up(fourth)
    clock.shift(61)
    sweeping.end_due()
    work()

    assert sorted(net.hung_up) == sorted([bert.sid, carl.sid, fourth.sid])
    # The network's answer closes a leg: a cancelled queued call sends no callback.
    assert all(now(leg).status in LEG_OVER for leg in (bert, carl, fourth))


def test_what_still_lives_five_seconds_later_is_hung_up_too(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    anna, bert = both_in(conference)
    clock.shift(61)
    sweeping.end_due()
    hangs_up(anna)
    clock.shift(4)
    sweeping.end_due()
    work()
    assert net.hung_up == []

    clock.shift(2)
    sweeping.end_due()
    work()

    assert net.hung_up == [bert.sid]
    assert now(conference).status == ConferenceStatus.ENDED


def test_a_conference_whose_legs_never_end_is_closed_when_the_belts_have_ended_them(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    both_in(conference)
    net.will("end_room", *[Refused("No.")] * 3)
    net.will("hang_up", *[Refused("No.")] * 9)
    for seconds in (61, 10, 175):
        clock.shift(seconds)
        sweeping.end_due()
        work()

    assert now(conference).status == ConferenceStatus.ENDED


def test_a_room_that_the_network_did_not_end_is_ended_again(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    both_in(conference)
    net.will("end_room", TryLater("Busy."), OutcomeUnknown("No answer."))
    clock.shift(61)
    sweeping.end_due()
    for _ in range(3):
        work()
        Order.objects.filter(state=OrderState.DUE).update(due_at=timezone.now())

    assert net.rooms_ended == [(conference.id, "CF1")]


def test_legs_are_hung_up_even_if_no_sweep_came_for_long(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(max_duration=60)
    legs = both_in(conference)
    clock.shift(61)
    sweeping.end_due()
    clock.shift(3600)
    sweeping.end_due()
    work()

    assert sorted(net.hung_up) == sorted(leg.sid for leg in legs)
    assert now(conference).status == ConferenceStatus.ENDED


def test_a_late_joiner_does_not_stretch_the_deadline(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(max_duration=60)
    dials_in(ANNA, conference)
    deadline = now(conference).ends_at
    clock.shift(30)

    takes_part(leg_of(person(conference, BERT)))

    assert now(conference).ends_at == deadline


def test_whoever_comes_at_the_deadline_comes_too_late(net: PaperNetwork, clock: Traveller) -> None:
    """Also before the sweep has seen it."""
    conference = invited(max_duration=60)
    dials_in(ANNA, conference)
    leg = rings_in(STRANGER)
    clock.shift(60)

    assert types(leg, conference.code) == AskCode(leg.id, CodeTrouble.ENDED)


# --- As a no-show -------------------------------------------------------------------------------


def test_when_nobody_comes_it_ends_as_a_no_show(
    net: PaperNetwork, clock: Traveller, settings: Settings
) -> None:
    settings.CONFERENCE_NO_SHOW_AFTER = 90
    conference = invited(texted(ANNA), called(BERT))
    clock.shift(89)
    sweeping.end_due()
    assert why(conference) == ""

    clock.shift(2)
    sweeping.end_due()
    work()

    assert why(conference) == EndReason.NO_SHOW
    assert now(conference).status == ConferenceStatus.ENDED
    assert person(conference, ANNA).status == ParticipantStatus.MISSED
    assert person(conference, BERT).status == ParticipantStatus.CANCELED


def test_somebody_who_comes_as_the_no_show_is_found_is_not_thrown_out(
    net: PaperNetwork, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)
    clock.shift(601)

    real = sweeping._end

    def slowly(due: QuerySet[Conference], reason: EndReason) -> int:
        if reason is EndReason.NO_SHOW and due:
            admission.admit(leg.id, conference.id)
        return real(due.all(), reason)

    monkeypatch.setattr(sweeping, "_end", slowly)
    sweeping.end_due()

    assert now(conference).status == ConferenceStatus.LIVE


# --- When everyone has left ---------------------------------------------------------------------


def test_it_ends_when_the_last_leg_has_ended(net: PaperNetwork) -> None:
    conference = invited()
    anna, bert = both_in(conference)
    hangs_up(anna)
    assert why(conference) == ""

    hangs_up(bert)

    ended = now(conference)
    assert (ended.status, ended.end_reason) == (ConferenceStatus.ENDED, EndReason.EVERYONE_LEFT)
    assert {p.status for p in conference.participants.all()} == {ParticipantStatus.LEFT}


def test_leaving_the_room_is_not_leaving_the_phone(net: PaperNetwork) -> None:
    """He may be on his way back in; and the network's end of a room ends no conference."""
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    leaves_room(leg)

    assert why(conference) == ""


def test_texted_people_who_have_not_come_do_not_hold_it(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    hangs_up(dials_in(ANNA, conference))

    assert why(conference) == EndReason.EVERYONE_LEFT
    assert person(conference, BERT).status == ParticipantStatus.MISSED


def test_the_not_yet_texted_hold_it(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA), texted(BERT))
    hangs_up(dials_in(ANNA, conference))

    assert why(conference) == ""


def test_once_texted_they_hold_it_no_longer(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA), texted(BERT))
    hangs_up(dials_in(ANNA, conference))

    work()

    assert why(conference) == EndReason.EVERYONE_LEFT


@pytest.mark.parametrize("status", [LegStatus.QUEUED, LegStatus.RINGING, LegStatus.IN_PROGRESS])
def test_somebody_who_is_being_called_holds_it(net: PaperNetwork, status: LegStatus) -> None:
    conference = invited()
    bert = leg_of(person(conference, BERT))
    told(bert, status)
    hangs_up(dials_in(ANNA, conference))
    assert why(conference) == ""

    told(bert, LegStatus.NO_ANSWER)
    assert why(conference) == EndReason.EVERYONE_LEFT


def test_somebody_of_whom_nobody_knows_whether_he_was_called_holds_it(
    net: PaperNetwork, clock: Traveller
) -> None:
    net.will("call", OutcomeUnknown("No answer."))
    conference = invited(max_duration=60)
    hangs_up(dials_in(ANNA, conference))
    assert why(conference) == ""

    clock.shift(61)
    sweeping.end_due()
    assert why(conference) == EndReason.TIME_LIMIT


@pytest.mark.parametrize("fate", [TextStatus.DELIVERED, TextStatus.UNDELIVERED])
def test_somebody_whose_text_nobody_knows_of_holds_it(net: PaperNetwork, fate: TextStatus) -> None:
    net.will("send_text", OutcomeUnknown("No answer."))
    conference = invited(texted(BERT))
    conferences.invite(conference.id, texted(ANNA))
    hangs_up(dials_in(ANNA, conference))
    assert why(conference) == ""

    text_fares(person(conference, BERT), fate)
    assert why(conference) == EndReason.EVERYONE_LEFT


def test_somebody_who_is_being_let_in_holds_it(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    anna, bert = rings_in(ANNA), rings_in(BERT)
    types(anna, conference.code)
    types(bert, conference.code)
    hangs_up(anna)
    assert why(conference) == ""

    hangs_up(bert)
    assert why(conference) == EndReason.EVERYONE_LEFT


def test_who_comes_back_after_a_drop_holds_it_as_the_same_participant(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    first = dials_in(ANNA, conference)
    second = dials_in(ANNA, conference)
    hangs_up(first)
    assert why(conference) == ""
    assert person(conference, ANNA).status == ParticipantStatus.JOINED

    hangs_up(second)
    assert why(conference) == EndReason.EVERYONE_LEFT
    assert conference.participants.count() == 1


def test_a_leg_that_ends_before_it_was_let_in_cannot_be(net: PaperNetwork) -> None:
    """Its end overtook the digits: letting it in would start a conference with nobody in it."""
    conference = invited(texted(ANNA))
    leg = rings_in(ANNA)
    hangs_up(leg)

    assert not isinstance(types(leg, conference.code), Join)
    assert now(conference).status == ConferenceStatus.WAITING


# --- As failed ----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(LEG_OVER))
def test_it_has_failed_when_nobody_could_be_reached_and_nobody_can_still_come(
    net: PaperNetwork, status: LegStatus
) -> None:
    conference = invited(called(ANNA), called(BERT))
    told(leg_of(person(conference, ANNA)), status)
    assert why(conference) == ""

    told(leg_of(person(conference, BERT)), status)
    assert why(conference) == EndReason.FAILED
    assert now(conference).status == ConferenceStatus.ENDED


def test_texted_people_may_still_come(net: PaperNetwork) -> None:
    conference = invited()
    told(leg_of(person(conference, BERT)), LegStatus.BUSY)

    assert why(conference) == ""


# --- By request ---------------------------------------------------------------------------------


def test_it_is_ended_by_request(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)

    assert conferences.end_by_request(conference.id)
    work()

    assert why(conference) == EndReason.ENDED_BY_USER
    assert net.rooms_ended == [(conference.id, "CF1")]
    assert net.hung_up == [net.calls[0].sid]


def test_nothing_goes_out_after_the_end(net: PaperNetwork) -> None:
    conference = opened()
    conferences.end_by_request(conference.id)
    work()

    assert (net.texts, net.calls, net.rooms_ended, net.hung_up) == ([], [], [], [])
    assert now(conference).status == ConferenceStatus.ENDED
    assert set(conference.participants.values_list("status", flat=True)) == {"canceled"}


def test_what_was_put_off_is_canceled_by_the_end(net: PaperNetwork) -> None:
    net.will("call", TryLater("Busy."))
    conference = invited(called(ANNA))
    conferences.end_by_request(conference.id)

    assert now(conference).status == ConferenceStatus.ENDED
    assert person(conference, ANNA).status == ParticipantStatus.CANCELED


def test_ended_twice_it_is_ended_once(net: PaperNetwork) -> None:
    conference = invited()
    conferences.end_by_request(conference.id)

    assert not conferences.end_by_request(conference.id)
    assert not ending.end(conference.id, EndReason.NO_SHOW)
    assert why(conference) == EndReason.ENDED_BY_USER


# --- Late news ----------------------------------------------------------------------------------


def test_a_leg_that_comes_to_life_after_the_end_is_hung_up(net: PaperNetwork) -> None:
    net.will("call", OutcomeUnknown("No answer."))
    conference = invited(called(ANNA))
    conferences.end_by_request(conference.id)
    leg = leg_of(person(conference, ANNA))
    told(leg, LegStatus.RINGING)
    Order.objects.filter(state=OrderState.DUE).update(due_at=timezone.now())
    work()

    assert net.hung_up == [now(leg).sid]
    assert now(conference).status == ConferenceStatus.ENDED


def test_a_leg_that_comes_to_life_long_after_the_end_is_hung_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    """When the order to hang it up has waited in vain for its SID."""
    net.will("call", OutcomeUnknown("No answer."))
    conference = invited(called(ANNA))
    conferences.end_by_request(conference.id)
    for _ in range(2):
        clock.shift(181)
        sweeping.end_due()
        work()
    leg = leg_of(person(conference, ANNA))

    told(leg, LegStatus.RINGING)
    work()

    assert net.hung_up == [now(leg).sid]


def test_somebody_who_entered_a_room_that_was_just_ended_is_hung_up(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), texted(BERT))
    dials_in(BERT, conference)
    leg = rings_in(ANNA)
    types(leg, conference.code)
    conferences.end_by_request(conference.id)

    enters_room(leg, room="CF2")
    work()

    assert net.hung_up == [leg.sid]


def test_late_news_that_somebody_was_answered_does_not_cut_his_goodbye(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))
    takes_part(leg)
    conferences.end_by_request(conference.id)
    told(leg, LegStatus.IN_PROGRESS)
    work()

    assert net.hung_up == []


# --- The sweep ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_it_once(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(max_duration=60)
    both_in(conference)
    clock.shift(61)

    together(*[sweeping.end_due] * 4)
    together(*[work] * 3)

    assert CallEvent.objects.filter(conference=conference, kind=EventKind.ENDING).count() == 1
    assert net.rooms_ended == [(conference.id, "CF1")]


@pytest.mark.django_db(transaction=True)
def test_the_last_two_who_hang_up_at_once_end_it(net: PaperNetwork) -> None:
    for _ in range(4):
        conference = invited()
        legs = both_in(conference)

        together(*[lambda leg=leg: hangs_up(leg) for leg in legs])

        assert now(conference).status == ConferenceStatus.ENDED


@pytest.mark.django_db(transaction=True)
def test_an_end_and_an_entry_at_once_leave_nobody_in_an_ended_room(net: PaperNetwork) -> None:
    for _ in range(4):
        conference = invited(texted(ANNA), texted(BERT))
        dials_in(BERT, conference)
        leg = rings_in(ANNA)

        together(
            partial(conferences.end_by_request, conference.id), partial(types, leg, conference.code)
        )
        work()

        asked = set(Order.objects.filter(conference=conference).values_list("kind", flat=True))
        assert OrderKind.END_ROOM in asked


def test_one_conference_that_cannot_be_ended_does_not_hold_up_the_others(
    net: PaperNetwork, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = invited(texted(ANNA), max_duration=60), invited(texted(BERT), max_duration=60)
    dials_in(ANNA, first)
    dials_in(BERT, second)
    clock.shift(61)
    real = ending.end_together

    def end(conference_ids: list[str], reason: EndReason) -> list[str]:
        if first.id in conference_ids:
            raise RuntimeError("a row that nobody thought of")
        return real(conference_ids, reason)

    monkeypatch.setattr(ending, "end_together", end)
    sweeping.end_due()

    assert (why(first), why(second)) == ("", EndReason.TIME_LIMIT)


def test_the_next_deadline_is_the_soonest_of_the_live(net: PaperNetwork) -> None:
    soon, later = (invited(texted(ANNA), max_duration=n) for n in (60, 90))
    for conference in (later, soon):
        dials_in(ANNA, conference)
    opened()
    moment = timezone.now()

    assert sweeping.next_deadline(moment + timedelta(seconds=59)) is None
    assert sweeping.next_deadline(moment + timedelta(hours=1)) == now(soon).ends_at


def test_a_live_conference_that_everyone_had_left_unseen_is_found(net: PaperNetwork) -> None:
    """The process died between the leg's end and the look whether it was the last."""
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    Call.objects.filter(id=leg.id).update(status=LegStatus.COMPLETED)

    sweeping.end_the_forgotten()

    assert why(conference) == EndReason.EVERYONE_LEFT


def test_an_ending_conference_that_everyone_had_left_unseen_is_found(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    leg = dials_in(ANNA, conference)
    conferences.end_by_request(conference.id)
    Call.objects.filter(id=leg.id).update(status=LegStatus.COMPLETED)

    sweeping.end_the_forgotten()

    assert now(conference).status == ConferenceStatus.ENDED


def test_a_conference_with_somebody_in_is_not_forgotten(net: PaperNetwork) -> None:
    conference = invited()
    dials_in(ANNA, conference)

    assert sweeping.end_the_forgotten() == 0
    assert why(conference) == ""


def test_each_sweep_ends_what_is_due_and_wakes_every_lane(
    net: PaperNetwork, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    nudged: list[Lane] = []
    monkeypatch.setattr(tasks, "nudge", lambda lane, _workers=1: nudged.append(lane))
    conference = invited(max_duration=60)
    dials_in(ANNA, conference)
    clock.shift(61)

    tasks.sweep()

    assert why(conference) == EndReason.TIME_LIMIT
    assert set(nudged) >= {Lane.INVITING, Lane.ENDING}
    assert Heartbeat.objects.get(name="sweep").at


def test_what_goes_wrong_with_orders_does_not_hold_up_the_deadlines(
    net: PaperNetwork, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "nudge", lambda _lane, _workers=1: None)
    conference = invited(max_duration=60)
    dials_in(ANNA, conference)
    clock.shift(61)

    def fail() -> None:
        raise RuntimeError("a row that nobody thought of")

    monkeypatch.setattr(orders, "abandoned", fail)
    with pytest.raises(RuntimeError):
        tasks.sweep()

    assert why(conference) == EndReason.TIME_LIMIT


def test_a_deadline_between_two_sweeps_is_met_to_the_moment(
    net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "nudge", lambda _lane, _workers=1: None)
    conference = invited(texted(ANNA))
    dials_in(ANNA, conference)
    Conference.objects.filter(id=conference.id).update(
        ends_at=timezone.now() + timedelta(seconds=0.5)
    )

    tasks.sweep()

    assert why(conference) == EndReason.TIME_LIMIT
    assert net.rooms_ended == [(conference.id, "CF1")]
    assert now(conference).ending_at >= now(conference).ends_at


def test_a_nudge_that_fails_is_logged_and_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise ConnectionError("no broker")

    opened(called(ANNA))
    monkeypatch.setattr(tasks.work, "apply_async", fail)

    tasks.nudge(Lane.INVITING)

    assert "no broker" in caplog.text


def test_nobody_is_woken_where_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[object] = []
    monkeypatch.setattr(tasks.work, "apply_async", lambda *args, **_: woken.append(args))

    tasks.nudge(Lane.ENDING)

    assert woken == []


def test_ended_legs_are_all_over(net: PaperNetwork, clock: Traveller) -> None:
    conference = invited(called(ANNA), called(BERT), called(CARL), max_duration=60)
    takes_part(leg_of(person(conference, ANNA)))
    presses(leg_of(person(conference, BERT)), "2")
    clock.shift(61)
    for _ in range(3):
        sweeping.end_due()
        work()
        clock.shift(6)

    assert now(conference).status == ConferenceStatus.ENDED
    assert not conference.legs.filter(status__in=LEG_OPEN).exists()
