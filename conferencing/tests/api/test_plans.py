"""No list reads more than it shows, also where nothing fits: told by SQLite's plans."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import feed
from conferencing.tests.api.conftest import Api

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by its statistics"),
]
_ALL_OF_IT = re.compile(r"SCAN calls_(call|callevent|conference|participant|voicemail)\b")
_NUMBER = "%2B12125550101"


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize(
    "path",
    [
        "calls?status=canceled",
        "calls?outcome=missed",
        "calls?outcome=missed&direction=outbound",
        "calls?direction=outbound",
        f"calls?line={_NUMBER}",
        f"calls?number={_NUMBER}",
        "calls?conference=conf_other",
        "calls?started_after=2035-01-01T00:00:00Z",
        "conferences?status=waiting",
        "conferences?created_before=2020-01-01T00:00:00Z",
        "voicemails?heard=true",
        "voicemails?heard=false",
        "voicemails",
    ],
)
def test_a_list_is_read_by_its_index(staff: Api, path: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert staff.get(path).status_code == 200
    rows = [plan_of(each["sql"]) for each in asked if '"calls_' in each["sql"]]
    assert rows
    assert not any(_ALL_OF_IT.search(plan) for plan in rows), rows


def test_a_keys_own_calls_and_conferences_are_in_its_index(api: Api) -> None:
    for path in ("calls", "calls?outcome=missed", "conferences", "conferences?status=live"):
        with CaptureQueriesContext(connection) as asked:
            assert api.get(path).status_code == 200
        plan = plan_of(asked[1]["sql"])
        assert "of_owner" in plan or "call_outcome" in plan, plan
        assert "TEMP B-TREE" not in plan


def test_a_timeline_reads_the_events_of_its_legs_only() -> None:
    with CaptureQueriesContext(connection) as asked:
        feed.timeline("conf_other")
    plan = plan_of(asked[0]["sql"])
    assert plan.count("event_of_conference") == 1
    assert "event_of_call" in plan
