"""FACTS C: X-Twilio-Signature. Every other test also checks each webhook with the SDK's."""

import json
from typing import Any

import pytest

from localtwilio.signature import sign
from localtwilio.tests.support.application import Application
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import TOKEN, Network
from localtwilio.tests.support.openapi import VECTORS


def vectors() -> list[Any]:
    if not VECTORS.exists():
        reason = f"{VECTORS.name} is missing in ../shared/twilio: the vectors are not checked"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason))]
    return [pytest.param(v, id=v["name"]) for v in json.loads(VECTORS.read_text())["vectors"]]


@pytest.mark.parametrize("vector", vectors())
def test_the_published_vectors(vector: dict[str, Any]) -> None:
    """C: six vectors that Twilio prints in its SDK and docs, five computed with its SDK."""
    form = [
        (name, value)
        for name, values in vector["params"].items()
        for value in (values if isinstance(values, list) else [values])
    ]
    assert sign(vector["auth_token"], vector["url"], form) == vector["signature"]


def test_the_query_string_is_signed_as_it_was_sent(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """C: path and query exactly as sent, the port kept for http."""
    network.line(line).update(voice_url=app.url("/voice?b=2&a=1%20x&c="))
    app.answers("/voice", "<Hangup/>")
    alice.dials(line)
    request = app.request("/voice")
    assert request.url.endswith("/voice?b=2&a=1%20x&c=")
    assert request.signed_with(TOKEN)
    assert not request.signed_with("another token")


def test_user_and_password_are_not_signed(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """C: the URL without user:pass is signed; they travel as HTTP Basic."""
    network.line(line).update(voice_url=app.url("/voice").replace("http://", "http://me:pw@"))
    app.answers("/voice", "<Hangup/>")
    alice.dials(line)
    assert app.request("/voice").headers["authorization"].startswith("Basic ")


def test_a_get_is_signed_without_a_form(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """C: GET appends nothing: the parameters stand in the query string."""
    network.line(line).update(voice_method="GET")
    app.answers("/voice", "<Hangup/>")
    sid = alice.dials(line)
    request = app.request("/voice")
    assert request.method == "GET"
    assert request.query["CallSid"] == [sid]
    assert request.signed_with(TOKEN)


def test_twilios_first_example() -> None:
    """C: the example that Twilio's SDK tests itself with; it needs no file beside the project."""
    form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
