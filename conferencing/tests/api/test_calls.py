"""Calls by REST: who sees which, filters, timelines, and what became of each in a word."""

from typing import Any

import pytest
from django.utils import timezone

from calls.models import Call, Conference, Line
from calls.outcomes import outcome
from calls.states import LegStatus
from conferencing.tests import people
from conferencing.tests.api.conftest import Api, problems, two_people
from conferencing.tests.network import PaperNetwork

pytestmark = pytest.mark.django_db

ANN, BOB = "+12125550103", "+12125550104"


@pytest.fixture
def conference(api: Api, net: PaperNetwork) -> Conference:
    """Ann has dialled in, Bob's phone is being called."""
    told = api.post("conferences", two_people()).json()
    people.work()
    conference = Conference.objects.get(id=told["id"])
    people.dials_in(ANN, conference)
    return conference


def listed(api: Api, **query: str) -> list[dict[str, Any]]:
    response = api.get("calls", **query)
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def test_a_key_sees_all_calls_of_its_conferences_inbound_ones_too(
    api: Api, other: Api, conference: Conference
) -> None:
    inbound, outbound = listed(api)
    assert (inbound["direction"], outbound["direction"]) == ("inbound", "outbound")
    assert inbound["from_number"] == ANN
    assert outbound["to_number"] == BOB
    assert listed(other) == []


def test_a_call_is_told_with_the_fields_of_the_contract(api: Api, conference: Conference) -> None:
    call = listed(api, direction="inbound")[0]
    assert list(call)[:16] == [
        *("id", "sid", "direction", "from_number", "to_number", "line", "status", "outcome"),
        *("menu_path", "started_at", "answered_at", "ended_at", "duration", "conference"),
        *("participant", "voicemail"),
    ]
    assert call["id"].startswith("call_")
    assert call["sid"].startswith("CA")
    assert (call["status"], call["outcome"]) == ("in_progress", "live")
    assert call["conference"] == conference.id
    assert call["participant"] == people.person(conference, ANN).id
    assert call["voicemail"] is None
    assert api.get(f"calls/{call['id']}").json() == call


def test_a_call_of_no_conference_is_for_staff_alone(
    api: Api, staff: Api, conference: Conference
) -> None:
    lost = people.rings_in(people.STRANGER)
    assert api.get(f"calls/{lost.id}").status_code == 404
    assert api.get(f"calls/{lost.id}/events").status_code == 404
    assert lost.id not in {call["id"] for call in listed(api)}
    assert staff.get(f"calls/{lost.id}").json()["conference"] is None
    assert staff.get(f"calls/{lost.id}/events").status_code == 200


def test_calls_are_filtered(api: Api, staff: Api, conference: Conference) -> None:
    inbound, outbound = listed(api)
    line, _ = Line.objects.get_or_create(number="+12125550100")
    Call.objects.filter(id=inbound["id"]).update(line=line)
    elsewhere = people.rings_in(people.STRANGER).id

    def found(**query: str) -> set[str]:
        return {call["id"] for call in listed(staff, **query)} - {elsewhere}

    assert found(direction="outbound") == {outbound["id"]}
    assert found(status="in_progress", direction="inbound") == {inbound["id"]}
    assert found(outcome="live") == {inbound["id"], outbound["id"]}
    assert found(outcome="missed") == set()
    assert found(line="+1 212 555 0100", started_after="2026-01-03T00:00:00Z") == {inbound["id"]}
    assert found(number="(212) 555-0103") == {inbound["id"]}
    assert found(number=BOB) == {outbound["id"]}
    assert found(conference=conference.id) == {inbound["id"], outbound["id"]}
    assert found(conference="conf_other") == set()
    assert found(started_before=inbound["started_at"]) == {outbound["id"]}
    assert found(started_after=outbound["started_at"]) == {inbound["id"]}
    assert found(started_after="9999-12-31T23:59:59Z") == set()
    assert found(started_before="0001-01-01T00:00:00Z") == set()


def test_a_plus_that_arrives_as_a_space_is_still_a_plus(api: Api, conference: Conference) -> None:
    response = api.client.get(
        "/api/v1/calls?number=+12125550103", headers={"Authorization": f"Bearer {api.secret}"}
    )
    assert [call["from_number"] for call in response.json()["results"]] == [ANN]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("direction", "sideways"),
        ("status", "gone"),
        ("outcome", "fine"),
        ("number", "Ann"),
        ("started_after", "yesterday"),
        ("line", "\0"),
        ("conference", "\0"),
        ("heard", "1"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(api: Api, name: str, value: str) -> None:
    refused = api.get("calls", **{name: value})
    assert refused.status_code == 400
    assert list(problems(refused)) == [name]


def test_the_timeline_of_a_call(api: Api, conference: Conference) -> None:
    call = listed(api, direction="inbound")[0]
    events = api.get(f"calls/{call['id']}/events").json()["results"]
    assert {"admitted", "joined"} <= {event["kind"] for event in events}
    assert {event["call"] for event in events} == {call["id"]}


def test_the_duration_is_the_networks(api: Api, conference: Conference) -> None:
    leg = Call.objects.get(from_number=ANN)
    people.leaves_room(leg)
    people.told(leg, LegStatus.COMPLETED, duration=17)
    call = api.get(f"calls/{leg.id}").json()
    assert (call["duration"], call["outcome"], call["status"]) == (17, "conference", "completed")


@pytest.mark.parametrize(
    ("direction", "status", "was_in", "expected"),
    [
        ("inbound", "in_progress", True, "live"),
        ("inbound", "completed", True, "conference"),
        ("outbound", "completed", True, "conference"),
        ("inbound", "completed", False, "abandoned"),
        ("inbound", "busy", False, "rejected"),
        ("outbound", "no_answer", False, "unreached"),
        ("outbound", "busy", False, "unreached"),
        ("outbound", "completed", False, "unreached"),
        ("outbound", "unknown", False, "live"),
        ("outbound", "failed", False, "failed"),
    ],
)
def test_what_became_of_a_call(direction: str, status: str, was_in: bool, expected: str) -> None:
    joined = timezone.now() if was_in else None
    assert outcome(Call(direction=direction, status=status, joined_at=joined)) == expected
