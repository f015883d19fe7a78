"""What is written together stands together, on either database."""

from functools import partial

import pytest
from django.db import transaction

from calls import statements
from calls.models import Call, CallEvent, Participant
from calls.rows import table
from calls.statements import Write
from calls.states import EventKind
from calls.tests import rows
from calls.tests.threads import together

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def told(leg: Call, key: str) -> Write:
    event = CallEvent(kind=EventKind.MENU, key=key, at=rows.after(5), call_id=leg.id)
    return table(CallEvent).insertion(event)


def named(person: Participant, name: str) -> Write:
    return table(Participant).change({"name": name}, id=person.id)


def path(leg: Call, keys: str) -> Write:
    return table(Call).change({"menu_path": keys}, id=leg.id)


def written(first: Write, *then: Write) -> bool:
    with transaction.atomic():
        return statements.write_and_then(first, then)


def test_what_is_new_and_what_follows_from_it_are_written() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)

    assert written(told(leg, "first"), named(person, "Ann 100%"), path(leg, "12"))
    assert written(told(leg, "second"))

    assert (rows.row(person)["name"], rows.row(leg)["menu_path"]) == ("Ann 100%", "12")
    assert CallEvent.objects.filter(key__in=["first", "second"]).count() == 2


def test_nothing_follows_from_what_is_known() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    written(told(leg, "first"), named(person, "Ann"))

    assert not written(told(leg, "first"), named(person, "Bea"), path(leg, "1"))

    assert (rows.row(person)["name"], rows.row(leg)["menu_path"]) == ("Ann", "")


def test_of_those_who_tell_the_same_at_once_one_is_the_first() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    news = []

    def tell(name: str) -> None:
        if written(told(leg, "first"), named(person, name)):
            news.append(name)

    together(*[partial(tell, name) for name in ("Ann", "Bea", "Cleo", "Dora")])

    assert [rows.row(person)["name"]] == news


def test_whoever_waits_for_a_row_of_what_follows_writes_on_what_is_there_then() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)

    def tell(key: str) -> None:
        change = table(Participant).change({"name": key}, id=person.id, name="")
        assert written(told(leg, key), change)

    together(*[partial(tell, key) for key in ("Ann", "Bea", "Cleo", "Dora")])

    assert CallEvent.objects.filter(kind=EventKind.MENU).count() == 4
    first = CallEvent.objects.filter(key=rows.row(person)["name"])
    assert first.exists()
