"""Questions ask what the ORM would ask, whatever their values are."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from calls.models import Call, CallEvent, Participant
from calls.questions import question
from calls.tests import rows

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@question
def events_since(call_id: str, since: datetime) -> QuerySet[CallEvent, tuple[str, Any]]:
    told = CallEvent.objects.filter(call_id=call_id, at__gte=since, kind="leg_status")
    return told.order_by("at").values_list("kind", "detail")


@question
def named(name: str) -> QuerySet[Participant]:
    return Participant.objects.filter(name=name).order_by("id")


@question
def named_100_percent() -> QuerySet[Participant, tuple[str]]:
    return Participant.objects.filter(name="Ann 'the' 100%s").values_list("id")


@question
def counted(conference_id: str) -> QuerySet[Participant, tuple[str, int]]:
    people = Participant.objects.filter(conference_id=conference_id).values("conference_id")
    return people.annotate(count=Count("id")).values_list("conference_id", "count")


def test_values_are_put_where_the_orm_would_have_put_them() -> None:
    leg = rows.a_leg_from()

    assert events_since(leg.id, rows.after(0)) == [("leg_status", {"status": "in_progress"})]
    assert events_since(leg.id, rows.after(1)) == []
    assert events_since.first("call_nobody", rows.after(0)) is None
    assert events_since.any(leg.id, rows.after(0))


def test_rows_are_those_of_the_orm() -> None:
    person = rows.a_participant(name="Ann")

    assert [each.__dict__.keys() for each in named("Ann")] == [
        Participant.objects.get().__dict__.keys()
    ]
    assert named("Ann") == [person]
    assert named("Ann' OR name <> '") == []


def test_what_never_changes_is_quoted() -> None:
    person = rows.a_participant(name="Ann 'the' 100%s")

    assert named_100_percent() == [(person.id,)]


def test_sums_are_asked_for_as_well() -> None:
    person = rows.a_participant()

    assert counted(person.conference_id) == [(person.conference_id, 1)]


def test_it_is_spelt_once_and_asked_each_time() -> None:
    events_since("call_first", rows.after(0))

    with CaptureQueriesContext(connection) as asked:
        events_since("call_second", rows.after(0))

    assert len(asked) == 1
    assert "'leg_status'" in asked[0]["sql"]


def test_a_value_that_is_not_asked_about_is_a_mistake() -> None:
    @question
    def forgetful(_call_id: str) -> QuerySet[Call]:
        return Call.objects.all()

    with pytest.raises(AssertionError):
        forgetful("call_first")


@question
def among(*names: str) -> QuerySet[Participant, tuple[str]]:
    return Participant.objects.filter(name__in=names).order_by("name").values_list("name")


def test_any_number_of_values_may_be_given() -> None:
    for name in ("Ann", "Bea", "Cleo"):
        rows.a_participant(name=name)

    assert among("Bea", "Ann") == [("Ann",), ("Bea",)]
    assert among("Cleo", "Bea", "Dora") == [("Bea",), ("Cleo",)]
    assert among("Ann", "Ann", "Ann") == [("Ann",)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such thing")
def test_the_server_has_it_prepared_and_plans_it_once() -> None:
    for _ in range(10):  # the first five are planned for their values, to see whether that helps
        named("Ann")

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE %s",
            ['%FROM "calls_participant" WHERE "calls_participant"."name" = $1%'],
        )
        assert [plans for (plans,) in cursor.fetchall()] == [5]
