"""The one conference is told in full: each text, call and stay, what was said, who stayed out."""

from typing import Any

import pytest

from calls.models import Conference
from calls.states import TextStatus
from conferencing import conferences
from conferencing.conferences import NewConference
from conferencing.tests import people
from conferencing.tests.api.conftest import Api, two_people
from conferencing.tests.network import PaperNetwork

pytestmark = pytest.mark.django_db

ANN, BOB = "+12125550103", "+12125550104"


@pytest.fixture
def row(api: Api, net: PaperNetwork) -> Conference:
    told = api.post("conferences", two_people()).json()
    people.work()
    return Conference.objects.get(id=told["id"])


def told(api: Api, row: Conference) -> dict[str, Any]:
    answer = api.get(f"conferences/{row.id}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_before_anything_came_of_it(api: Api) -> None:
    made = api.post("conferences", two_people()).json()
    found = api.get(f"conferences/{made['id']}").json()
    assert (found["announcements"], found["turned_away"]) == ([], [])
    for person in found["participants"]:
        assert (person["retries"], person["texts"], person["calls"]) == (0, [], [])


def test_each_call_and_each_stay(api: Api, row: Conference) -> None:
    leg = people.dials_in(ANN, row)
    people.leaves_room(leg)
    people.enters_room(leg)
    ann, bob = told(api, row)["participants"]
    assert ann["joined_at"] == ann["calls"][0]["stays"][0]["joined_at"]
    (call,) = ann["calls"]
    assert (call["id"], call["sid"], call["direction"]) == (leg.id, leg.sid, "inbound")
    first, second = call["stays"]
    assert first["joined_at"] <= first["left_at"] <= second["joined_at"]
    assert second["left_at"] is None
    assert [(each["direction"], each["stays"]) for each in bob["calls"]] == [("outbound", [])]
    people.hangs_up(leg)
    (call,) = told(api, row)["participants"][0]["calls"]
    assert call["status"] == "completed"
    assert call["stays"][1]["left_at"]
    assert call == {**api.get(f"calls/{leg.id}").json(), "stays": call["stays"]}


def test_each_text_and_each_retry(api: Api, row: Conference) -> None:
    ann = people.person(row, ANN)
    people.text_fares(ann, TextStatus.UNDELIVERED, error=("30003", "The phone is off."))
    api.post(f"conferences/{row.id}/participants/{ann.id}/retry")
    people.work()
    people.text_fares(ann, TextStatus.DELIVERED, attempt=2)
    person = told(api, row)["participants"][0]
    assert person["retries"] == 1
    missed, came = person["texts"]
    assert missed["status"] == "undelivered"
    assert missed["error"] == {"code": "30003", "detail": "The phone is off."}
    assert (came["status"], came["error"]) == ("delivered", None)
    assert missed["asked_at"] < came["asked_at"] <= came["told_at"]


def test_what_was_said_and_who_ended_it(api: Api, row: Conference) -> None:
    people.dials_in(ANN, row)
    said = api.post(f"conferences/{row.id}/announce", {"text": "Lunch!"}).json()
    assert told(api, row)["announcements"] == [said]
    api.post(f"conferences/{row.id}/end")
    assert told(api, row)["ended_by"] == "API key a client"


def test_who_knew_the_code_and_who_had_to_stay_out(api: Api, row: Conference) -> None:
    people.dials_in(people.STRANGER, row)
    api.post(f"conferences/{row.id}/lock")
    late = people.rings_in("+12125550198")
    people.types(late, row.code)
    withheld = people.rings_in(people.WITHHELD)
    people.types(withheld, row.code)
    found = told(api, row)
    assert [each["invited"] for each in found["participants"]] == [True, True, False]
    assert [(each["call"], each["phone_number"]) for each in found["turned_away"]] == [
        (late.id, "+12125550198"),
        (withheld.id, None),
    ]
    assert row.code not in str(found["turned_away"])


def test_who_was_called_and_not_let_in_is_told_by_his_own_number(api: Api, row: Conference) -> None:
    leg = people.leg_of(people.person(row, BOB))
    api.post(f"conferences/{row.id}/lock")
    people.picks_up(leg)
    (out,) = told(api, row)["turned_away"]
    assert (out["call"], out["phone_number"]) == (leg.id, BOB)


def test_the_timeline_says_who_opened_it_and_who_added_somebody(api: Api, row: Conference) -> None:
    late = {"phone_number": "+12125550198", "mode": "dial_out"}
    api.post(f"conferences/{row.id}/participants", late)
    events = api.get(f"conferences/{row.id}/events").json()["results"]
    by = {each["kind"]: each["detail"].get("by") for each in events}
    assert (by["opened"], by["participant_added"]) == ("API key a client",) * 2


def test_the_list_and_what_is_posted_are_without_it(api: Api, row: Conference) -> None:
    (listed,) = api.get("conferences").json()["results"]
    in_full = told(api, row)
    assert in_full.keys() - listed.keys() == {"announcements", "turned_away"}
    person = in_full["participants"][0]
    assert person.keys() - listed["participants"][0].keys() == {"retries", "texts", "calls"}
    brief = {name: person[name] for name in listed["participants"][0]}
    assert brief == listed["participants"][0]


def test_it_costs_the_same_queries_for_any_number_of_people(
    api: Api, net: PaperNetwork, django_assert_num_queries: Any
) -> None:
    for many in (2, 5):
        invitees = [people.texted(f"+1212555013{n}") for n in range(many)]
        opened = conferences.open_conference(NewConference(invitees, owner=api.key.id))
        people.work()
        for invitee in invitees:
            people.dials_in(invitee.phone_number, opened)
            assert api.post(f"conferences/{opened.id}/announce", {"text": "Hi"}).status_code == 202
        # the key; the conference, its people, their open legs and all legs; sightings, events,
        # announcements
        with django_assert_num_queries(8):
            assert len(told(api, opened)["participants"]) == many
