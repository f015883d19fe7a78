"""Several lists as one."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from calls.models import Call, CallEvent
from calls.newest import Newest
from calls.tests.rows import GUEST, a_conference, a_leg_from, a_leg_to, a_participant, let_in

pytestmark = [pytest.mark.django_db, pytest.mark.database]
OTHER = "+12125550122"


def test_the_newest_of_several_lists_each_row_once() -> None:
    legs = [a_leg_from(number) for number in (GUEST, OTHER, GUEST, "+12125550133", GUEST)]
    either = [Q(from_number=GUEST), Q(from_number=OTHER), Q(from_number=GUEST, sid=None)]
    found = Newest(Call.objects.all(), either)
    assert list(found[:3]) == [legs[4], legs[2], legs[1]]
    assert list(found[2:9]) == [legs[1], legs[0]]
    assert list(found.filter(id__lt=legs[2].id)[:9]) == [legs[1], legs[0]]
    assert list(found.order_by("id")[:2]) == [legs[0], legs[1]]
    assert list(Newest(Call.objects.all(), [])[:9]) == []


def test_they_cost_one_query_with_what_is_read_along() -> None:
    a_leg_to(a_participant())
    with CaptureQueriesContext(connection) as asked:
        rows = Newest(Call.objects.select_related("conference"), [Q(to_number=GUEST)])[:5]
        assert [row.conference.max_duration for row in rows if row.conference] == [300]
    assert len(asked) == 1


def test_a_call_is_its_conferences_owners() -> None:
    owned = a_participant(a_conference(owner="key_1"))
    inbound, stranger, outbound = a_leg_from(), a_leg_from(), a_leg_to(owned)
    nobodys = a_leg_to(a_participant(a_conference()))
    let_in(inbound, owned)
    owners = dict(Call.objects.values_list("id", "owner"))
    assert owners == {
        inbound.id: "key_1",
        outbound.id: "key_1",
        stranger.id: None,
        nobodys.id: None,
    }


def test_postgresql_keeps_no_index_that_nothing_reads() -> None:
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in (Call, CallEvent)]
        names = [
            name
            for table in tables
            for name in connection.introspection.get_constraints(cursor, table)
        ]
    assert [name for name in names if name.endswith("_like")] == []
