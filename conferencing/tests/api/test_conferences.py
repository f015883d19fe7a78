"""Conferences by REST: each sentence of the contract, in its order."""

import re

import pytest
from django.conf import settings

from conferencing.models import Lane, Order
from conferencing.tests.api.conftest import Api, two_people

pytestmark = pytest.mark.django_db

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def opened(api: Api) -> dict:
    response = api.post("conferences", two_people())
    assert response.status_code == 201, response.content
    return response.json()


def test_a_conference_is_opened_with_its_people_and_its_orders(api: Api) -> None:
    told = opened(api)
    assert list(told) == [
        *("id", "name", "status", "code", "dial_in_number", "max_duration", "created_at"),
        *("started_at", "ends_at", "ended_at", "end_reason", "participants"),
    ]
    assert told["id"].startswith("conf_")
    assert (told["name"], told["status"], told["max_duration"]) == ("Budget", "waiting", 120)
    assert re.fullmatch(r"\d{4}", told["code"])
    assert told["dial_in_number"] == settings.SERVER_PHONE
    assert UTC.fullmatch(told["created_at"])
    assert [told[name] for name in ("started_at", "ends_at", "ended_at", "end_reason")] == [
        None
    ] * 4
    assert Order.objects.filter(conference_id=told["id"], lane=Lane.INVITING).count() == 2


def test_a_participant_is_told_with_the_fields_of_the_contract(api: Api) -> None:
    ann, bob = opened(api)["participants"]
    assert (
        ann.items()
        >= {
            "phone_number": "+12125550103",
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
        }.items()
    )
    assert ann["id"].startswith("part_")
    assert bob["confirm"] is False
