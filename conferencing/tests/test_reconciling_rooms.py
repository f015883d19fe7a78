"""Entries and exits that nobody told: we look into the rooms."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from time_machine import Traveller

from calls import wishes
from calls.models import Call, CallEvent, Conference, Participant
from calls.states import Command, EventKind, LegStatus, ParticipantStatus
from conferencing import in_the_room, reconciling
from conferencing.telephony import OutcomeUnknown, Seat
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    called,
    dials_in,
    enters_room,
    invited,
    is_said_to_be,
    leaves_room,
    leg_of,
    now,
    person,
    picks_up,
    presses,
    takes_part,
    texted,
    told,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ROOM = "CF1"


@pytest.fixture
def conference(net: PaperNetwork, stopped_clock: Traveller) -> Conference:
    return invited(called(ANNA), texted(BERT))


@pytest.fixture
def leg(conference: Conference) -> Call:
    """Picks up and presses 1; that she came into the room, nobody tells."""
    leg = leg_of(person(conference, ANNA))
    picks_up(leg)
    presses(leg, "1")
    return now(leg)


def ago(seconds: float) -> object:
    return (timezone.now() - timedelta(seconds=seconds)).replace(microsecond=0)


def test_who_is_in_the_room_is_found_with_the_moment_of_the_entry(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference, leg: Call
) -> None:
    stopped_clock.shift(8)
    entered = ago(4)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, entered))

    assert reconciling.look() == 1
    assert now(leg).in_room_since == entered
    assert person(conference, ANNA).status == ParticipantStatus.JOINED
    assert now(conference).room_sid == ROOM
    assert CallEvent.objects.filter(call=leg, kind="found_in").exists()


def test_the_callback_that_comes_after_all_is_the_same_entry(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference, leg: Call
) -> None:
    stopped_clock.shift(8)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, ago(1)))
    reconciling.look()
    entered = timezone.now()
    enters_room(leg, ROOM, 1)
    assert now(leg).in_room_since == entered or now(leg).in_room_since > ago(1)
    assert CallEvent.objects.filter(call=leg, kind="joined").count() == 1

    stopped_clock.shift(30)
    leaves_room(leg, ROOM, 2)
    told(leg, LegStatus.COMPLETED)
    assert now(leg).talk_seconds == 30
    assert person(conference, ANNA).talk_seconds == now(leg).talk_seconds


def test_nobody_is_looked_for_while_he_hears_our_words(net: PaperNetwork, leg: Call) -> None:
    reconciling.look()
    assert net.listed == []


def test_found_once_is_found(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference, leg: Call
) -> None:
    stopped_clock.shift(8)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, ago(1)))
    assert [reconciling.look(), reconciling.look()] == [1, 0]
    stopped_clock.shift(60)
    assert reconciling.look() == 0
    assert CallEvent.objects.filter(call=leg, kind="found_in").count() == 1


def test_one_look_without_somebody_proves_nothing_and_two_do(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    leg = dials_in(BERT, conference)
    net.sits_in(conference.id, ROOM)
    stopped_clock.shift(40)
    missed = timezone.now()
    assert reconciling.look() == 0
    assert now(leg).in_room_since

    stopped_clock.shift(40)
    assert reconciling.look() == 1
    assert abs(now(leg).left_at - missed) < timedelta(seconds=1)
    assert now(leg).status == LegStatus.IN_PROGRESS


def test_who_is_there_again_was_not_missing(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    leg = dials_in(BERT, conference)
    entered = now(leg).in_room_since
    for seats in ([], [Seat(leg.sid, entered)], []):
        net.sits_in(conference.id, ROOM, *seats)
        stopped_clock.shift(40)
        assert reconciling.look() == 0


def test_a_list_that_is_behind_does_not_bring_back_who_has_left(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    leg = dials_in(BERT, conference)
    entered = now(leg).in_room_since
    stopped_clock.shift(40)
    leaves_room(leg)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, entered))

    assert reconciling.look() == 0
    assert now(leg).in_room_since is None


def test_who_came_back_is_found(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    leg = dials_in(BERT, conference)
    stopped_clock.shift(40)
    leaves_room(leg)
    stopped_clock.shift(20)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, ago(10)))

    assert reconciling.look() == 1
    assert now(leg).in_room_since == ago(10)


# --- How they are in it ---------------------------------------------------------------------------


def both_sit(net: PaperNetwork, conference: Conference, **how: bool) -> tuple[Call, Call]:
    """Anna and Bert are in the room, as Bert's Seat says that he is."""
    legs = takes_part(leg_of(person(conference, ANNA))), dials_in(BERT, conference)
    anna, bert = (Seat(leg.sid, leg.in_room_since, muted=False, on_hold=False) for leg in legs)
    net.sits_in(conference.id, ROOM, anna, replace(bert, **how))
    return legs


def looks(stopped_clock: Traveller, seconds: int) -> int:
    """For so long, every three seconds. Returns the repairs."""
    repaired = 0
    for _ in range(0, seconds, 3):
        stopped_clock.shift(3)
        repaired += reconciling.look()
    return repaired


@pytest.mark.parametrize(
    ("command", "how", "is_so"),
    [
        (Command.MUTE, {"muted": True}, lambda who: who.muted),
        (Command.HOLD, {"on_hold": True}, lambda who: who.on_hold),
    ],
)
def test_what_was_asked_and_done_and_not_told_is_shown_as_done(
    net: PaperNetwork,
    stopped_clock: Traveller,
    conference: Conference,
    command: Command,
    how: dict[str, bool],
    is_so: Callable[[Participant], bool],
) -> None:
    _, bert = both_sit(net, conference, **how)
    in_the_room.command(bert.participant_id, command, by="Dora")
    work()
    assert wishes.under_way(person(conference, BERT)) == [command]

    assert looks(stopped_clock, 30) == 1
    assert is_so(person(conference, BERT))
    assert wishes.under_way(person(conference, BERT)) == []
    assert looks(stopped_clock, 120) == 0


def test_whoever_was_alone_and_heard_music_that_nobody_told_of_is_taken_off_hold(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    anna, bert = both_sit(net, conference, on_hold=True)
    leaves_room(anna)
    work()
    enters_room(anna)
    work()
    assert net.held == [(bert.sid, True)], "that he is on hold, nobody has told"

    assert looks(stopped_clock, 60) == 1
    work()
    assert net.held[-1] == (bert.sid, False)


def test_a_list_that_is_behind_changes_nothing(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    _, bert = both_sit(net, conference)
    stopped_clock.shift(20)
    is_said_to_be(bert, EventKind.MUTED)
    assert reconciling.look() == 0
    anna_sits, bert_sits = net.seats[conference.id][ROOM]
    net.sits_in(conference.id, ROOM, anna_sits, replace(bert_sits, muted=True))

    assert looks(stopped_clock, 60) == 0
    assert now(bert).muted


def test_what_is_told_between_two_looks_holds(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference
) -> None:
    """Muted, which nobody told; and heard again, which was told and the list does not show yet."""
    _, bert = both_sit(net, conference, muted=True)
    assert looks(stopped_clock, 9) == 0
    is_said_to_be(bert, EventKind.UNMUTED)
    stopped_clock.shift(3)
    reconciling.look()
    stopped_clock.shift(3)
    reconciling.look()

    assert not now(bert).muted


@pytest.mark.parametrize("question", ["rooms", "people_in"])
def test_a_network_that_does_not_say_proves_nothing(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference, question: str
) -> None:
    leg = dials_in(BERT, conference)
    net.sits_in(conference.id, ROOM)
    for _ in range(3):
        net.will(question, OutcomeUnknown("No answer."))
        stopped_clock.shift(40)
        assert reconciling.look() == 0
    assert now(leg).in_room_since


def test_many_rooms_are_found_in_one_list(net: PaperNetwork, stopped_clock: Traveller) -> None:
    legs = []
    for _ in range(6):
        conference = invited(texted(ANNA))
        leg = dials_in(ANNA, conference)
        CallEvent.objects.filter(call=leg, kind="found_in").delete()
        Call.objects.filter(id=leg.id).update(in_room_since=None, joined_at=None)
        net.sits_in(conference.id, f"CF{conference.id}", Seat(leg.sid, timezone.now()))
        legs.append(leg)
    stopped_clock.shift(8)

    assert reconciling.look() == 6
    assert net.listed == ["rooms"]
    assert all(now(leg).in_room_since for leg in legs)


def test_all_callbacks_lost_and_the_stay_is_right(
    net: PaperNetwork, stopped_clock: Traveller, conference: Conference, leg: Call
) -> None:
    """Seen by a look, ended by what the network says of the leg."""
    entered = timezone.now().replace(microsecond=0)
    net.becomes(leg.sid, LegStatus.IN_PROGRESS)
    net.sits_in(conference.id, ROOM, Seat(leg.sid, entered))
    stopped_clock.shift(10)
    reconciling.look()
    stopped_clock.shift(50)
    ended = entered + timedelta(seconds=55)
    net.becomes(leg.sid, LegStatus.COMPLETED, ended_at=ended, duration=62)
    net.sits_in(conference.id, ROOM)
    reconciling.repair()

    leg = now(leg)
    assert (leg.joined_at, leg.left_at, leg.talk_seconds) == (entered, ended, 55)
    assert (leg.duration, person(conference, ANNA).status) == (62, ParticipantStatus.LEFT)
