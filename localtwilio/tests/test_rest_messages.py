"""FACTS A8: the life of an SMS."""

import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, LINES, Network


def test_a_message_is_queued_and_then_delivered(network: Network, alice: Handset) -> None:
    """A8: create answers `queued`; later it is `delivered`, outbound-api, with date_sent."""
    message = network.rest.messages.create(to=alice.number, from_=LINES[0], body="Code 0427")
    assert (message.status, message.direction) == ("queued", "outbound-api")
    assert (message.from_, message.to) == (LINES[0], alice.number)
    text = alice.receives("0427")
    assert text["sid"] == message.sid
    assert text["from"] == LINES[0]
    until(lambda: network.rest.messages(message.sid).fetch().status == "delivered", "delivered")
    assert network.rest.messages(message.sid).fetch().date_sent is not None


def test_status_callbacks_tell_its_life(network: Network, app: Application, alice: Handset) -> None:
    """B2: SMS status: MessageSid, SmsSid, MessageStatus = SmsStatus, AccountSid, From, To."""
    message = network.rest.messages.create(
        to=alice.number, from_=LINES[0], body="x", status_callback=app.listens("/sms")
    )
    last = app.request("/sms", MessageStatus="delivered")
    assert last["MessageSid"] == last["SmsSid"] == message.sid
    assert last["SmsStatus"] == "delivered"
    assert (last["From"], last["To"]) == (LINES[0], alice.number)
    assert (last["AccountSid"], last["ApiVersion"]) == (ACCOUNT, "2010-04-01")
    assert "ErrorCode" not in last
    assert app.request("/sms", MessageStatus="sent")


def test_a_delivery_error_arrives_later(network: Network, app: Application, alice: Handset) -> None:
    """A10: 30003 is a delivery error: create succeeds, the callback has ErrorCode."""
    alice.behaves(on_sms="fail:30003")
    message = network.rest.messages.create(
        to=alice.number, from_=LINES[0], body="x", status_callback=app.listens("/sms")
    )
    assert message.error_code is None
    assert app.request("/sms", ErrorCode="30003")["MessageStatus"] in ("undelivered", "failed")
    fetched = network.rest.messages(message.sid).fetch()
    assert (fetched.error_code, fetched.status in ("undelivered", "failed")) == (30003, True)
    assert alice.inbox == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": LINES[0], "Body": "x"}, 21604),
        ({"To": "+13015550199", "Body": "x"}, 21603),
        ({"To": "+13015550199", "From": LINES[0]}, 21602),
        ({"To": "+13015550199", "From": LINES[0], "Body": ""}, 21602),
        ({"To": "+13015550199", "From": LINES[0], "Body": "x" * 1601}, 21617),
        ({"To": "+13015550199", "From": "+13015550198", "Body": "x"}, 21606),
        ({"To": "nonsense", "From": LINES[0], "Body": "x"}, 21211),
        (
            {"To": "+13015550199", "From": LINES[0], "Body": "x", "StatusCallback": "nonsense"},
            21609,
        ),
    ],
)
def test_a_bad_message_is_refused(network: Network, form: dict[str, str], code: int) -> None:
    """A10: To, From, Body required; body at most 1600; From must be owned."""
    answer = network.http.post("/Messages.json", data=form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+15005550001", 21211),
        ("+15005550002", 21612),
        ("+15005550003", 21408),
        ("+15005550004", 21610),
        ("+15005550009", 21614),
    ],
)
def test_magic_numbers_are_refused_as_twilio_documents(
    network: Network, number: str, code: int
) -> None:
    """E: the magic numbers of Twilio's test credentials show each failure."""
    with pytest.raises(TwilioRestException) as refused:
        network.rest.messages.create(to=number, from_=LINES[0], body="x")
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_body_can_be_redacted(network: Network, alice: Handset) -> None:
    """A8: update with an empty Body redacts it."""
    message = network.rest.messages.create(to=alice.number, from_=LINES[0], body="secret")
    alice.receives("secret")
    until(lambda: network.rest.messages(message.sid).fetch().status == "delivered", "delivered")
    assert network.rest.messages(message.sid).update(body="").body == ""


def test_long_bodies_count_segments(network: Network, alice: Handset) -> None:
    """A8: num_segments; GSM-7 parts hold 153 characters, UCS-2 parts 67."""
    long = network.rest.messages.create(to=alice.number, from_=LINES[0], body="x" * 161)
    umlauts = network.rest.messages.create(to=alice.number, from_=LINES[0], body="☎" * 71)
    assert (long.num_segments, umlauts.num_segments) == ("2", "2")


def test_lists_filter_by_number(network: Network, alice: Handset, bob: Handset) -> None:
    """A8: filters To and From."""
    network.rest.messages.create(to=alice.number, from_=LINES[0], body="for Alice")
    network.rest.messages.create(to=bob.number, from_=LINES[1], body="for Bob")
    found = network.rest.messages.list(to=bob.number, from_=LINES[1])
    assert [message.body for message in found] == ["for Bob"]
    assert network.rest.messages.list(to=bob.number, from_=LINES[0]) == []
