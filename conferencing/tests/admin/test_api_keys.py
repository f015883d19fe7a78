"""Keys to the API in the admin: shown once, revoked with a click."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import quote
from django.test import Client
from django.urls import reverse

from conferencing.models import ApiKey
from conferencing.tests.admin.pages import list_of, page_of


def revoke(key: ApiKey) -> str:
    return reverse("admin:conferencing_apikey_revoke", args=[quote(key.pk)])


@pytest.fixture
def key(db: None) -> ApiKey:
    found = ApiKey.find(ApiKey.issue("billing"))
    assert found
    return found


def test_a_new_key_is_shown_once_and_kept_nowhere(chief: Client) -> None:
    answer = chief.post(list_of(ApiKey) + "add/", {"name": "billing", "staff": "on"})

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret = re.search(r"pl_[\w-]{40}", answer.content.decode())
    assert secret
    key = ApiKey.objects.get()
    assert ApiKey.find(secret[0]) == key
    assert (key.name, key.staff, key.read_only) == ("billing", True, False)
    for later in (page_of(key), list_of(ApiKey)):
        assert secret[0] not in chief.get(later).content.decode()
    assert secret[0] not in str(dict(chief.session))
    assert secret[0] not in str(LogEntry.objects.values())
    assert LogEntry.objects.get().object_id == key.pk


def test_a_key_needs_a_name(chief: Client) -> None:
    answer = chief.post(list_of(ApiKey) + "add/", {"name": ""})
    assert "This field is required" in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(chief: Client) -> None:
    secret = ApiKey.issue("billing")
    key = ApiKey.find(secret)
    assert key
    assert "Revoke this key" in chief.get(page_of(key)).content.decode()

    answer = chief.post(revoke(key), follow=True)

    assert ApiKey.find(secret) is None
    assert "Revoke this key" not in answer.content.decode()
    assert "billing" in chief.get(list_of(ApiKey)).content.decode()


def test_several_are_revoked_from_the_list(chief: Client, key: ApiKey) -> None:
    ApiKey.issue("other")
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    chief.post(list_of(ApiKey), chosen)
    assert list(ApiKey.objects.filter(revoked_at=None).values_list("name", flat=True)) == ["other"]


def test_who_may_only_look_makes_and_revokes_none(viewer: Client, key: ApiKey) -> None:
    assert viewer.post(list_of(ApiKey) + "add/", {"name": "mine"}).status_code == 403
    assert viewer.post(revoke(key)).status_code == 403
    assert "Revoke this key" not in viewer.get(page_of(key)).content.decode()
    viewer.post(list_of(ApiKey), {"action": "revoke", "_selected_action": [key.pk]})
    assert ApiKey.objects.get().revoked_at is None


def test_a_key_is_neither_changed_nor_deleted(chief: Client, key: ApiKey) -> None:
    assert chief.post(page_of(key), {"name": "other"}).status_code == 403
    assert chief.post(page_of(key).replace("change/", "delete/")).status_code == 403
    assert chief.get(revoke(key)).status_code == 405
