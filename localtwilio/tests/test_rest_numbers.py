"""FACTS A9: the account's own numbers."""

import re

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import LINES, Network


def test_every_line_is_a_number_of_the_account(network: Network) -> None:
    """A9: listed, filtered by PhoneNumber, each with a PN SID."""
    assert {one.phone_number for one in network.rest.incoming_phone_numbers.list()} == set(LINES)
    found = network.rest.incoming_phone_numbers.list(phone_number=LINES[1])
    assert [one.phone_number for one in found] == [LINES[1]]
    assert re.match(r"^PN[0-9a-f]{32}$", found[0].sid)


def test_its_webhooks_are_set_by_rest(network: Network, app: Application) -> None:
    """A9: VoiceUrl, VoiceMethod, VoiceFallbackUrl, StatusCallback; what is not named stays."""
    number = network.line(LINES[1])
    number.update(voice_url=app.url("/a"), voice_method="GET", status_callback=app.url("/s"))
    number.update(voice_fallback_url=app.url("/f"))
    read = network.rest.incoming_phone_numbers(number.sid).fetch()
    assert (read.voice_url, read.voice_method) == (app.url("/a"), "GET")
    assert (read.voice_fallback_url, read.status_callback) == (app.url("/f"), app.url("/s"))
    number.update(voice_url="", voice_method="POST", voice_fallback_url="", status_callback="")


def test_a_url_without_scheme_is_refused(network: Network) -> None:
    """A10: 21205 and its like: 400, and nothing changes."""
    number = network.line(LINES[1])
    answer = network.http.post(
        f"/IncomingPhoneNumbers/{number.sid}.json", data={"VoiceUrl": "nonsense"}
    )
    assert answer.status_code == 400
    assert network.line(LINES[1]).voice_url == number.voice_url


def test_an_unknown_number_is_404(network: Network) -> None:
    """A3."""
    assert network.http.get(f"/IncomingPhoneNumbers/PN{'f' * 32}.json").status_code == 404


def test_each_line_asks_its_own_url(
    network: Network, app: Application, line: str, alice: Handset
) -> None:
    """A9: the number that was called decides."""
    network.line(LINES[1]).update(voice_url=app.answers("/other", "<Say>The other line</Say>"))
    app.answers("/voice", "<Say>This line</Say>")
    alice.dials(LINES[1])
    alice.hears("The other line")
    assert app.requests("/voice") == []
    network.line(LINES[1]).update(voice_url="")


def test_a_call_to_another_line_of_the_account_runs_its_page(
    network: Network, app: Application
) -> None:
    """A6 [R]: calling a number of the same account runs that number's VoiceUrl on the far side."""
    network.line(LINES[1]).update(voice_url=app.answers("/far", "<Say>Far side</Say>"))
    network.rest.calls.create(
        to=LINES[1], from_=LINES[0], url=app.answers("/near", "<Pause length='30'/>")
    )
    assert app.request("/far")["To"] == LINES[1]
    assert app.request("/near")["CallStatus"] == "in-progress"
    network.line(LINES[1]).update(voice_url="")
