"""FACTS A1-A3, A11: transport, list envelope, error bodies, as twilio-python meets them."""

import re
from email.utils import parsedate_to_datetime

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import (
    ACCOUNT,
    API_KEY,
    LINES,
    SECONDARY_TOKEN,
    TOKEN,
    Network,
)
from localtwilio.tests.support.openapi import DESCRIPTION, violations

ENVELOPE = {
    "first_page_uri",
    "next_page_uri",
    "previous_page_uri",
    "uri",
    "page",
    "page_size",
    "start",
    "end",
}


def test_answers_are_held_against_twilios_description(network: Network) -> None:
    """A1: every response is valid against Twilio's OpenAPI description.

    The clients of these tests check each answer; this test shows that the check can fail.
    """
    if not DESCRIPTION.exists():
        pytest.skip(f"{DESCRIPTION.name} is missing in ../shared/twilio: answers go unchecked")
    network.rest.calls.list(limit=1)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert violations("GET", path, 200, '{"messages": [{"sid": "CA1"}], "extra": 1}')
    assert violations("GET", path, 201, "{}")


def test_unmodified_twilio_python_drives_it(network: Network, alice: Handset) -> None:
    """A11: twilio-python needs nothing but another base URL."""
    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = network.url
    message = client.messages.create(to=alice.number, from_=LINES[0], body="Hello")
    assert client.messages(message.sid).fetch().body == "Hello"


def test_wrong_credentials_are_401_and_20003(network: Network) -> None:
    """A3: bad credentials answer 401 with code 20003."""
    with pytest.raises(TwilioRestException) as refused:
        network.client(ACCOUNT, "not-the-token").calls("CA" + "0" * 32).fetch()
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_no_credentials_are_401(network: Network) -> None:
    """A1: HTTP Basic is required."""
    answer = httpx.get(f"{network.url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert answer.status_code == 401
    assert answer.json()["code"] == 20003


def test_another_account_is_refused(network: Network) -> None:
    """A1: the account in the path is the account of the credentials."""
    stranger = "AC" + "1" * 32
    answer = httpx.get(
        f"{network.url}/2010-04-01/Accounts/{stranger}/Calls.json", auth=(ACCOUNT, TOKEN)
    )
    assert answer.status_code in (401, 403, 404)


def test_an_unknown_resource_is_404_and_20404(network: Network) -> None:
    """A3: code, message, more_info, status; the message names the resource."""
    missing = "CA" + "f" * 32
    answer = network.http.get(f"/Calls/{missing}.json")
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{missing}.json"
    assert answer.status_code == 404
    assert answer.json() == {
        "code": 20404,
        "message": f"The requested resource {path} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


def test_paths_are_case_sensitive(network: Network) -> None:
    """A1: wrong case is 404/20404."""
    answer = network.http.get("/calls.json")
    assert (answer.status_code, answer.json()["code"]) == (404, 20404)


def test_a_method_that_does_not_exist_is_405_and_20004(network: Network) -> None:
    """A10: 20004, method not allowed."""
    answer = network.http.put("/Calls.json")
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_answers_carry_twilios_headers(network: Network) -> None:
    """A1: JSON, and a request id that starts with RQ."""
    answer = network.http.get("/Calls.json")
    assert answer.headers["content-type"] == "application/json"
    assert re.match(r"^RQ[0-9a-f]{32}$", answer.headers["twilio-request-id"])


def test_sids_are_two_letters_and_32_hex(network: Network, alice: Handset) -> None:
    """A1: SID patterns."""
    message = network.rest.messages.create(to=alice.number, from_=LINES[0], body="x")
    assert re.match(r"^SM[0-9a-f]{32}$", message.sid)
    call = network.call(alice, twiml="<Response/>")
    assert re.match(r"^CA[0-9a-f]{32}$", call.sid)


def test_dates_are_rfc_2822_in_gmt(network: Network, alice: Handset) -> None:
    """A1: such as `Fri, 18 Feb 2011 21:07:19 +0000`."""
    sent = network.http.post(
        "/Messages.json", data={"To": alice.number, "From": LINES[0], "Body": "x"}
    )
    date = sent.json()["date_created"]
    assert date.endswith("+0000")
    assert parsedate_to_datetime(date).utcoffset() is not None


def test_some_numbers_are_strings(network: Network, alice: Handset) -> None:
    """A1: a message's num_segments and a call's duration are strings; page fields integers."""
    sent = network.http.post(
        "/Messages.json", data={"To": alice.number, "From": LINES[0], "Body": "x"}
    )
    assert sent.json()["num_segments"] == "1"
    assert sent.json()["num_media"] == "0"
    call = network.call(alice, twiml="<Response><Pause/></Response>")
    alice.answers()
    network.ended(call.sid)
    assert re.match(r"^\d+$", network.http.get(f"/Calls/{call.sid}.json").json()["duration"])
    assert network.http.get("/Calls.json").json()["page"] == 0


def test_a_list_has_twilios_envelope(network: Network, alice: Handset) -> None:
    """A2: envelope keys and exactly one list key; URIs are relative."""
    network.rest.messages.create(to=alice.number, from_=LINES[0], body="x")
    page = network.http.get("/Messages.json").json()
    assert set(page) - ENVELOPE == {"messages"}
    assert page["uri"].startswith(f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert page["page_size"] == 50
    assert page["previous_page_uri"] is None


def test_pages_are_followed_by_their_links(network: Network, alice: Handset) -> None:
    """A2: next_page_uri carries the filters and the page size, and is null at the end."""
    sent = {
        network.rest.messages.create(to=alice.number, from_=LINES[0], body=str(n)).sid
        for n in range(5)
    }
    first = network.http.get("/Messages.json", params={"To": alice.number, "PageSize": 2}).json()
    assert (first["page"], first["start"], first["end"], len(first["messages"])) == (0, 0, 1, 2)
    assert "PageToken=" in first["next_page_uri"]
    seen = network.rest.messages.list(to=alice.number, page_size=2)
    assert len(seen) == 5
    assert {message.sid for message in seen} == sent
    last = network.http.get("/Messages.json", params={"To": alice.number}).json()
    assert last["next_page_uri"] is None


def test_limit_one_asks_for_a_page_of_one(network: Network, alice: Handset) -> None:
    """A11: `.list(limit=1)` sends PageSize=1."""
    for n in range(2):
        network.rest.messages.create(to=alice.number, from_=LINES[0], body=str(n))
    assert len(network.rest.messages.list(to=alice.number, limit=1)) == 1


def test_lists_are_newest_first(network: Network, alice: Handset) -> None:
    """A2: the newest resource comes first, as twilio-python's `.list(limit=1)` users expect."""
    sids = [
        network.rest.messages.create(to=alice.number, from_=LINES[0], body=str(n)).sid
        for n in range(3)
    ]
    assert [message.sid for message in network.rest.messages.list(to=alice.number)] == sids[::-1]


def test_page_size_has_a_maximum(network: Network) -> None:
    """A2: PageSize is at most 1000."""
    assert network.http.get("/Calls.json", params={"PageSize": 5000}).json()["page_size"] == 1000


def test_a_delete_is_204_and_empty(network: Network, alice: Handset) -> None:
    """A1: delete answers 204 with an empty body."""
    message = network.rest.messages.create(to=alice.number, from_=LINES[0], body="x")
    until(lambda: network.rest.messages(message.sid).fetch().status == "delivered", "delivered")
    answer = network.http.delete(f"/Messages/{message.sid}.json")
    assert (answer.status_code, answer.content) == (204, b"")
    assert network.http.get(f"/Messages/{message.sid}.json").status_code == 404


def test_unknown_parameters_are_ignored(network: Network, alice: Handset) -> None:
    """H, stand-in 2: Twilio ignores most unknown form parameters."""
    form = {"To": alice.number, "From": LINES[0], "Body": "x", "Colour": "green"}
    assert network.http.post("/Messages.json", data=form).status_code == 201


def test_pages_lead_back(network: Network, alice: Handset) -> None:
    """A2: previous_page_uri leads back to the same resources."""
    for n in range(3):
        network.rest.messages.create(to=alice.number, from_=LINES[0], body=str(n))
    first = network.rest.messages.page(to=alice.number, page_size=2)
    second = first.next_page()
    assert [message.body for message in second] == ["0"]
    assert [message.body for message in second.previous_page()] == ["2", "1"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/Calls.json", {"PageSize": "many"}),
        ("/Calls.json", {"PageSize": "0"}),
        ("/Calls.json", {"Page": "-1"}),
        ("/Calls.json", {"PageToken": "nonsense"}),
        ("/Calls.json", {"StartTime>": "yesterday"}),
        ("/Conferences.json", {"DateCreated": "yesterday"}),
        ("/Conferences.json", {"Status": "sleeping"}),
        ("/Messages.json", {"DateSent<": "soon"}),
        ("/Recordings.json", {"IncludeSoftDeleted": "perhaps"}),
    ],
)
def test_odd_queries_are_no_server_error(
    network: Network, path: str, query: dict[str, str]
) -> None:
    """Bad input is Twilio's 400 or is ignored; never a 5xx."""
    assert network.http.get(path, params=query).status_code in (200, 400)


@pytest.mark.parametrize("body", [b"\xff\xfe%%%&&==", b"{}", b"a" * 100_000])
def test_odd_bodies_are_no_server_error(network: Network, body: bytes) -> None:
    """Bad input is a 4xx with Twilio's error body."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = network.http.post("/Calls.json", content=body, headers=kind)
    assert 400 <= answer.status_code < 500


def test_an_api_key_opens_it(network: Network, app: Application, alice: Handset) -> None:
    """A1, C: SKxxx:secret is accepted; its secret signs nothing (the fixture checks the token)."""
    client = network.client(*API_KEY)
    client.calls.create(
        to=alice.number, from_=LINES[0], url=app.answers("/voice", "<Say>Hello</Say>")
    )
    alice.answers()
    assert app.request("/voice").signed_with(TOKEN)
    with pytest.raises(TwilioRestException):
        network.client(API_KEY[0], "wrong").calls("CA" + "0" * 32).fetch()


def test_the_secondary_token_opens_it(network: Network, app: Application, alice: Handset) -> None:
    """C: both tokens are accepted during a rotation; the primary one signs."""
    client = network.client(ACCOUNT, SECONDARY_TOKEN)
    client.calls.create(
        to=alice.number, from_=LINES[0], url=app.answers("/voice", "<Say>Hello</Say>")
    )
    alice.answers()
    request = app.request("/voice")
    assert request.signed_with(TOKEN)
    assert not request.signed_with(SECONDARY_TOKEN)
