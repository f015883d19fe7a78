"""Conferences by REST: each sentence of the contract, in its order."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from pytest_django import Settings

from calls.models import Conference, Participant
from calls.states import TextStatus
from conferencing import sweeping
from conferencing.models import Lane, Order
from conferencing.tests import people
from conferencing.tests.api.conftest import Api, problems, two_people
from conferencing.tests.network import PaperNetwork

pytestmark = pytest.mark.django_db

ANN, BOB = "+12125550103", "+12125550104"
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def opened(api: Api, **more: Any) -> dict[str, Any]:
    response = api.post("conferences", {**two_people(), **more})
    assert response.status_code == 201, response.content
    told: dict[str, Any] = response.json()
    return told


def looked_at(api: Api, conference: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = api.get(f"conferences/{conference['id']}").json()
    return told


def row(conference: dict[str, Any]) -> Conference:
    return Conference.objects.get(id=conference["id"])


# --- Open ---------------------------------------------------------------------------------------


def test_a_conference_is_opened_with_its_people_and_its_orders(api: Api) -> None:
    told = opened(api)
    assert list(told) == [
        *("id", "name", "status", "code", "dial_in_number", "max_duration", "created_at"),
        *("started_at", "ends_at", "ended_at", "end_reason", "ended_by"),
        *("wait_for_organiser", "ends_with_organiser", "locked", "lock_reason", "participants"),
    ]
    assert told["id"].startswith("conf_")
    assert (told["name"], told["status"], told["max_duration"]) == ("Budget", "waiting", 120)
    assert re.fullmatch(r"\d{4}", told["code"])
    assert told["dial_in_number"] == configured.SERVER_PHONE
    assert UTC.fullmatch(told["created_at"])
    for later in ("started_at", "ends_at", "ended_at", "end_reason"):
        assert told[later] is None
    assert Order.objects.filter(conference_id=told["id"], lane=Lane.INVITING).count() == 2


def test_a_participant_is_told_with_the_fields_of_the_contract(api: Api) -> None:
    ann, bob = opened(api)["participants"]
    expected = {
        "phone_number": ANN,
        "name": "Ann",
        "mode": "dial_in",
        "status": "pending",
        "muted": False,
        "on_hold": False,
        "joined_at": None,
        "left_at": None,
        "talk_seconds": 0,
        "call_sid": None,
        "error": None,
        "sms_status": None,
        "invited": True,
        "confirm": True,
        "organiser": False,
        "asked": [],
    }
    assert expected.items() <= ann.items()
    assert ann["id"].startswith("part_")
    assert (bob["phone_number"], bob["mode"], bob["confirm"]) == (BOB, "dial_out", False)


def test_what_is_not_said_is_as_the_settings_say(api: Api) -> None:
    only = {"participants": [{"phone_number": ANN, "mode": "dial_out"}]}
    told = api.post("conferences", only).json()
    assert told["max_duration"] == configured.CONFERENCE_MAX_DURATION
    assert told["participants"][0]["confirm"] is configured.DIAL_OUT_CONFIRM
    assert told["name"] == told["participants"][0]["name"] == ""


def test_one_phone_may_be_on_both_sides(api: Api) -> None:
    both = [{"phone_number": ANN, "mode": mode} for mode in ("dial_in", "dial_out")]
    assert len(opened(api, participants=both)["participants"]) == 2


@pytest.mark.django_db(transaction=True)
def test_the_workers_are_woken_after_the_commit(api: Api, nudges: list[str]) -> None:
    conference = opened(api)
    assert nudges == [Lane.INVITING]
    api.post(f"conferences/{conference['id']}/end")
    assert nudges == [Lane.INVITING, Lane.ENDING]
    api.post(f"conferences/{conference['id']}/end")
    assert nudges == [Lane.INVITING, Lane.ENDING], "it was over already: nothing new was ordered"


def test_when_half_of_the_codes_are_taken_it_says_when_to_come_again(
    api: Api, settings: Settings
) -> None:
    settings.CONFERENCE_CODE_LENGTH = 1
    for _ in range(5):
        opened(api)
    refused = api.post("conferences", two_people())
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert "CONFERENCE_CODE_LENGTH" in problems(refused)[None]
    assert refused.json()["type"] == "server_error"
    assert Conference.objects.count() == 5


# --- A conference's life, as the API tells it ---------------------------------------------------


def test_a_conference_from_the_invitation_to_the_end(api: Api, net: PaperNetwork) -> None:
    conference = opened(api)
    people.work()
    people.text_fares(people.person(row(conference), ANN), TextStatus.DELIVERED)
    ann, bob = looked_at(api, conference)["participants"]
    assert (ann["status"], ann["sms_status"]) == ("invited", "delivered")
    assert bob["status"] == "calling"
    assert bob["call_sid"].startswith("CA")
    assert bob["call_id"].startswith("call_")

    leg = people.dials_in(ANN, row(conference))
    told = looked_at(api, conference)
    assert (told["status"], told["end_reason"]) == ("live", None)
    assert UTC.fullmatch(told["started_at"])
    assert UTC.fullmatch(told["ends_at"])
    assert told["participants"][0]["status"] == "joined"

    people.leaves_room(leg)
    people.hangs_up(leg)
    assert looked_at(api, conference)["participants"][0]["status"] == "left"
    ended = api.post(f"conferences/{conference['id']}/end")
    assert (ended.status_code, ended.json()["status"]) == (202, "ending")
    assert ended.json()["end_reason"] is None, "not before it has ended"
    people.hangs_up(people.leg_of(people.person(row(conference), BOB)))
    told = looked_at(api, conference)
    assert (told["status"], told["end_reason"]) == ("ended", "ended_by_user")
    assert UTC.fullmatch(told["ended_at"])


def test_talk_time_goes_on_while_somebody_is_in_the_room(api: Api, net: PaperNetwork) -> None:
    conference = opened(api, max_duration=600)
    with time_machine.travel("2026-03-02T09:00:00Z", tick=False) as clock:
        Conference.objects.update(no_show_at=row(conference).no_show_at + timedelta(days=9999))
        leg = people.dials_in(ANN, row(conference))
        clock.shift(20)
        people.leaves_room(leg)
        clock.shift(5)
        people.enters_room(leg, room="CF2")
        clock.shift(22)
        person = looked_at(api, conference)["participants"][0]
    assert person["talk_seconds"] == 42
    assert (person["status"], person["left_at"]) == ("joined", None)


def test_a_failure_is_told_in_words(api: Api) -> None:
    conference = opened(api)
    Participant.objects.filter(phone_number=ANN).update(
        status="failed", error_code="21211", error_detail="This is not a phone number."
    )
    ann, bob = looked_at(api, conference)["participants"]
    assert ann["error"] == {"code": "21211", "detail": "This is not a phone number."}
    assert bob["error"] is None


def test_who_only_knew_the_code_is_not_invited_and_a_withheld_number_is_null(
    api: Api, net: PaperNetwork
) -> None:
    conference = opened(api)
    people.dials_in(people.WITHHELD, row(conference))
    guest = looked_at(api, conference)["participants"][-1]
    assert (guest["invited"], guest["phone_number"], guest["status"]) == (False, None, "joined")


def test_a_no_show_says_so(api: Api) -> None:
    conference = opened(api)
    Conference.objects.update(no_show_at=row(conference).created_at)
    sweeping.end_due()
    told = looked_at(api, conference)
    assert (told["status"], told["end_reason"]) == ("ended", "no_show")


# --- Moves --------------------------------------------------------------------------------------


def test_ending_what_is_over_succeeds_and_changes_nothing(api: Api) -> None:
    path = f"conferences/{opened(api)['id']}/end"
    first, again = api.post(path), api.post(path)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()


def test_somebody_can_be_added_also_while_it_is_live(api: Api, net: PaperNetwork) -> None:
    conference = opened(api)
    people.dials_in(ANN, row(conference))
    path = f"conferences/{conference['id']}/participants"
    added = api.post(path, {"phone_number": "+1 212 555 0105", "mode": "dial_out", "name": "Cleo"})
    assert added.status_code == 201
    assert (added.json()["phone_number"], added.json()["name"]) == ("+12125550105", "Cleo")
    assert added.json().items() <= looked_at(api, conference)["participants"][-1].items()
    assert Order.objects.filter(participant_id=added.json()["id"]).exists()


def test_nobody_can_be_added_to_what_is_over(api: Api) -> None:
    conference = opened(api)
    api.post(f"conferences/{conference['id']}/end")
    new = {"phone_number": "+12125550105", "mode": "dial_out"}
    refused = api.post(f"conferences/{conference['id']}/participants", new)
    assert refused.status_code == 409
    assert "over" in problems(refused)[None]
    assert len(looked_at(api, conference)["participants"]) == 2


def test_who_is_in_already_cannot_be_added_in_the_same_mode(api: Api) -> None:
    conference = opened(api)
    again = {"phone_number": ANN, "mode": "dial_in"}
    refused = api.post(f"conferences/{conference['id']}/participants", again)
    assert refused.status_code == 409
    assert ANN in problems(refused)[None]


def test_an_invitation_is_withdrawn(api: Api) -> None:
    conference = opened(api)
    path = f"conferences/{conference['id']}/participants/{conference['participants'][0]['id']}"
    for _ in range(2):
        withdrawn = api.delete(path)
        assert (withdrawn.status_code, withdrawn.json()["status"]) == (202, "canceled")


def test_somebody_is_hung_up(api: Api, net: PaperNetwork) -> None:
    conference = opened(api)
    people.work()
    bob = people.person(row(conference), BOB)
    people.takes_part(people.leg_of(bob))
    response = api.delete(f"conferences/{conference['id']}/participants/{bob.id}")
    assert response.status_code == 202
    assert Order.objects.filter(kind="hang_up", call_id=people.leg_of(bob).id).exists()


def test_a_participant_of_another_conference_is_not_found(api: Api) -> None:
    here, there = opened(api), opened(api)
    path = f"conferences/{here['id']}/participants/{there['participants'][0]['id']}"
    assert api.delete(path).status_code == 404
    assert Participant.objects.filter(status="canceled").count() == 0


# --- Lists --------------------------------------------------------------------------------------


def test_conferences_are_listed_newest_first(api: Api) -> None:
    made = [opened(api) for _ in range(3)]
    listed = api.get("conferences").json()
    assert listed.keys() == {"next", "previous", "results"}
    assert listed["results"] == made[::-1]


def test_conferences_are_filtered(api: Api) -> None:
    older, newer = opened(api), opened(api)
    api.post(f"conferences/{newer['id']}/end")

    def found(**query: str) -> list[str]:
        return [each["id"] for each in api.get("conferences", **query).json()["results"]]

    assert found(status="waiting") == [older["id"]]
    assert found(status="ended") == [newer["id"]]
    assert found(status="live") == []
    assert found(created_before=newer["created_at"]) == [older["id"]]
    assert found(created_after=older["created_at"]) == [newer["id"]]
    assert found(created_after="2026-01-03T00:00:00+02:00") == [newer["id"], older["id"]]
    assert found(created_after="9999-12-31T23:59:59Z") == []


def test_the_timeline_tells_what_happened_and_never_the_code(api: Api, net: PaperNetwork) -> None:
    conference = opened(api)
    people.work()
    people.dials_in(ANN, row(conference))
    response = api.get(f"conferences/{conference['id']}/events")
    events = response.json()["results"]
    assert events[-1]["kind"] == "opened"
    assert {"text_sent", "started", "admitted", "joined"} <= {event["kind"] for event in events}
    assert [event["id"] for event in events] == sorted((e["id"] for e in events), reverse=True)
    joined = next(event for event in events if event["kind"] == "joined")
    assert joined.keys() == {
        *("id", "kind", "at", "recorded_at", "conference", "participant", "call"),
        *("applied", "detail"),
    }
    assert joined["conference"] == conference["id"]
    assert conference["code"] not in str([event["detail"] for event in events])
