"""A caller is put through: phones ring, a person takes the call, or the next phone rings."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls import feed
from calls.models import Call, Line
from calls.states import LEG_OPEN, Direction, LegStatus, Outcome
from conferencing import forwarding, menu, reconciling
from conferencing.news import DialNews
from conferencing.steps import (
    AskToTake,
    Connect,
    Farewell,
    Forward,
    Goodbye,
    Nothing,
    Speech,
    Step,
    TakeMessage,
)
from conferencing.telephony import LegReport
from conferencing.tests.network import PaperNetwork
from conferencing.tests.office import (
    CALLER,
    HOME,
    NOT_CONNECTED,
    OFFICE,
    WITHHELD,
    calls,
    forwards_to,
    new_sid,
    office,
    rung,
    told,
)

pytestmark = pytest.mark.django_db


def puts_through(line: Line, number: str = CALLER) -> tuple[Call, Step]:
    call, _ = calls(line, number)
    return call, menu.pressed(call.id, "1", 0)


def dial_over(connected: bool = False, sid: str = "", seconds: int = 0) -> DialNews:
    return DialNews(timezone.now(), connected, sid, seconds)


def fresh(call: Call) -> Call:
    return Call.objects.get(id=call.id)


class TestRinging:
    def test_each_phone_has_a_call_of_its_own(self) -> None:
        call, step = puts_through(office())
        [leg] = rung(step)
        assert (leg.direction, leg.to_number) == (Direction.OUTBOUND, OFFICE)
        assert (leg.parent, leg.line) == (call, call.line)
        assert (leg.status, leg.outcome) == (LegStatus.QUEUED, Outcome.LIVE)
        assert fresh(call).forwarded_at

    def test_one_after_another_then_a_message(self) -> None:
        line = office(ring_seconds=7)
        forwards_to(line, HOME)
        call, step = puts_through(line)
        assert [leg.to_number for leg in rung(step)] == [OFFICE]
        step = forwarding.over(call.id, 0, NOT_CONNECTED, gone=False)
        assert [leg.to_number for leg in rung(step)] == [HOME]
        assert (step.round, step.ring_seconds) == (1, 7)
        step = forwarding.over(call.id, 1, NOT_CONNECTED, gone=False)
        assert isinstance(step, TakeMessage)
        assert step.preface == forwarding.NOBODY

    def test_all_together_then_a_message(self) -> None:
        line = office(ring_together=True)
        forwards_to(line, HOME)
        call, step = puts_through(line)
        assert [leg.to_number for leg in rung(step)] == [OFFICE, HOME]
        step = forwarding.over(call.id, 0, NOT_CONNECTED, gone=False)
        assert isinstance(step, TakeMessage)

    def test_the_same_request_twice_rings_the_same_leg(self) -> None:
        call, step = puts_through(office())
        assert menu.pressed(call.id, "1", 0) == step
        assert call.forwarded_legs.count() == 1

    def test_our_own_lines_are_left_out(self) -> None:
        line = office()
        forwards_to(line, line.number, "+12125550100", HOME)
        _, step = puts_through(line)
        assert [leg.to_number for leg in rung(step)] == [OFFICE]
        step = forwarding.over(step.call_id, 0, NOT_CONNECTED, gone=False)
        assert [leg.to_number for leg in rung(step)] == [HOME]

    @pytest.mark.parametrize(
        ("number", "shown"),
        [
            (CALLER, CALLER),
            (WITHHELD, None),
            ("", None),
            ("+266696687", None),  # spells "anonymous"
            ("sip:anna@example.com", None),
            ("<b>+12125550103</b>", None),
        ],
    )
    def test_the_callers_number_is_shown_if_there_is_one(
        self, number: str, shown: str | None
    ) -> None:
        line = office(show_caller=True)
        _, step = puts_through(line, number)
        assert step.caller_id == (shown or line.number)

    def test_else_the_lines_number_is_shown(self) -> None:
        line = office()
        assert puts_through(line)[1].caller_id == line.number


class TestWhisper:
    @pytest.fixture
    def leg(self) -> Call:
        _, step = puts_through(office(language="en-GB"))
        return rung(step)[0]

    def test_says_who_calls_and_asks_for_a_key(self, leg: Call) -> None:
        step = forwarding.whisper(leg.id, new_sid())
        assert step == AskToTake(leg.id, CALLER, "Office", Speech("en-GB"))
        assert fresh(leg).status == LegStatus.IN_PROGRESS
        assert not fresh(leg).taken_at

    def test_1_takes_the_call_and_both_legs_say_so(self, leg: Call) -> None:
        forwarding.whisper(leg.id, new_sid())
        assert forwarding.taking(leg.id, "1") == Connect()
        leg, parent = fresh(leg), fresh(leg.parent)
        assert leg.taken_at == parent.taken_at is not None

    def test_the_callers_timeline_tells_who_took_it(self, leg: Call) -> None:
        forwarding.whisper(leg.id, new_sid())
        forwarding.taking(leg.id, "1")
        forwarding.taking(leg.id, "1")  # delivered twice
        words = [entry.words for entry in feed.timeline_of_call(leg.parent_id)]
        assert words.count("+1 212-555-0112 took the call") == 1

    @pytest.mark.parametrize("digits", ["2", "*", "", "hangup", "11"])
    def test_any_other_key_does_not(self, leg: Call, digits: str) -> None:
        forwarding.whisper(leg.id, new_sid())
        step = forwarding.taking(leg.id, digits)
        assert isinstance(step, Goodbye)
        assert step.farewell is Farewell.NOT_TAKEN
        assert not fresh(leg.parent).taken_at

    def test_without_confirmation_whoever_picks_up_has_it(self) -> None:
        call, step = puts_through(office(confirm_forward=False))
        [leg] = rung(step)
        assert forwarding.whisper(leg.id, new_sid()) == Connect()
        assert fresh(call).taken_at
        assert fresh(leg).taken_at

    def test_a_caller_who_has_hung_up_is_no_longer_to_be_had(self, leg: Call) -> None:
        told(leg.parent, LegStatus.COMPLETED)
        gone = Goodbye(Farewell.CALLER_GONE, Speech("en-GB"))
        assert forwarding.whisper(leg.id, new_sid()) == gone
        assert forwarding.taking(leg.id, "1") == gone
        assert fresh(leg.parent).outcome == Outcome.MISSED

    def test_another_leg_of_the_network_is_none_of_ours(self, leg: Call) -> None:
        forwarding.whisper(leg.id, new_sid())
        assert forwarding.whisper(leg.id, new_sid()) == Goodbye(Farewell.NOT_NOW)

    def test_a_caller_himself_cannot_whisper(self, leg: Call) -> None:
        assert forwarding.whisper(leg.parent_id, leg.parent.sid) == Goodbye(Farewell.NOT_NOW)
        assert forwarding.taking(leg.parent_id, "1") == Goodbye(Farewell.NOT_NOW)


class TestOutcome:
    def test_forwarded_with_ring_and_talk_time(self) -> None:
        call, step = puts_through(office())
        [leg] = rung(step)
        told(leg, LegStatus.RINGING)
        forwarding.whisper(leg.id, fresh(leg).sid)
        forwarding.taking(leg.id, "1")
        told(leg, LegStatus.COMPLETED, duration=42)
        step = forwarding.over(call.id, 0, dial_over(connected=True), gone=False)
        assert step == Goodbye(Farewell.TALKED)
        told(call, LegStatus.COMPLETED)
        assert (call.outcome, leg.outcome) == (Outcome.FORWARDED, Outcome.FORWARDED)
        assert leg.ringing_at <= leg.answered_at <= leg.taken_at <= leg.ended_at

    @pytest.mark.parametrize(
        "word", [LegStatus.BUSY, LegStatus.NO_ANSWER, LegStatus.FAILED, LegStatus.CANCELED]
    )
    def test_not_taken_is_missed(self, word: LegStatus) -> None:
        call, step = puts_through(office())
        [leg] = rung(step)
        told(leg, word)
        forwarding.over(call.id, 0, NOT_CONNECTED, gone=False)
        told(call, LegStatus.COMPLETED)
        assert call.outcome == Outcome.MISSED
        assert leg.outcome == (Outcome.FAILED if word is LegStatus.FAILED else Outcome.UNREACHED)

    def test_a_person_who_hangs_up_at_the_whisper_has_not_taken_it(self) -> None:
        call, step = puts_through(office())
        [leg] = rung(step)
        forwarding.whisper(leg.id, new_sid())
        told(leg, LegStatus.COMPLETED, duration=3)
        step = forwarding.over(call.id, 0, dial_over(connected=False), gone=False)
        assert isinstance(step, TakeMessage)
        assert leg.outcome == Outcome.UNREACHED

    def test_the_networks_word_for_it_does_not_count_where_a_key_was_asked_for(self) -> None:
        call, step = puts_through(office())
        forwarding.whisper(rung(step)[0].id, new_sid())
        step = forwarding.over(call.id, 0, dial_over(connected=True), gone=False)
        assert isinstance(step, TakeMessage)

    def test_a_caller_who_hangs_up_while_phones_ring(self) -> None:
        line = office(ring_together=True)
        forwards_to(line, HOME)
        call, step = puts_through(line)
        told_of, never_told_of = rung(step)
        told(told_of, LegStatus.RINGING)
        assert forwarding.over(call.id, 0, dial_over(sid=told_of.sid), gone=True) == Nothing()
        told(call, LegStatus.COMPLETED)
        told(told_of, LegStatus.CANCELED)
        assert call.outcome == Outcome.MISSED
        assert fresh(told_of).status == LegStatus.CANCELED
        # Named by the end of the ringing or not, no leg is left behind.
        never = fresh(never_told_of)
        assert never.status == LegStatus.CANCELED or never.sid


class TestSilentNetwork:
    def test_a_phone_that_could_not_be_rung_has_failed(self) -> None:
        call, step = puts_through(office())
        forwarding.over(call.id, 0, dial_over(sid=""), gone=False)
        assert fresh(rung(step)[0]).status == LegStatus.FAILED

    def test_a_leg_without_callbacks_gets_its_name_and_is_asked_after(
        self, net: PaperNetwork
    ) -> None:
        call, step = puts_through(office())
        [leg] = rung(step)
        sid = new_sid()
        forwarding.over(call.id, 0, dial_over(sid=sid), gone=False)
        assert fresh(leg).sid == sid
        net.legs[sid] = LegReport(sid, LegStatus.BUSY, ended_at=timezone.now())
        Call.objects.filter(id=leg.id).update(created_at=timezone.now() - timedelta(minutes=1))
        reconciling.repair()
        assert fresh(leg).status == LegStatus.BUSY

    def test_a_caller_whose_end_was_never_told_leaves_no_phone_queued(
        self, net: PaperNetwork
    ) -> None:
        call, step = puts_through(office())
        Call.objects.filter(id=call.id).update(created_at=timezone.now() - timedelta(minutes=1))
        net.legs[call.sid] = LegReport(call.sid, LegStatus.COMPLETED, ended_at=timezone.now())
        reconciling.repair()
        assert fresh(rung(step)[0]).status == LegStatus.CANCELED


HAPPENINGS = ("ringing", "whisper", "take", "leg_over", "dial_over", "caller_over")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    happenings=st.permutations(HAPPENINGS), again=st.lists(st.sampled_from(HAPPENINGS), max_size=4)
)
def test_in_any_order_and_with_repeats_no_leg_is_left_open_and_both_agree(
    happenings: list[str], again: list[str]
) -> None:
    Call.objects.all()
    line = Line.objects.filter(label="Office").first() or office()
    call, step = puts_through(line)
    [leg] = rung(step)
    sid = new_sid()
    take_came_first = happenings.index("take") < happenings.index("caller_over")
    tell = {
        "ringing": lambda: told(leg, LegStatus.RINGING, sid),
        "whisper": lambda: forwarding.whisper(leg.id, sid),
        "take": lambda: forwarding.taking(leg.id, "1"),
        "leg_over": lambda: told(leg, LegStatus.COMPLETED, sid, duration=9),
        "dial_over": lambda: forwarding.over(
            call.id, 0, dial_over(connected=True, sid=sid, seconds=9), gone=True
        ),
        "caller_over": lambda: told(call, LegStatus.COMPLETED),
    }
    for happening in [*happenings, *again]:
        tell[happening]()
    call, leg = fresh(call), fresh(leg)
    assert not {call.status, leg.status} & LEG_OPEN
    assert (call.taken_at is not None) == (leg.taken_at is not None) == take_came_first
    assert call.outcome == (Outcome.FORWARDED if take_came_first else Outcome.MISSED)
    assert call.forwarded_legs.count() == 1


def test_forward_step_is_planned_without_writing() -> None:
    line = office()
    planned = forwarding.planned("", line, 0, CALLER)
    assert isinstance(planned, Forward)
    assert planned.phones == (("", OFFICE),)
    assert not Call.objects.exists()
