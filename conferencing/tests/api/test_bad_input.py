"""Bad input is a 4xx that names the field and the remedy, and changes nothing; never a 500."""

import json
from typing import Any

import phonenumbers
import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from calls.models import Conference
from conferencing.tests.api.conftest import Api, problems, two_people

pytestmark = pytest.mark.django_db

ANN = {"phone_number": "+12125550103", "mode": "dial_in"}


def ann(**changes: Any) -> dict[str, Any]:
    return {**ANN, **changes}


def with_ann(**changes: Any) -> dict[str, Any]:
    return {"participants": [ANN, ann(**{"phone_number": "+12125550104", **changes})]}


def crowd(size: int) -> list[dict[str, Any]]:
    return [ann(phone_number=f"+1212555{n:04d}") for n in range(2000, 2000 + size)]


@pytest.mark.parametrize(
    ("body", "field", "word"),
    [
        # who is invited
        ({}, "participants", "at least one"),
        ({"participants": []}, "participants", "at least one"),
        ({"participants": None}, "participants", "at least one"),
        ({"participants": ANN}, "participants", "list"),
        ({"participants": "Ann"}, "participants", "list"),
        ({"participants": 7}, "participants", "list"),
        ({"participants": ["Ann"]}, "participants.0", "object"),
        ({"participants": [ANN, None]}, "participants.1", "object"),
        ({"participants": [ANN, []]}, "participants.1", "object"),
        ({"participants": crowd(251)}, "participants", "250"),
        ({"participants": [{"mode": "dial_in"}]}, "participants.0.phone_number", "required"),
        ({"participants": [{"phone_number": "+12125550103"}]}, "participants.0.mode", "required"),
        # numbers
        (with_ann(phone_number="12345"), "participants.1.phone_number", "country code"),
        (with_ann(phone_number="2125550103"), "participants.1.phone_number", "country code"),
        (with_ann(phone_number="+15550100"), "participants.1.phone_number", "country code"),
        (with_ann(phone_number="call +12125550103"), "participants.1.phone_number", "number"),
        (with_ann(phone_number=""), "participants.1.phone_number", "blank"),
        (with_ann(phone_number="   "), "participants.1.phone_number", "blank"),
        (with_ann(phone_number="+" + "1" * 50), "participants.1.phone_number", "40"),
        (with_ann(phone_number=12125550104), "participants.1.phone_number", "quotes"),
        (with_ann(phone_number=True), "participants.1.phone_number", "quotes"),
        (with_ann(phone_number=None), "participants.1.phone_number", "null"),
        (with_ann(phone_number=["+12125550104"]), "participants.1.phone_number", "quotes"),
        (with_ann(phone_number="+1212\x00555"), "participants.1.phone_number", "control"),
        (with_ann(phone_number="\ud800"), "participants.1.phone_number", "control"),
        (with_ann(phone_number="\u0661\u0662"), "participants.1.phone_number", "number"),
        (with_ann(phone_number="+442079460000"), "participants.1.phone_number", "allowed: US"),
        (with_ann(phone_number="+19005550103"), "participants.1.phone_number", "premium"),
        (with_ann(phone_number="+12125550100"), "participants.1.phone_number", "our own"),
        (with_ann(phone_number="+12125550101"), "participants.1.phone_number", "our own"),
        (with_ann(phone_number="+1 (212) 555-0103"), "participants.1.phone_number", "already"),
        # modes and flags
        (with_ann(mode="dial"), "participants.1.mode", '"dial_in", "dial_out"'),
        (with_ann(mode="\ud800"), "participants.1.mode", "dial_out"),
        (with_ann(mode=None), "participants.1.mode", "null"),
        (with_ann(mode={}), "participants.1.mode", "dial_out"),
        (with_ann(mode=1), "participants.1.mode", "dial_out"),
        (with_ann(confirm="true"), "participants.1.confirm", "true or false"),
        (with_ann(confirm=1), "participants.1.confirm", "true or false"),
        (with_ann(confirm=None), "participants.1.confirm", "null"),
        # names
        (with_ann(name="x" * 101), "participants.1.name", "100"),
        (with_ann(name="a\nb"), "participants.1.name", "control"),
        (with_ann(name=5), "participants.1.name", "quotes"),
        ({**with_ann(), "name": "x" * 101}, "name", "100"),
        ({**with_ann(), "name": "nul\x00"}, "name", "control"),
        ({**with_ann(), "name": "\udc00"}, "name", "control"),
        ({**with_ann(), "name": "\u2028"}, "name", "control"),
        ({**with_ann(), "name": []}, "name", "quotes"),
        ({**with_ann(), "name": None}, "name", "null"),
        # durations
        ({**with_ann(), "max_duration": 29}, "max_duration", "30 to 14,400"),
        ({**with_ann(), "max_duration": 14_401}, "max_duration", "30 to 14,400"),
        ({**with_ann(), "max_duration": -1}, "max_duration", "30 to 14,400"),
        ({**with_ann(), "max_duration": 10**400}, "max_duration", "30 to 14,400"),
        ({**with_ann(), "max_duration": 60.5}, "max_duration", "whole seconds"),
        ({**with_ann(), "max_duration": "60"}, "max_duration", "without quotes"),
        ({**with_ann(), "max_duration": True}, "max_duration", "whole seconds"),
        ({**with_ann(), "max_duration": None}, "max_duration", "whole seconds"),
        ({**with_ann(), "max_duration": [60]}, "max_duration", "whole seconds"),
        # unknown fields
        ({**with_ann(), "max_durations": 60}, "max_durations", "known are: name, participants"),
        ({**with_ann(), "": 1}, "", "unknown"),
        ({**with_ann(), "\ud800": 1}, "\\ud800", "unknown"),
        (with_ann(phone="x"), "participants.1.phone", "known are: phone_number, mode"),
        # no object at all
        ([], None, "object"),
        ("text", None, "object"),
        (7, None, "object"),
        (None, None, "object"),
    ],
)
def test_the_field_is_named_with_the_remedy(
    api: Api, body: Any, field: str | None, word: str
) -> None:
    refused = api.send("POST", "conferences", json.dumps(body))
    assert refused.status_code == 400, refused.content
    assert refused.json()["type"] == "validation_error"
    told = problems(refused)
    assert list(told) == [field], told
    assert word in told[field]
    assert not Conference.objects.exists()


def test_all_that_is_wrong_is_told_at_once(api: Api) -> None:
    body = {"participants": [ann(mode="x"), ann(phone_number="1", nick="A")], "max_duration": 1}
    assert set(problems(api.post("conferences", body))) == {
        "participants.0.mode",
        "participants.1.phone_number",
        "participants.1.nick",
        "max_duration",
    }


@pytest.mark.parametrize("seconds", [30, 14_400, 60.0])
def test_the_limits_themselves_are_allowed(api: Api, seconds: float) -> None:
    made = api.post("conferences", {**with_ann(), "max_duration": seconds})
    assert (made.status_code, made.json()["max_duration"]) == (201, int(seconds))


def test_250_people_and_names_in_any_script_are_allowed(api: Api) -> None:
    made = api.post("conferences", {"participants": crowd(250), "name": "名前 👩‍👩‍👧 <b>"})
    assert made.status_code == 201, made.content
    assert len(made.json()["participants"]) == 250
    assert made.json()["name"] == "名前 👩‍👩‍👧 <b>"


@pytest.mark.parametrize("path", ["participants", "end"])
def test_the_other_bodies_are_as_strict(api: Api, path: str) -> None:
    one = api.post("conferences", two_people()).json()["id"]
    refused = api.post(f"conferences/{one}/{path}", {**ann(), "colour": "red"})
    assert refused.status_code == 400
    assert "colour" in problems(refused)


BROKEN = [
    b"",
    b"{",
    b"{'a': 1}",
    b'{"participants": NaN}',
    b'{"participants": [], "max_duration": -Infinity}',
    b"\xff\xfe\x00",
    b'{"name": "\xff"}',
    b"[" * 60_000,
    b'{"max_duration": ' + b"9" * 10_000 + b"}",
    b"\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_not_json_is_a_400(api: Api, body: bytes) -> None:
    refused = api.send("POST", "conferences", body)
    assert refused.status_code == 400
    assert problems(refused)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "x"])
def test_what_does_not_call_itself_json_is_a_415(api: Api, content_type: str) -> None:
    refused = api.send("POST", "conferences", json.dumps(two_people()), content_type=content_type)
    assert refused.status_code == 415
    assert problems(refused)


@pytest.mark.parametrize("charset", ["latin-1", "hex", "none-such"])
def test_json_is_utf_8_whatever_it_calls_itself(api: Api, charset: str) -> None:
    body = json.dumps({**two_people(), "name": "Zoë"}, ensure_ascii=False).encode()
    kind = f"application/json; charset={charset}"
    made = api.send("POST", "conferences", body, content_type=kind)
    assert (made.status_code, made.json()["name"]) == (201, "Zoë")


def test_whoever_wants_xml_gets_a_406(api: Api) -> None:
    refused = api.send("GET", "conferences", headers={"Accept": "application/xml"})
    assert refused.status_code == 406
    assert problems(refused)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_there_is_not_is_a_405(api: Api, method: str) -> None:
    refused = api.send(method, "conferences")
    assert refused.status_code == 405
    assert method not in refused["Allow"].split(", ")
    assert problems(refused)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}])
@pytest.mark.parametrize("size", [65_537, 300_000])
def test_a_body_over_64_kb_is_a_413(api: Api, size: int, headers: dict[str, str]) -> None:
    body = json.dumps(two_people()).encode()
    refused = api.send("POST", "conferences", body.ljust(size), headers=headers)
    assert refused.status_code == 413
    assert "64 KB" in problems(refused)[None]
    assert not Conference.objects.exists()


def test_a_body_of_64_kb_is_not(api: Api) -> None:
    body = json.dumps(two_people()).encode().ljust(65_536)
    assert api.send("POST", "conferences", body).status_code == 201


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "-1"}, "page_size"),
        ({"page_size": "many"}, "page_size"),
        ({"page_size": "9" * 5000}, "page_size"),
        ({"page_size": "\u0665"}, "page_size"),
        ({"page_size": ""}, "page_size"),
        ({"cursor": "garbage"}, "cursor"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "cD0lMDA="}, "cursor"),
        ({"cursor": "\u00e9"}, "cursor"),
        ({"cursor": "bz05OTk5OTk5OTk5OTk5OTk5"}, "cursor"),
        ({"status": "open"}, "status"),
        ({"created_after": "soon"}, "created_after"),
        ({"created_before": "0001-01-01T00:00:00+14:00"}, "created_before"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_query_that_makes_no_sense_is_named(api: Api, query: dict[str, str], field: str) -> None:
    refused = api.get("conferences", **query)
    assert refused.status_code == 400
    assert list(problems(refused)) == [field]


@st.composite
def written_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """A number as people write it, and as it is."""
    digits = f"+1212555{draw(st.integers(110, 9999)):04d}"
    parsed = phonenumbers.parse(digits)
    formats = phonenumbers.PhoneNumberFormat
    how = draw(st.sampled_from([formats.E164, formats.INTERNATIONAL, "spaced"]))
    if how != "spaced":
        return phonenumbers.format_number(parsed, how), digits
    marks = st.sampled_from(["", "", " ", "-", ".", "\u00a0"])
    written = "".join(digit + draw(marks) for digit in digits[1:])
    return draw(st.sampled_from(["", " "])) + "+" + written, digits


@given(number=written_numbers())
@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_number_may_be_written_in_any_way(api: Api, number: tuple[str, str]) -> None:
    written, e164 = number
    if e164 in settings.OWN_LINES:
        return
    made = api.post("conferences", {"participants": [ann(phone_number=written)]})
    assert made.status_code == 201, made.content
    assert made.json()["participants"][0]["phone_number"] == e164
