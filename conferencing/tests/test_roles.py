"""Organisers: the room may wait for one, and may end with the last. By default there is none."""

from functools import partial

import pytest

from calls.models import Conference
from calls.states import ConferenceStatus, EndReason, ParticipantStatus
from conferencing import conferences
from conferencing.conferences import Invitee
from conferencing.steps import Join
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    both_in,
    called,
    dials_in,
    hangs_up,
    invited,
    leaves_room,
    leg_of,
    now,
    person,
    picks_up,
    presses,
    rings_in,
    takes_part,
    texted,
    types,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

organiser = partial(called, organiser=True, name="Bertha")


def with_roles(*people: Invitee, **roles: bool) -> Conference:
    return invited(*(people or (texted(ANNA), organiser(BERT), texted(CARL))), **roles)


def is_let_in(number: str, conference: Conference) -> Join:
    step = types(rings_in(number), conference.code)
    assert isinstance(step, Join)
    return step


# --- The room waits for an organiser --------------------------------------------------------------


def test_by_default_anybody_starts_the_room(net: PaperNetwork) -> None:
    assert is_let_in(ANNA, with_roles()).starts_room


def test_the_others_hear_music_until_an_organiser_comes(net: PaperNetwork) -> None:
    conference = with_roles(wait_for_organiser=True)
    assert not is_let_in(ANNA, conference).starts_room
    assert now(conference).status == ConferenceStatus.LIVE, "the time runs all the same"

    bert = leg_of(person(conference, BERT))
    picks_up(bert)
    step = presses(bert, "1")

    assert isinstance(step, Join)
    assert step.starts_room


def test_once_an_organiser_has_been_in_the_room_goes_on_without(net: PaperNetwork) -> None:
    conference = with_roles(wait_for_organiser=True)
    dials_in(ANNA, conference)
    hangs_up(takes_part(leg_of(person(conference, BERT))))

    assert is_let_in(CARL, conference).starts_room


# --- It ends with the last organiser --------------------------------------------------------------


def test_by_default_it_goes_on_without_its_organiser(net: PaperNetwork) -> None:
    conference = with_roles()
    _, bert = both_in(conference)

    hangs_up(bert)

    assert now(conference).status == ConferenceStatus.LIVE


def test_it_ends_for_all_when_its_organiser_leaves(net: PaperNetwork) -> None:
    conference = with_roles(ends_with_organiser=True)
    anna, bert = both_in(conference)

    hangs_up(bert)
    work()

    over = now(conference)
    assert (over.status, over.end_reason) == (ConferenceStatus.ENDING, EndReason.ENDED_BY_USER)
    assert over.ended_by == "Bertha"
    assert [name for name, _ in net.rooms_ended] == [conference.id]
    hangs_up(anna)
    assert now(conference).status == ConferenceStatus.ENDED


def test_of_two_organisers_the_last_ends_it(net: PaperNetwork) -> None:
    people = [texted(ANNA, organiser=True, name="Anna"), organiser(BERT), texted(CARL)]
    conference = with_roles(*people, ends_with_organiser=True)
    anna, bert = both_in(conference)
    dials_in(CARL, conference)

    hangs_up(bert)
    assert now(conference).status == ConferenceStatus.LIVE
    hangs_up(anna)

    assert now(conference).ended_by == "Anna"


def test_an_organiser_in_the_menu_has_not_left(net: PaperNetwork) -> None:
    conference = with_roles(ends_with_organiser=True)
    _, bert = both_in(conference)

    leaves_room(bert)

    assert now(conference).status == ConferenceStatus.LIVE
    assert now(person(conference, BERT)).status == ParticipantStatus.JOINED


def test_it_waits_for_an_organiser_who_has_not_come_yet(net: PaperNetwork) -> None:
    conference = with_roles(ends_with_organiser=True)
    anna = dials_in(ANNA, conference)
    dials_in(CARL, conference)

    hangs_up(anna)

    assert now(conference).status == ConferenceStatus.LIVE


def test_an_organiser_who_is_hung_up_ends_it_too(net: PaperNetwork) -> None:
    conference = with_roles(ends_with_organiser=True)
    _, bert = both_in(conference)

    conferences.remove(person(conference, BERT).id, by="API key desk")
    assert now(conference).status == ConferenceStatus.LIVE, "it was only asked for"
    work()
    hangs_up(bert)

    assert now(conference).end_reason == EndReason.ENDED_BY_USER
