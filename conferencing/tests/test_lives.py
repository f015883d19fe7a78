"""Any life of a conference: whatever happens in whatever order, these things hold.

People dial, press, drop and come back; the network refuses, forgets to answer, tells late, twice
or never; somebody ends the conference or takes people out; the clock runs.
"""

from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from calls.models import Call, Conference, Participant
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    OPEN_CONFERENCE,
    ConferenceStatus,
    Direction,
    LegStatus,
    Mode,
    ParticipantStatus,
    TextStatus,
    shown,
)
from conferencing import conferences, invitations, reconciling, room_menu, sweeping, telephony
from conferencing.conferences import Invitee
from conferencing.errors import NotPossibleNow
from conferencing.models import Lane, Order, OrderState
from conferencing.steps import Join, RoomMenu, Step
from conferencing.telephony import OutcomeUnknown, Refused, TryLater
from conferencing.tests import people
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import ANNA, BERT, CARL, DORA, STRANGER, WITHHELD

ERRORS = {
    "try later": TryLater("Busy.", "20429"),
    "refused": Refused("No.", "21214"),
    "unknown": OutcomeUnknown("No answer.", "timeout"),
}
TOLD = sorted(set(LegStatus) - {LegStatus.UNKNOWN})
invitees = st.builds(
    Invitee,
    phone_number=st.sampled_from([ANNA, BERT, CARL, DORA]),
    mode=st.sampled_from(Mode),
    confirm=st.booleans(),
)


class Life(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel("2026-03-02T09:00:00+00:00", tick=True)
        self.time = self.clock.start()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        telephony.network.cache_clear()
        self.net: PaperNetwork = telephony.network()
        self.seen: dict[str, Any] = {}
        self.over: dict[str, str] = {}
        self.inbound: list[Call] = []
        self.heard: Step | None = None

    def teardown(self) -> None:
        try:
            if self.seen:
                self._in_the_end()
        finally:
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)
            self.clock.stop()

    def _in_the_end(self) -> None:
        """Whatever happened, the clock ends it, and nobody is left on the phone."""
        for seconds in (1000, 10, 190):
            self.time.shift(seconds)
            invitations.give_up_abandoned()
            sweeping.end_due()
            people.work()
        assert self.row().status == ConferenceStatus.ENDED
        assert not self.legs(status__in=LEG_OPEN, sid__isnull=False)
        assert not Order.objects.filter(state__in=["claimed", "asked"]).exists()

        self.time.shift(31 * 60)
        sweeping.end_due()
        assert not self.row().code_held

    def row(self) -> Conference:
        return Conference.objects.get(id=self.conference.id)

    def legs(self, **of: object) -> list[Call]:
        return list(Call.objects.filter(conference=self.conference, **of).order_by("id"))

    # --- What may happen ------------------------------------------------------------------------

    @initialize(
        who=st.lists(invitees, min_size=1, max_size=4, unique_by=lambda i: (i.phone_number, i.mode))
    )
    def open(self, who: list[Invitee]) -> None:
        self.conference = people.opened(*who, max_duration=60)
        self.seen = {"status": ConferenceStatus.WAITING}

    @rule(
        error=st.none() | st.sampled_from(sorted(ERRORS)),
        verb=st.sampled_from(["call", "send_text"]),
    )
    def workers_work(self, error: str | None, verb: str) -> None:
        if error:
            self.net.will(verb, ERRORS[error])
        Order.objects.filter(state=OrderState.DUE).update(due_at=timezone.now())
        people.work()

    @rule(who=invitees)
    def one_more(self, who: Invitee) -> None:
        before = self.row().participants.count()
        try:
            conferences.invite(self.conference.id, who)
        except NotPossibleNow:
            assert self.row().participants.count() == before

    @rule(data=st.data())
    def take_out(self, data: st.DataObject) -> None:
        conferences.remove(data.draw(st.sampled_from(self._people())).id)

    @rule(number=st.sampled_from([ANNA, BERT, STRANGER, WITHHELD]))
    def dial_in(self, number: str) -> None:
        self.inbound.append(people.rings_in(number))

    @precondition(lambda self: self.inbound)
    @rule(data=st.data(), right=st.booleans())
    def type_a_code(self, data: st.DataObject, right: bool) -> None:
        code = self.conference.code
        leg = data.draw(st.sampled_from(self.inbound))
        people.types(leg, code if right else people.wrong(code))

    @precondition(lambda self: self._called())
    @rule(data=st.data())
    def pick_up(self, data: st.DataObject) -> None:
        people.picks_up(data.draw(st.sampled_from(self._called())))

    @precondition(lambda self: self._called())
    @rule(data=st.data(), key=st.sampled_from("1112"))
    def press(self, data: st.DataObject, key: str) -> None:
        people.presses(data.draw(st.sampled_from(self._called())), key)

    @precondition(lambda self: self.legs(admitted_at__isnull=False))
    @rule(data=st.data(), enters=st.booleans(), room=st.sampled_from(["CF1", "CF2"]))
    def go_in_or_out(self, data: st.DataObject, enters: bool, room: str) -> None:
        leg = data.draw(st.sampled_from(self.legs(admitted_at__isnull=False)))
        (people.enters_room if enters else people.leaves_room)(leg, room)

    @precondition(lambda self: self.legs(admitted_at__isnull=False))
    @rule(data=st.data(), gone=st.booleans())
    def be_let_out(self, data: st.DataObject, gone: bool) -> None:
        leg = data.draw(st.sampled_from(self.legs(admitted_at__isnull=False)))
        deadline = int(self.row().ends_at.timestamp())
        self.heard = room_menu.left_room(leg.id, deadline, 0, gone=gone)

    @precondition(lambda self: isinstance(self.heard, RoomMenu))
    @rule(key=st.sampled_from(["", "*", "1", "1", "2", "3", "4", "9", "0"]))
    def press_in_the_rooms_menu(self, key: str) -> None:
        self.heard = people.presses_in_menu(self.heard, key)
        if isinstance(self.heard, RoomMenu | Join):
            assert self.row().status == ConferenceStatus.LIVE
            assert self.heard.seconds_left >= 1

    @precondition(lambda self: self._any_leg())
    @rule(data=st.data(), status=st.sampled_from(TOLD))
    def be_told(self, data: st.DataObject, status: LegStatus) -> None:
        people.told(data.draw(st.sampled_from(self._any_leg())), LegStatus(status))

    @rule(data=st.data(), fate=st.sampled_from(TextStatus))
    def text_fares(self, data: st.DataObject, fate: TextStatus) -> None:
        people.text_fares(data.draw(st.sampled_from(self._people())), fate)

    @rule(seconds=st.sampled_from([1, 7, 16, 61, 250, 600]))
    def time_goes_by(self, seconds: float) -> None:
        self.time.shift(seconds)

    @rule()
    def sweep(self) -> None:
        invitations.give_up_abandoned()
        sweeping.end_due()

    @rule()
    def reconcile(self) -> None:
        reconciling.repair()

    @rule()
    def end(self) -> None:
        conferences.end_by_request(self.conference.id)

    def _people(self) -> list[Participant]:
        return list(self.conference.participants.order_by("id"))

    def _called(self) -> list[Call]:
        return self.legs(direction=Direction.OUTBOUND)

    def _any_leg(self) -> list[Call]:
        return self._called() + self.inbound

    # --- What holds -----------------------------------------------------------------------------

    @invariant()
    def a_conference_goes_one_way(self) -> None:
        if not self.seen:
            return
        order = list(ConferenceStatus)
        now = self.row()
        assert order.index(ConferenceStatus(now.status)) >= order.index(self.seen["status"])
        for column in ("started_at", "ends_at", "ending_at", "ended_at", "end_reason"):
            value = getattr(now, column)
            assert self.seen.get(column) in (None, "", value)
            self.seen[column] = value
        self.seen["status"] = ConferenceStatus(now.status)

    @invariant()
    def a_live_conference_has_its_deadline(self) -> None:
        if self.seen and (now := self.row()).started_at:
            assert (now.ends_at - now.started_at).total_seconds() == now.max_duration
        if self.seen and now.status == ConferenceStatus.LIVE:
            assert now.started_at

    @invariant()
    def an_open_conference_holds_its_code(self) -> None:
        if self.seen and self.row().status in OPEN_CONFERENCE:
            assert self.row().code_held

    @invariant()
    def nobody_is_invited_to_what_is_over(self) -> None:
        if not self.seen or self.row().status in OPEN_CONFERENCE:
            return
        assert not Order.objects.filter(lane=Lane.INVITING, state=OrderState.DUE).exists()
        waiting = (ParticipantStatus.PENDING, ParticipantStatus.INVITED)
        for person in self.conference.participants.filter(status__in=waiting):
            assert person.current_call
            assert person.current_call.status in LEG_OPEN

    @invariant()
    def nobody_is_called_or_texted_twice(self) -> None:
        called = [call.call_id for call in self.net.calls]
        texted = [text.participant_id for text in self.net.texts]
        assert len(set(called)) == len(called)
        assert len(set(texted)) == len(texted)

    @invariant()
    def a_leg_that_is_over_stays_so(self) -> None:
        for leg in Call.objects.all():
            assert self.over.get(leg.id, leg.status) == leg.status
            if leg.status in LEG_OVER:
                self.over[leg.id] = leg.status

    @invariant()
    def nobody_was_let_in_outside_of_its_time(self) -> None:
        if not self.seen:
            return
        now = self.row()
        for leg in self.legs(admitted_at__isnull=False):
            assert now.started_at <= leg.admitted_at < now.ends_at
            assert now.ending_at is None or leg.admitted_at <= now.ending_at

    @invariant()
    def a_conference_that_has_ended_has_nobody_on_the_phone(self) -> None:
        if not self.seen or (now := self.row()).status != ConferenceStatus.ENDED:
            return
        if now.ended_at - now.ending_at < sweeping.GIVE_UP:
            assert not self.legs(status__in=LEG_OPEN)

    @invariant()
    def everybody_shows_his_newest_leg(self) -> None:
        for person in Participant.objects.select_related("current_call"):
            leg = person.current_call
            said = leg and shown(
                Direction(leg.direction),
                LegStatus(leg.status),
                admitted=leg.admitted_at is not None,
                in_room=leg.in_room_since is not None,
                was_in_room=leg.joined_at is not None,
                away=leg.joined_at is not None and leg.left_at is None and not leg.in_room_since,
            )
            assert said in (None, person.status)

    @invariant()
    def a_live_conference_has_somebody_in_or_on_the_way(self) -> None:
        if not self.seen or self.row().status != ConferenceStatus.LIVE:
            return
        inside = self.legs(admitted_at__isnull=False, status__in=LEG_OPEN)
        on_the_way = self.conference.participants.filter(
            status__in=["pending", "calling", "ringing", "answered", "unknown"]
        )
        assert inside or on_the_way.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_whatever_happens_in_whatever_order(net: PaperNetwork) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
