"""Who may ask for what: keys, scopes, and what a key sees."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from conferencing.models import ApiKey
from conferencing.tests.api.conftest import Api, problems, two_people

pytestmark = pytest.mark.django_db

EVERYWHERE = [
    ("GET", "conferences"),
    ("POST", "conferences"),
    ("GET", "conferences/conf_1"),
    ("POST", "conferences/conf_1/end"),
    ("POST", "conferences/conf_1/participants"),
    ("DELETE", "conferences/conf_1/participants/part_1"),
    ("GET", "conferences/conf_1/events"),
    ("GET", "calls"),
    ("GET", "calls/call_1"),
    ("GET", "calls/call_1/events"),
]
WRITES = [(method, path) for method, path in EVERYWHERE if method != "GET"]


@pytest.mark.parametrize(("method", "path"), EVERYWHERE)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer pl_wrong"},
        {"Authorization": "Bearer pl_wrong with spaces"},
        {"Authorization": "Basic cGw6cGw="},
        {"Authorization": "Bearer \u00e9\u00ff"},
    ],
)
def test_without_a_good_key_it_is_a_401(method: str, path: str, headers: dict[str, str]) -> None:
    refused = Client().generic(method, f"/api/v1/{path}", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert problems(refused)


def test_a_revoked_key_is_no_key(api: Api) -> None:
    assert api.get("conferences").status_code == 200
    ApiKey.objects.update(revoked_at=timezone.now())
    assert api.get("conferences").status_code == 401


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_read_only_key_writes_nothing(method: str, path: str) -> None:
    reader = Api(ApiKey.issue("reader", staff=True, read_only=True))
    refused = reader.send(method, path, "{}")
    assert refused.status_code == 403
    assert "only read" in problems(refused)[None]
    assert reader.get("conferences").status_code == 200


def test_a_key_sees_the_conferences_that_it_created(api: Api, other: Api, staff: Api) -> None:
    conference = api.post("conferences", two_people()).json()
    one = f"conferences/{conference['id']}"
    person = f"{one}/participants/{conference['participants'][0]['id']}"
    assert other.get("conferences").json()["results"] == []
    for method, path in [
        *(("GET", one), ("GET", f"{one}/events"), ("POST", f"{one}/end")),
        *(("POST", f"{one}/participants"), ("DELETE", person)),
    ]:
        hidden = other.send(method, path, "{}")
        assert hidden.status_code == 404, path
        assert problems(hidden)
    assert api.get("conferences").json()["results"] == [conference], "nothing was changed"
    assert api.get(one).json()["id"] == staff.get(one).json()["id"] == conference["id"]
    assert staff.get("conferences").json()["results"] == [conference]


@pytest.mark.parametrize(
    "path",
    [
        "conferences/conf_none",
        "conferences/CONF_1",
        "conferences/%00",
        "conferences/..%2f",
        "conferences/" + "x" * 500,
        "calls/call_none/events",
        "nothing",
        "nothing/at/all/",
        "conferences/conf_1/dance",
    ],
)
def test_what_is_not_there_is_a_404(api: Api, path: str) -> None:
    missing = api.get(path)
    assert missing.status_code == 404
    assert missing.json()["type"] == "client_error"
    assert problems(missing)


def test_a_slash_at_the_end_makes_no_difference(api: Api) -> None:
    made = api.post("conferences/", two_people())
    assert made.status_code == 201
    one = f"conferences/{made.json()['id']}"
    for path in ("conferences", one, f"{one}/events", "calls"):
        plain, slashed = api.get(path), api.get(f"{path}/")
        assert (plain.status_code, slashed.status_code) == (200, 200)
        assert plain.json() == slashed.json()
    assert api.post(f"{one}/end/").status_code == 202


# --- create_api_key -----------------------------------------------------------------------------


def made_key(*arguments: str) -> Api:
    printed = StringIO()
    call_command("create_api_key", *arguments, stdout=printed)
    (secret,) = printed.getvalue().split()
    return Api(secret)


def test_the_command_prints_the_key_alone_and_it_opens_the_door() -> None:
    made = made_key("the website")
    assert made.get("conferences").status_code == 200
    assert (made.key.name, made.key.staff, made.key.read_only) == ("the website", False, False)


def test_the_key_itself_is_stored_nowhere() -> None:
    made = made_key("the website")
    kept = ApiKey.objects.values().get()
    assert made.secret not in str(kept)
    assert made.secret.startswith(kept["hint"])


def test_the_command_gives_scopes() -> None:
    made = made_key("the wall", "--staff", "--read-only")
    assert (made.key.staff, made.key.read_only) == (True, True)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines"])
def test_the_command_wants_a_name(name: str) -> None:
    with pytest.raises(CommandError, match="name of 1 to 80"):
        call_command("create_api_key", name)
