"""Invitations: opened, texted, called; and what comes of it when the network will not."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections
from django.utils import timezone
from pytest_django import Settings
from time_machine import Traveller

from calls.models import Call, CallEvent, Conference, Participant
from calls.states import (
    ConferenceStatus,
    EndReason,
    LegStatus,
    Mode,
    ParticipantStatus,
    TextStatus,
)
from calls.tests.threads import together
from conferencing import conferences, ending, invitations, orders, performing, sweeping
from conferencing.conferences import Invitee
from conferencing.errors import NotPossibleNow
from conferencing.models import Lane, Order, OrderState
from conferencing.steps import Farewell, Goodbye
from conferencing.telephony import OutcomeUnknown, Refused, TelephonyError, TryLater
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    called,
    dials_in,
    invited,
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

BUSY = TryLater("The network is busy.", "20429")
NO = Refused("The number cannot be called.", "21214")
NO_IDEA = OutcomeUnknown("The network did not answer in time.", "timeout")


def order_of(who: Participant) -> Order:
    return Order.objects.get(participant=who)


def put_off_no_longer() -> None:
    """The time has come for what was put off."""
    Order.objects.filter(state=OrderState.DUE).update(due_at=timezone.now())


# --- Opening ------------------------------------------------------------------------------------


def test_opening_writes_the_people_and_the_orders_to_invite_them() -> None:
    conference = opened(texted(ANNA), called(BERT), name="Weekly")

    assert now(conference).status == ConferenceStatus.WAITING
    assert {(p.phone_number, p.mode, p.status) for p in conference.participants.all()} == {
        (ANNA, Mode.DIAL_IN, ParticipantStatus.PENDING),
        (BERT, Mode.DIAL_OUT, ParticipantStatus.PENDING),
    }
    assert sorted(conference.orders.values_list("kind", "state")) == [
        ("call", "due"),
        ("text", "due"),
    ]
    assert CallEvent.objects.get(conference=conference).kind == "opened"


def test_a_failure_in_the_middle_of_opening_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_orders: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(orders, "place", fail)

    with pytest.raises(RuntimeError, match="power"):
        opened()

    left = [table.objects.count() for table in (Conference, Participant, CallEvent, Order)]
    assert left == [0, 0, 0, 0]


def test_one_number_twice_in_one_mode_is_not_taken_for_a_taken_code() -> None:
    """The API says so before; without it the database's word is passed on, not a 503."""
    with pytest.raises(IntegrityError):
        opened(texted(ANNA), texted(ANNA))


def test_one_number_in_both_modes_is_texted_and_called(net: PaperNetwork) -> None:
    invited(texted(ANNA), called(ANNA))

    assert [text.to for text in net.texts] == [call.to for call in net.calls] == [ANNA]


def test_the_life_is_the_settings_unless_it_is_given(settings: Settings) -> None:
    settings.CONFERENCE_MAX_DURATION = 240
    settings.CONFERENCE_NO_SHOW_AFTER = 60

    assert opened(max_duration=0).max_duration == 240
    assert opened(max_duration=90).max_duration == 90
    conference = opened()
    assert conference.no_show_at - conference.created_at == timedelta(seconds=60)


# --- Adding and taking out ----------------------------------------------------------------------


def test_one_more_is_invited_while_it_is_live(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))
    dials_in(ANNA, conference)

    added = conferences.invite(conference.id, called(BERT))
    work()

    assert net.calls[0].to == BERT
    assert now(added).status == ParticipantStatus.CALLING


@pytest.mark.parametrize("reason", [EndReason.ENDED_BY_USER, EndReason.NO_SHOW])
def test_nobody_is_added_to_a_conference_that_is_over(net: PaperNetwork, reason: EndReason) -> None:
    conference = opened()
    ending.end(conference.id, reason)

    with pytest.raises(NotPossibleNow) as refusal:
        conferences.invite(conference.id, texted(CARL))

    assert refusal.value.code == "conference_over"
    assert conference.participants.count() == 2


def test_nobody_is_added_twice_in_one_mode() -> None:
    conference = opened(texted(ANNA))

    with pytest.raises(NotPossibleNow) as refusal:
        conferences.invite(conference.id, texted(ANNA))

    assert refusal.value.code == "already_invited"
    assert conferences.invite(conference.id, called(ANNA)).mode == Mode.DIAL_OUT


def test_a_conference_has_at_most_250_people() -> None:
    conference = opened(*[texted(f"+1212556{n:04d}") for n in range(250)])

    with pytest.raises(NotPossibleNow) as refusal:
        conferences.invite(conference.id, texted(ANNA))

    assert refusal.value.code == "full"


@pytest.mark.parametrize("mode", list(Mode))
def test_an_invitation_is_withdrawn_before_it_went_out(net: PaperNetwork, mode: Mode) -> None:
    conference = opened(Invitee(ANNA, mode), texted(BERT))

    removed = conferences.remove(person(conference, ANNA).id)
    work()

    assert removed.status == ParticipantStatus.CANCELED
    assert order_of(removed).state == OrderState.DROPPED
    assert [text.to for text in net.texts] == [BERT]
    assert net.calls == []


def test_taking_out_the_only_one_who_could_come_ends_the_conference(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))

    conferences.remove(person(conference, ANNA).id)

    assert now(conference).end_reason == EndReason.FAILED


def test_somebody_whose_phone_rings_is_hung_up_when_taken_out(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    told(leg, LegStatus.RINGING)

    conferences.remove(person(conference, ANNA).id)
    work()

    assert net.hung_up == [leg.sid]
    assert person(conference, ANNA).status == ParticipantStatus.CANCELED
    assert now(conference).status == ConferenceStatus.WAITING


def test_somebody_in_the_room_is_hung_up_on_every_leg_when_taken_out(net: PaperNetwork) -> None:
    """He came back with a second leg while the first one was still dying."""
    conference = invited(texted(ANNA), texted(BERT))
    dials_in(BERT, conference)
    first, second = dials_in(ANNA, conference), dials_in(ANNA, conference)

    conferences.remove(person(conference, ANNA).id)
    work()

    assert sorted(net.hung_up) == sorted([first.sid, second.sid])
    assert person(conference, ANNA).status == ParticipantStatus.LEFT
    assert now(conference).status == ConferenceStatus.LIVE


def test_taking_somebody_out_twice_is_taking_him_out_once(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    for _ in range(2):
        conferences.remove(person(conference, ANNA).id)
        work()

    assert len(net.hung_up) == 1


def test_who_has_gone_stays_as_he_is(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    told(leg_of(person(conference, ANNA)), LegStatus.BUSY)

    removed = conferences.remove(person(conference, ANNA).id)
    work()

    assert removed.status == ParticipantStatus.BUSY
    assert net.hung_up == []


def test_who_was_called_and_put_off_is_not_called_after_he_was_taken_out(net: PaperNetwork) -> None:
    net.will("call", BUSY)
    conference = invited(called(ANNA), texted(BERT))

    conferences.remove(person(conference, ANNA).id)
    put_off_no_longer()
    work()

    assert net.calls == []
    assert leg_of(person(conference, ANNA)).status == LegStatus.CANCELED
    assert person(conference, ANNA).status == ParticipantStatus.CANCELED
    assert not Order.objects.exclude(state__in=["done", "dropped"]).exists()


def test_the_last_one_put_off_and_taken_out_ends_the_conference(net: PaperNetwork) -> None:
    net.will("call", BUSY)
    conference = invited(called(ANNA))

    conferences.remove(person(conference, ANNA).id)

    assert now(conference).status == ConferenceStatus.ENDED


@pytest.mark.parametrize("error", [BUSY, NO, NO_IDEA])
def test_who_is_taken_out_while_the_network_is_asked_is_not_called_again(
    net: PaperNetwork, error: TelephonyError
) -> None:
    conference = opened(called(ANNA), texted(BERT))
    anna = person(conference, ANNA)

    def take_out(call_id: str) -> None:
        conferences.remove(anna.id)

    net.will("call", error)
    net.while_calling = take_out
    orders_of_inviting()
    net.while_calling = lambda _: None
    put_off_no_longer()
    work()

    assert net.calls == []
    expected = {BUSY: LegStatus.CANCELED, NO: LegStatus.FAILED, NO_IDEA: LegStatus.UNKNOWN}
    assert leg_of(anna).status == expected[error]


def orders_of_inviting() -> None:
    performing.work(Lane.INVITING)


def test_who_is_taken_out_while_the_network_dials_is_hung_up(net: PaperNetwork) -> None:
    conference = opened(called(ANNA), texted(BERT))
    anna = person(conference, ANNA)
    net.while_calling = lambda call_id: conferences.remove(anna.id)
    orders_of_inviting()
    put_off_no_longer()
    work()

    assert net.hung_up == [net.calls[0].sid]
    assert now(anna).status == ParticipantStatus.CANCELED


# --- Texts --------------------------------------------------------------------------------------


def test_the_text_says_what_to_do(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA), name="Weekly")

    [text] = net.texts
    assert (text.sender, text.to) == (conference.dial_in_number, ANNA)
    for part in ('"Weekly"', conference.dial_in_number, f",,{conference.code}#"):
        assert part in text.body
    assert person(conference, ANNA).status == ParticipantStatus.INVITED
    assert person(conference, ANNA).text_sid == text.sid


NAMES = [
    "",
    "Weekly",
    "Budget 2027",
    "2026/2027: 1234",
    "Room1234b",
    "٢٠٢٧ plan",
    "२०२७",
    "\uff12\uff10\uff12\uff17",
    "🎉 party 2027 🎉",
    "12345 123 1234567",
    '"; DROP TABLE',
    "line one\nline 2027",
    "2027" * 25,
    "x" * 100,
    "2027 " * 20,
    "Call +1 212 555 0100",
]


@pytest.mark.parametrize("code", ["0421", "73105", "204214", "0042042", "98765432"])
@pytest.mark.parametrize("name", NAMES)
def test_the_code_is_the_texts_only_group_of_that_many_digits(name: str, code: str) -> None:
    conference = Conference(name=name, code=code, dial_in_number="+12125550100")

    body = invitations.wording(conference)

    groups = re.findall(rf"(?<!\d)\d{{{len(code)}}}(?!\d)", body)
    assert set(groups) == {code}
    assert len(body) <= 1600


def test_a_text_that_the_network_cannot_take_now_is_sent_later(net: PaperNetwork) -> None:
    net.will("send_text", BUSY, BUSY)
    conference = invited(texted(ANNA))
    anna = person(conference, ANNA)
    assert anna.status == ParticipantStatus.PENDING
    assert order_of(anna).due_at > timezone.now()

    for _ in range(2):
        put_off_no_longer()
        work()

    assert len(net.texts) == 1
    assert now(anna).status == ParticipantStatus.INVITED


def test_a_text_that_is_refused_says_why_and_the_others_go_on(net: PaperNetwork) -> None:
    net.will("send_text", Refused("This phone has unsubscribed.", "21610"))
    conference = invited(texted(ANNA), texted(BERT))
    by_fate = {p.status: p for p in conference.participants.all()}

    refused = by_fate[ParticipantStatus.FAILED]
    assert (refused.error_code, refused.error_detail) == ("21610", "This phone has unsubscribed.")
    assert ParticipantStatus.INVITED in by_fate
    assert now(conference).status == ConferenceStatus.WAITING


def test_a_conference_that_nobody_can_be_texted_to_has_failed(net: PaperNetwork) -> None:
    net.will("send_text", NO)
    conference = invited(texted(ANNA))

    conference = now(conference)
    assert (conference.status, conference.end_reason) == ("ended", EndReason.FAILED)


def test_a_text_of_unknown_outcome_is_never_sent_again(net: PaperNetwork, clock: Traveller) -> None:
    net.will("send_text", NO_IDEA)
    conference = invited(texted(ANNA))

    clock.shift(60)
    invitations.give_up_abandoned()
    work()

    assert net.texts == []
    anna = person(conference, ANNA)
    assert (anna.status, anna.error_code) == (ParticipantStatus.UNKNOWN, "timeout")
    assert now(conference).status == ConferenceStatus.WAITING


def test_an_unknown_text_is_settled_by_its_callback(net: PaperNetwork) -> None:
    net.will("send_text", NO_IDEA)
    conference = invited(texted(ANNA))

    text_fares(person(conference, ANNA), TextStatus.DELIVERED)

    anna = person(conference, ANNA)
    assert (anna.status, anna.error_code, anna.text_status) == ("invited", "", "delivered")


def test_who_was_texted_in_vain_is_not_expected(net: PaperNetwork) -> None:
    conference = invited(texted(ANNA))

    fate = ("30003", "The phone cannot be reached.")
    text_fares(person(conference, ANNA), TextStatus.UNDELIVERED, error=fate)

    assert person(conference, ANNA).error_detail == "The phone cannot be reached."
    assert now(conference).end_reason == EndReason.FAILED


def test_who_dialled_in_before_the_text_is_not_texted(net: PaperNetwork) -> None:
    conference = opened(texted(ANNA))
    dials_in(ANNA, conference)

    work()

    assert net.texts == []
    assert person(conference, ANNA).status == ParticipantStatus.JOINED


# --- Dial-outs ----------------------------------------------------------------------------------


def test_a_phone_is_called_with_our_own_id(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), max_duration=300)

    [dialled] = net.calls
    leg = leg_of(person(conference, ANNA))
    assert (dialled.call_id, dialled.caller_id, dialled.to) == (
        leg.id,
        conference.dial_in_number,
        ANNA,
    )
    assert leg.sid == dialled.sid
    assert 4315 <= dialled.longest_seconds <= 4320  # 600 to come, an hour to talk, and the belt


def test_a_phone_that_is_called_later_may_talk_as_long_as_is_left(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=300)
    dials_in(ANNA, conference)
    clock.shift(100)

    conferences.invite(conference.id, called(BERT))
    work()

    assert 3615 <= net.calls[0].longest_seconds <= 3620  # with all extensions, and the belt


@pytest.mark.django_db(transaction=True)
def test_the_legs_row_is_committed_before_the_network_is_asked(net: PaperNetwork) -> None:
    seen: list[tuple[str, str]] = []

    def look(call_id: str) -> None:
        with ThreadPoolExecutor(1) as elsewhere:  # with a connection of its own
            elsewhere.submit(_look, call_id, seen).result()

    net.while_calling = look
    invited(called(ANNA))

    assert seen == [("queued", "asked")]


def _look(call_id: str, seen: list[tuple[str, str]]) -> None:
    try:
        order = Order.objects.get(call_id=call_id)
        seen.append((Call.objects.get(id=call_id).status, order.state))
    finally:
        connections.close_all()


def test_a_call_that_the_network_cannot_take_now_is_made_later_with_the_same_leg(
    net: PaperNetwork,
) -> None:
    net.will("call", BUSY, BUSY)
    conference = invited(called(ANNA))
    anna = person(conference, ANNA)
    first = leg_of(anna)
    assert (first.status, first.sid) == (LegStatus.QUEUED, None)

    for _ in range(2):
        put_off_no_longer()
        work()

    assert [call.call_id for call in net.calls] == [first.id]
    assert leg_of(anna).sid == net.calls[0].sid
    assert Call.objects.count() == 1


def test_a_refused_call_has_failed_in_words_and_the_others_go_on(net: PaperNetwork) -> None:
    net.will("call", NO)
    conference = invited(called(ANNA), texted(BERT))

    anna = person(conference, ANNA)
    assert (anna.status, anna.error_code) == (ParticipantStatus.FAILED, "21214")
    assert anna.error_detail == "The number cannot be called."
    assert now(conference).status == ConferenceStatus.WAITING


def test_a_conference_that_nobody_can_be_called_to_has_failed(net: PaperNetwork) -> None:
    net.will("call", NO, NO)
    conference = now(invited(called(ANNA), called(BERT)))

    assert (conference.status, conference.end_reason) == ("ended", EndReason.FAILED)


def test_a_call_of_unknown_outcome_is_never_made_again(net: PaperNetwork, clock: Traveller) -> None:
    net.will("call", NO_IDEA)
    conference = invited(called(ANNA))

    clock.shift(60)
    invitations.give_up_abandoned()
    work()

    assert net.calls == []
    assert person(conference, ANNA).status == ParticipantStatus.UNKNOWN
    assert now(conference).status == ConferenceStatus.WAITING


def test_an_unknown_call_that_was_made_after_all_goes_on_when_it_is_answered(
    net: PaperNetwork,
) -> None:
    net.will("call", NO_IDEA)
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    takes_part(leg)

    assert person(conference, ANNA).status == ParticipantStatus.JOINED
    assert person(conference, ANNA).error_code == ""


@pytest.mark.parametrize("error", [NO, BUSY, NO_IDEA])
def test_a_conference_that_ends_while_the_network_is_asked_is_not_held_up(
    net: PaperNetwork, clock: Traveller, error: TelephonyError
) -> None:
    """Asked, not yet answered: the leg is not in the network's hands, so nobody else ends it."""
    conference = opened(called(ANNA))
    net.will("call", error)
    net.while_calling = lambda _: ending.end(conference.id, EndReason.ENDED_BY_USER)
    orders_of_inviting()
    put_off_no_longer()
    work()

    if error is NO_IDEA:  # somebody may be on it: until the belts have ended it
        assert now(conference).status == ConferenceStatus.ENDING
        clock.shift(181)
        sweeping.end_due()
    else:
        assert leg_of(person(conference, ANNA)).status in (LegStatus.FAILED, LegStatus.CANCELED)
    assert now(conference).status == ConferenceStatus.ENDED
    assert net.calls == []


def test_nobody_is_asked_to_come_when_the_time_to_come_is_over(
    net: PaperNetwork, clock: Traveller
) -> None:
    """All of ours were dead till then, and no sweep has come by yet
    (make chaos ROWS=all-killed SEED=1 CONFERENCES=40 RATE=0.8)."""
    conference = opened(texted(ANNA), called(BERT))
    clock.shift(601)

    work()
    assert (net.texts, net.calls) == ([], [])

    sweeping.end_due()
    assert now(conference).end_reason == EndReason.NO_SHOW
    assert {p.status for p in conference.participants.all()} == {ParticipantStatus.CANCELED}


def test_nobody_is_called_into_a_conference_whose_time_is_up(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = invited(texted(ANNA), max_duration=300)
    dials_in(ANNA, conference)
    conferences.invite(conference.id, called(BERT))
    clock.shift(301)

    work()

    assert net.calls == []


def test_a_leg_that_was_asked_for_as_the_conference_ended_is_hung_up(net: PaperNetwork) -> None:
    conference = opened(called(ANNA))
    net.while_calling = lambda _: ending.end(conference.id, EndReason.ENDED_BY_USER)
    orders_of_inviting()
    put_off_no_longer()
    work()

    assert net.hung_up == [net.calls[0].sid]
    assert now(conference).status == ConferenceStatus.ENDED


def test_a_worker_that_was_given_up_too_early_still_tells_what_it_heard(
    net: PaperNetwork, clock: Traveller
) -> None:
    """Its lease ran out while the network took its time: the answer counts, and its SID."""
    conference = opened(called(ANNA))

    def dawdle(_call_id: str) -> None:
        clock.shift(16)
        invitations.give_up_abandoned()

    net.while_calling = dawdle
    orders_of_inviting()

    leg = leg_of(person(conference, ANNA))
    assert (leg.status, leg.sid) == (LegStatus.QUEUED, net.calls[0].sid)


def test_a_worker_that_was_given_up_too_early_still_tells_of_a_refusal(
    net: PaperNetwork, clock: Traveller
) -> None:
    conference = opened(called(ANNA))

    def dawdle(_call_id: str) -> None:
        clock.shift(16)
        invitations.give_up_abandoned()

    net.will("call", NO)
    net.while_calling = dawdle
    orders_of_inviting()

    assert leg_of(person(conference, ANNA)).status == LegStatus.FAILED
    assert now(conference).end_reason == EndReason.FAILED


def test_an_answer_that_has_come_is_not_given_up(
    net: PaperNetwork, clock: Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between finding a lease that has run out and giving up, the worker writes its answer."""
    conference = opened(called(ANNA))
    late: list[Order] = []

    def dawdle(_call_id: str) -> None:
        clock.shift(16)
        late.extend(orders.abandoned())

    net.while_calling = dawdle
    orders_of_inviting()
    assert [order.state for order in late] == [OrderState.ASKED]

    monkeypatch.setattr(orders, "abandoned", lambda: late)
    invitations.give_up_abandoned()

    assert leg_of(person(conference, ANNA)).status == LegStatus.QUEUED
    assert Order.objects.get().state == OrderState.DONE


# --- Answered -----------------------------------------------------------------------------------


def test_a_called_person_joins_after_pressing_1(net: PaperNetwork) -> None:
    conference = invited(called(ANNA))
    leg = leg_of(person(conference, ANNA))

    picks_up(leg)
    assert person(conference, ANNA).status == ParticipantStatus.ANSWERED
    assert now(conference).status == ConferenceStatus.WAITING
    assert presses(leg, "1").conference_id == conference.id


def test_who_need_not_confirm_joins_at_once(net: PaperNetwork) -> None:
    conference = invited(Invitee(ANNA, Mode.DIAL_OUT, confirm=False))

    assert picks_up(leg_of(person(conference, ANNA))).conference_id == conference.id


def test_a_machine_presses_nothing_and_never_joins(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)
    told(leg, LegStatus.COMPLETED)

    assert person(conference, ANNA).status == ParticipantStatus.DECLINED
    assert now(conference).started_at is None


def test_who_presses_something_else_declines(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)

    assert presses(leg, "2") == Goodbye(Farewell.DECLINED)
    told(leg, LegStatus.COMPLETED)
    assert person(conference, ANNA).status == ParticipantStatus.DECLINED


@pytest.mark.parametrize("when", ["ending", "ended", "past its deadline"])
def test_a_late_answer_hears_that_it_is_over(
    net: PaperNetwork, clock: Traveller, when: str
) -> None:
    conference = invited(called(ANNA), called(BERT))
    anna, bert = leg_of(person(conference, ANNA)), leg_of(person(conference, BERT))
    if when == "past its deadline":
        takes_part(bert)
        clock.shift(301)
    else:
        ending.end(conference.id, EndReason.ENDED_BY_USER)
        if when == "ended":
            hang_up_all(conference)

    assert picks_up(anna) == Goodbye(Farewell.ENDED)
    assert presses(anna, "1") == Goodbye(Farewell.ENDED)
    assert now(anna).admitted_at is None


def hang_up_all(conference: Conference) -> None:
    for leg in conference.legs.all():
        told(leg, LegStatus.COMPLETED)
    assert now(conference).status == ConferenceStatus.ENDED


def test_who_answers_after_he_was_taken_out_is_not_let_in(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    leg = leg_of(person(conference, ANNA))
    conferences.remove(person(conference, ANNA).id)

    assert picks_up(leg) == Goodbye(Farewell.ENDED)
    assert presses(leg, "1") == Goodbye(Farewell.ENDED)


def test_somebody_taken_out_may_come_back_with_the_code(net: PaperNetwork) -> None:
    """Anyone who enters the code may come in."""
    conference = invited(texted(ANNA), texted(BERT))
    conferences.remove(person(conference, ANNA).id)

    assert types(rings_in(ANNA), conference.code).conference_id == conference.id


@pytest.mark.django_db(transaction=True)
def test_taken_out_while_a_worker_begins_to_call_somebody_is_called_in_vain_at_most(
    net: PaperNetwork,
) -> None:
    for _ in range(5):
        conference = opened(called(ANNA), texted(BERT))
        anna = person(conference, ANNA)

        together(orders_of_inviting, lambda anna=anna: conferences.remove(anna.id))
        put_off_no_longer()
        work()

        leg = now(anna).current_call
        assert now(anna).status == ParticipantStatus.CANCELED
        assert leg is None or leg.status == LegStatus.CANCELED


def test_the_events_of_a_person_name_every_step(net: PaperNetwork) -> None:
    conference = invited(called(ANNA), texted(BERT))
    takes_part(leg_of(person(conference, ANNA)))
    told(leg_of(person(conference, ANNA)), LegStatus.COMPLETED)

    kinds = list(
        CallEvent.objects.filter(participant=person(conference, ANNA))
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert kinds[-3:] == ["admitted", "joined", "leg_status"]
    assert "confirmed" in kinds
