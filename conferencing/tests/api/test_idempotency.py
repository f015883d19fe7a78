"""The same request with the same `Idempotency-Key`: one deed, one answer, however often."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.utils import timezone

from calls.models import Conference, Participant
from conferencing import answers
from conferencing.models import ApiKey, IdempotencyKey, Order
from conferencing.tests.api.conftest import Api, problems, two_people

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "order 66/a"}


def opened(api: Api, body: Any = None, key: dict[str, str] | None = None) -> Any:
    return api.post("conferences", body or two_people(), **(KEY if key is None else key))


def test_the_same_key_and_body_get_the_same_answer(api: Api) -> None:
    first, again = opened(api), opened(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content, "byte for byte"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Conference.objects.count() == 1
    assert Order.objects.count() == 2


def test_the_answer_is_that_of_then(api: Api) -> None:
    first = opened(api)
    api.post(f"conferences/{first.json()['id']}/end")
    assert opened(api).content == first.content


def test_without_a_key_each_request_is_its_own(api: Api) -> None:
    opened(api, key={})
    opened(api, key={})
    assert Conference.objects.count() == 2


def test_another_body_is_a_422(api: Api) -> None:
    opened(api)
    refused = opened(api, {**two_people(), "max_duration": 121})
    assert refused.status_code == 422
    assert "Idempotency-Key" in problems(refused)[None]
    assert Conference.objects.count() == 1


def test_the_same_body_in_another_order_is_the_same_body(api: Api) -> None:
    first = opened(api)
    turned = dict(reversed(two_people().items()))
    assert opened(api, turned).content == first.content
    slashed = api.post("conferences/", two_people(), **KEY)
    assert slashed.content == first.content


def test_another_address_is_a_422(api: Api) -> None:
    one = opened(api).json()["id"]
    assert api.post(f"conferences/{one}/end", {}, **KEY).status_code == 422


def test_a_key_belongs_to_its_api_key(api: Api, other: Api) -> None:
    mine, theirs = opened(api).json(), opened(other).json()
    assert mine["id"] != theirs["id"]


def test_the_other_posts_have_it_too(api: Api) -> None:
    one = opened(api).json()["id"]
    new = {"phone_number": "+12125550105", "mode": "dial_out"}
    for path, body, status in [("participants", new, 201), ("end", {}, 202)]:
        key = {"Idempotency-Key": path}
        first = api.post(f"conferences/{one}/{path}", body, **key)
        again = api.post(f"conferences/{one}/{path}", body, **key)
        assert (first.status_code, again.status_code) == (status, status)
        assert again.content == first.content
        assert again.headers["Idempotent-Replayed"] == "true"
    assert Participant.objects.filter(phone_number="+12125550105").count() == 1


def test_an_error_is_not_kept(api: Api) -> None:
    assert opened(api, {"participants": []}).status_code == 400
    assert opened(api).status_code == 201


def test_a_refused_move_is_not_kept_either(api: Api) -> None:
    one = opened(api, key={}).json()["id"]
    api.post(f"conferences/{one}/end")
    new = {"phone_number": "+12125550105", "mode": "dial_out"}
    for _ in range(2):
        refused = api.post(f"conferences/{one}/participants", new, **KEY)
        assert refused.status_code == 409
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("key", ["", "x" * 256, "caf\u00e9", "tab\tbed"])
def test_a_key_that_is_none_is_named(api: Api, key: str) -> None:
    refused = opened(api, key={"Idempotency-Key": key})
    assert refused.status_code == 400
    assert list(problems(refused)) == ["Idempotency-Key"]
    assert not Conference.objects.exists()


def test_a_key_may_have_255_characters(api: Api) -> None:
    assert opened(api, key={"Idempotency-Key": "~" * 255}).status_code == 201


def test_the_digits_of_the_code_are_not_kept(api: Api) -> None:
    told = opened(api).json()
    kept = IdempotencyKey.objects.get()
    without_ids = re.sub(r"(conf|part|call)_\w+|\+\d+|\d{4}-\d\d-\d\dT[\d:.]+Z", "", kept.answer)
    assert told["code"] not in without_ids
    assert '"code": null' in kept.answer


def test_after_a_day_the_key_is_free_again(api: Api) -> None:
    first = opened(api).json()
    for hours, is_new in [(23.9, False), (24.1, True)]:
        with time_machine.travel(timezone.now() + timedelta(hours=hours)):
            assert (opened(api).json()["id"] != first["id"]) is is_new


def test_old_answers_are_forgotten(api: Api) -> None:
    opened(api)
    assert answers.forget_old_answers() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24, seconds=1)):
        assert answers.forget_old_answers() == 1
    assert not IdempotencyKey.objects.exists()


@pytest.mark.database
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_200_in_a_crowd_make_one_conference_for_each_key(nudges: list[str]) -> None:
    """Real transactions, real threads; the database alone decides who is first."""
    secret, keys, at_once = ApiKey.issue("eager"), 5, 40
    start = Barrier(at_once)

    def send(number: int) -> list[tuple[str, int, bytes]]:
        try:
            start.wait()
            told = []
            for n in range(keys):
                key = f"key {(n + number) % keys}"
                made = opened(Api(secret), key={"Idempotency-Key": key})
                told.append((key, made.status_code, made.content))
            return told
        finally:
            connections.close_all()

    with ThreadPoolExecutor(at_once) as pool:
        told = [each for one in pool.map(send, range(at_once)) for each in one]
    connection.ensure_connection()
    assert len(told) == keys * at_once
    assert {status for _, status, _ in told} == {201}
    for key in {key for key, _, _ in told}:
        assert len({content for name, _, content in told if name == key}) == 1
    assert Conference.objects.count() == keys
    assert len(nudges) == keys, "only who did something woke the workers"
