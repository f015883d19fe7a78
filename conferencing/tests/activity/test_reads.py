"""What the feed reads: which calls, in which order, under which names, at which cost."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from calls import activity, ids
from calls.activity import Filters
from calls.models import Call, Conference
from calls.states import (
    ConferenceStatus,
    Direction,
    EndReason,
    LegStatus,
    Outcome,
    VoicemailStatus,
)
from conferencing.tests.activity.rows import (
    ALICE,
    BOB,
    CAROL,
    DIAL_IN,
    GUEST,
    a_call,
    a_forwarded_call,
    a_line,
    a_live_conference,
    a_message,
    bob_is_a_target,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def shown(filters: Filters = Filters(), before: str = "", size: int = 50) -> list[str]:  # noqa: B008
    return [row.id for row in activity.page(filters, before, size).rows]


def one(filters: Filters = Filters()) -> activity.Row:  # noqa: B008
    return activity.page(filters).rows[0]


def found(typed: str) -> list[str]:
    return shown(Filters(**activity.conditions(typed)))


# --- Pages --------------------------------------------------------------------------------------


def test_the_newest_come_first_and_the_rest_by_pages() -> None:
    calls = [a_call(ago=ago).id for ago in (50, 40, 30, 20, 10)]
    first = activity.page(Filters(), size=2)
    second = activity.page(Filters(), first.before, 2)
    third = activity.page(Filters(), second.before, 2)
    pages = [[row.id for row in page.rows] for page in (first, second, third)]
    assert pages == [calls[:2:-1], calls[2:0:-1], calls[:1]]
    assert third.before == ""


def test_a_full_last_page_promises_no_other() -> None:
    a_call(ago=20)
    a_call(ago=10)
    assert activity.page(Filters(), size=2).before == ""


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(outcome=Outcome.ABANDONED),
        Filters(direction=Direction.INBOUND),
        Filters(unheard=True),
        Filters(numbers=(ALICE,)),
        Filters(numbers=(ALICE, BOB)),
        Filters(numbers=(ALICE,), unheard=True),
        Filters(numbers=(ALICE,), direction=Direction.INBOUND, outcome=Outcome.VOICEMAIL),
    ],
)
def test_one_query_for_the_rows_however_many(
    filters: Filters, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for ago in range(5):
        a_call(ago=100 + ago)
        a_message(ago=10 + ago, seconds=1)
    with django_assert_num_queries(1) as queries:
        rows = activity.page(filters, size=3).rows
    assert len(rows) == 3
    assert "COUNT(" not in queries[0]["sql"]
    assert all(row.who and row.badge and row.version for row in rows)


def test_everything_reads_page_after_page_up_to_its_cap() -> None:
    calls = [a_call(ago=ago).id for ago in (30, 20, 10)]
    assert [row.id for row in activity.everything(Filters())] == calls[::-1]
    assert [row.id for row in activity.everything(Filters(), most=2)] == calls[:0:-1]


# --- Filters ------------------------------------------------------------------------------------


def test_by_outcome_direction_and_line() -> None:
    over, live = a_call(ago=30), a_call(ago=20, lasted=None)
    other = a_call(ago=10, line=a_line(DIAL_IN, "Conferences"), direction=Direction.OUTBOUND)
    assert shown(Filters(outcome=Outcome.LIVE)) == [live.id]
    assert shown(Filters(direction=Direction.OUTBOUND)) == [other.id]
    assert shown(Filters(line_id=other.line_id)) == [other.id]
    assert shown(Filters(line_id=over.line_id, outcome=Outcome.ABANDONED)) == [over.id]


def test_unheard_messages_only() -> None:
    unheard = a_message(ago=30, seconds=1)
    a_message(ago=25, seconds=1, heard_at=timezone.now())
    a_message(ago=20, seconds=1, status=VoicemailStatus.LOST)
    a_call(ago=10)
    assert shown(Filters(unheard=True)) == [unheard.call_id]
    assert shown(Filters(unheard=True, outcome=Outcome.VOICEMAIL)) == [unheard.call_id]
    assert shown(Filters(unheard=True, outcome=Outcome.MISSED)) == []
    assert shown(Filters(unheard=True, line_id="line_other")) == []
    assert shown(Filters(unheard=True, numbers=(BOB,))) == []


def test_days_are_cut_to_the_moment() -> None:
    call = a_call(ago=100)
    at, later = call.created_at, call.created_at + timedelta(microseconds=1)
    assert shown(Filters(since=at, until=later)) == [call.id]
    assert shown(Filters(since=later)) == shown(Filters(until=at)) == []


def test_a_made_id_is_of_its_time() -> None:
    before = ids.call_id_at(timezone.now())
    made = ids.call_id()
    assert before <= made < ids.call_id_at(timezone.now() + timedelta(seconds=1))


def test_a_range_and_a_page_together() -> None:
    old, middle, new = (a_call(ago=ago) for ago in (300, 200, 100))
    since = old.created_at + timedelta(seconds=1)
    until = timezone.now()
    assert shown(Filters(since=since, until=until), before=new.id) == [middle.id]


# --- Search -------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [ALICE, "+1 (212) 555-0111", "212-555-0111", "1 212 555 0111"])
def test_a_number_in_any_format_on_either_side(typed: str) -> None:
    called_us = a_call(ALICE, ago=30)
    we_called = a_call(ALICE, ago=20, direction=Direction.OUTBOUND)
    a_call(BOB, ago=10)
    assert found(typed) == [we_called.id, called_us.id]


def test_a_number_on_both_sides_is_found_once() -> None:
    call = a_call(ALICE, to_number=ALICE)
    assert found(ALICE) == [call.id]


@pytest.mark.parametrize("typed", ["Bob", "bob m", "BOB", "Bob Miller"])
def test_the_beginning_of_a_name(typed: str) -> None:
    bob_is_a_target()
    call = a_call(BOB)
    a_call(ALICE)
    assert found(typed) == [call.id]


def test_the_name_of_somebody_who_was_invited() -> None:
    a_live_conference()
    call = a_call(ALICE, ago=5)
    assert found("alice")[0] == call.id
    assert all(row.number.endswith("0111") for row in activity.page(Filters(numbers=(ALICE,))).rows)


@pytest.mark.parametrize("typed", ["%", "_", "*", "?", "[a-z]", "'; --", "\\", "Nobody"])
def test_what_fits_nobody_finds_nothing(typed: str) -> None:
    a_live_conference()
    assert found(typed) == []


def test_withheld_numbers_ids_and_sids() -> None:
    withheld, other = a_call("anonymous", ago=20), a_call(ago=10)
    assert found("withheld") == found("Anonymous") == [withheld.id]
    assert found(other.id) == found(str(other.sid)) == [other.id]


# --- Who, and what became of it -----------------------------------------------------------------


def test_a_number_with_its_country() -> None:
    a_call("+442071234567")
    row = one()
    assert (row.who, row.country) == ("+44 20 7123 4567", "United Kingdom")


@pytest.mark.parametrize("number", ["anonymous", "+266696687", ""])
def test_a_withheld_number(number: str) -> None:
    a_call(number)
    assert (one().who, one().country) == ("Withheld number", "")


def test_names_from_the_conference_the_target_and_earlier_invitations() -> None:
    a_live_conference()
    a_call(ALICE, ago=5)
    assert one().who == "Alice Brown"
    a_call(BOB, ago=4)
    bob_is_a_target().__class__.objects.update(name="Robert")
    assert one().who == "Robert"
    assert activity.page(Filters(outcome=Outcome.LIVE)).rows[1].who == "Bob Miller"


def test_who_took_a_call_and_for_whom_a_phone_rang() -> None:
    a_forwarded_call(GUEST)
    leg, call = activity.page(Filters()).rows
    assert (call.badge, leg.badge) == ("Taken by Bob Miller", "Took the call")
    assert leg.caller == "+1 415-555-0142"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"lasted": None, "status": LegStatus.RINGING, "answered_at": None}, "Ringing"),
        ({"lasted": None}, "On the line"),
        ({"lasted": None, "forwarded_at": timezone.now()}, "Ringing at a phone"),
        ({"lasted": None, "taken_at": timezone.now()}, "Talking"),
        ({"joined_at": timezone.now()}, "Was in a conference"),
        ({"lasted": None, "in_room_since": timezone.now()}, "In a conference"),
        ({"forwarded_at": timezone.now()}, "Missed"),
        ({}, "Hung up"),
        ({"status": LegStatus.BUSY}, "Refused"),
        ({"status": LegStatus.FAILED}, "Failed"),
        ({"direction": Direction.OUTBOUND, "status": LegStatus.NO_ANSWER}, "Nobody reached"),
        ({"message_left_at": timezone.now()}, "Left a message"),
    ],
)
def test_outcomes_in_plain_words(columns: dict[str, object], words: str) -> None:
    a_call(**columns)
    assert one().badge == words


def test_ring_talk_and_total_time() -> None:
    a_call(ago=100, lasted=61)
    row = one()
    assert (row.rang, row.talked, row.length) == (3, 61, "1:01")
    assert row.times == "rang 3 s, connected 1 min 1 s, in all 1 min 4 s"


def test_a_version_changes_with_what_is_shown_and_only_then() -> None:
    message = a_message(seconds=1)
    before = one().version
    assert one().version == before
    type(message).objects.update(heard_at=timezone.now())
    assert one().version != before


def test_rows_further_down_still_have_to_fit() -> None:
    live, over = a_call(ago=20, lasted=None), a_call(ago=10)
    wanted = [live.id, over.id, "call_none"]
    assert [row.id for row in activity.among(Filters(), wanted)] == [over.id, live.id]
    assert [row.id for row in activity.among(Filters(outcome=Outcome.LIVE), wanted)] == [live.id]
    assert activity.among(Filters(numbers=()), wanted) == activity.among(Filters(), []) == []
    assert activity.among(Filters(numbers=(CAROL,)), wanted) == []


# --- Live conferences ---------------------------------------------------------------------------


def test_live_conferences_with_their_people(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    later, sooner = a_live_conference("Later", left=200), a_live_conference("Sooner", left=100)
    Conference.objects.filter(id=later.id).update(status=ConferenceStatus.ENDING)
    over = a_live_conference("Over")
    Conference.objects.filter(id=over.id).update(
        status=ConferenceStatus.ENDED, end_reason=EndReason.TIME_LIMIT, ended_at=timezone.now()
    )
    with django_assert_num_queries(2):
        conferences = activity.live_conferences()
    assert [(each.name, each.ending) for each in conferences] == [
        ("Sooner", False),
        ("Later", True),
    ]
    people = [(who.name, who.words, who.inside) for who in conferences[0].people]
    assert people == [
        ("Alice Brown", "in the room", True),
        ("Bob Miller", "in the room", True),
        ("Carol", "phone rings", False),
    ]
    assert conferences[0].id == sooner.id


def test_no_conference_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    assert Call.objects.count() == 0
    with django_assert_num_queries(1):
        assert activity.live_conferences() == []
