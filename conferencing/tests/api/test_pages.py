"""Lists: newest first, by cursor, at the same cost at any length."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.states import EventKind
from conferencing import conferences
from conferencing.conferences import NewConference
from conferencing.tests.api.conftest import Api
from conferencing.tests.people import ANNA, BERT, called, texted

pytestmark = pytest.mark.django_db


def make(api: Api, many: int, *, with_legs: bool = False) -> list[str]:
    """Conferences with two people each, whose legs are in the room; their ids, newest first."""
    ids = []
    for _ in range(many):
        new = NewConference([texted(ANNA), called(BERT)], owner=api.key.id)
        conference = conferences.open_conference(new)
        ids.append(conference.id)
        for person in conference.participants.all() if with_legs else []:
            leg = Call(direction="inbound", to_number=ANNA, conference=conference)
            leg.participant, leg.in_room_since = person, conference.created_at
            leg.save()
            Participant.objects.filter(id=person.id).update(current_call=leg)
    return ids[::-1]


def walk(api: Api, path: str, which: str, **query: str) -> list[list[str]]:
    """The ids on each page, following `next` or `previous` to the end."""
    pages = []
    response = api.get(path, **query)
    while True:
        assert response.status_code == 200, response.content
        told = response.json()
        pages.append([each["id"] for each in told["results"]])
        if not told[which]:
            return pages
        link = urlsplit(told[which])
        assert link.path == f"/api/v1/{path}"
        headers = {"Authorization": f"Bearer {api.secret}"}
        response = api.client.get(f"{link.path}?{link.query}", headers=headers)


def test_pages_lead_to_every_row_once_newest_first(api: Api) -> None:
    ids = make(api, 7)
    pages = walk(api, "conferences", "next", page_size="3")
    assert pages == [ids[:3], ids[3:6], ids[6:]]


def test_pages_lead_back_again(api: Api) -> None:
    ids = make(api, 5)
    first = api.get("conferences", page_size="2").json()
    assert first["previous"] is None
    link = urlsplit(first["next"])
    headers = {"Authorization": f"Bearer {api.secret}"}
    second = api.client.get(f"{link.path}?{link.query}", headers=headers).json()
    back = urlsplit(second["previous"])
    again = api.client.get(f"{back.path}?{back.query}", headers=headers).json()
    assert [each["id"] for each in again["results"]] == ids[:2]


def test_a_new_row_does_not_push_an_old_one_onto_the_next_page(api: Api) -> None:
    ids = make(api, 4)
    link = urlsplit(api.get("conferences", page_size="2").json()["next"])
    make(api, 1)
    headers = {"Authorization": f"Bearer {api.secret}"}
    second = api.client.get(f"{link.path}?{link.query}", headers=headers).json()
    assert [each["id"] for each in second["results"]] == ids[2:]


def test_a_link_keeps_the_filters(api: Api) -> None:
    make(api, 3)
    assert (
        "status=waiting" in api.get("conferences", status="waiting", page_size="2").json()["next"]
    )


def test_a_page_has_50_rows_and_at_most_200(api: Api) -> None:
    rows = [
        Call(
            direction="inbound", to_number=ANNA, conference_id=conference.id, owner=conference.owner
        )
        for conference in Conference.objects.filter(id__in=make(api, 1))
        for _ in range(201)
    ]
    Call.objects.bulk_create(rows)

    def found(**query: str) -> int:
        return len(api.get("calls", **query).json()["results"])

    assert (found(), found(page_size="200"), found(page_size="1000")) == (50, 200, 200)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("conferences", 4),  # the key; conferences, their people, who is in the room
        ("conferences?status=waiting", 4),
        ("calls", 2),
        ("calls?outcome=conference&number=%2B12125550120&line=%2B12125550100", 3),  # which line
    ],
)
def test_a_list_costs_the_same_queries_at_any_length(
    api: Api, path: str, queries: int, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        make(api, 4, with_legs=True)
        with django_assert_num_queries(queries):
            assert api.get(path).status_code == 200


def test_a_timeline_costs_the_same_queries_at_any_length(
    api: Api, django_assert_num_queries: Any
) -> None:
    (conference_id,) = make(api, 1)
    for n in range(2):
        journal.note(Happening(kind=EventKind.MENU, key=f"{n}"), conference_id=conference_id)
        with django_assert_num_queries(5):
            assert api.get(f"conferences/{conference_id}/events").status_code == 200


def test_opening_costs_the_same_queries_for_any_number_of_people(api: Api) -> None:
    def cost(people: int) -> int:
        body = [
            {"phone_number": f"+1212555{n:04d}", "mode": "dial_in"}
            for n in range(2000, 2000 + people)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert api.post("conferences", {"participants": body}).status_code == 201
        return len(captured)

    assert cost(40) == cost(2)
    assert Conference.objects.count() == 2
