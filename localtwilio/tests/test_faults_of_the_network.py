"""What goes wrong on purpose: slow, dead webhooks, rotated tokens, endless ringing, late lists."""

import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Application, Request, Server, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import (
    ACCOUNT,
    CALM,
    LINES,
    SECONDARY_TOKEN,
    TOKEN,
    Network,
)

NEW_TOKEN = "the-token-after-the-rotation"
ALL = ["initiated", "ringing", "answered", "completed"]


@pytest.fixture
def stranger(server: Server) -> Application:
    """An application whose signatures no fixture checks."""
    return server.application()


def test_a_dead_application_is_never_asked(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """faults.webhooks.dead; B5: connection refused, one retry; the fallback too is dead."""
    app.answers("/voice", "<Say>Hello</Say>")
    network.line(line).update(voice_fallback_url=app.answers("/fallback", "<Say>Fallback</Say>"))
    network.faults(webhooks={"dead": 1.0})
    sid = alice.dials(line)
    network.ended(sid)
    rows = [row for row in network.ledger()["webhooks"] if row["sid"] == sid]
    assert [(row["status"], row["attempts"]) for row in rows] == [("failed", 2), ("failed", 2)]
    assert app.received == []
    assert any(w["code"] == 11205 and w["sid"] == sid for w in network.warnings())


def test_a_slow_application_has_done_it_but_is_not_heard(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """faults.webhooks.slow; A10: 11200 at the read time-out, though the request has arrived."""
    app.answers("/voice", "<Say>Too late</Say>")
    network.line(line).update(
        voice_url=app.url("/voice#rt=300"), voice_fallback_url=app.url("/fallback#rt=300")
    )
    app.answers("/fallback", "<Say>Nor this</Say>")
    network.faults(webhooks={"slow": 1.0})
    sid = alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == "11200"
    network.ended(sid)
    assert len(app.requests("/voice")) == 1
    assert "Too late" not in alice.captions


def test_a_slow_webhook_is_repeated_where_the_policy_says_so(
    app: Application, network: Network, alice: Handset
) -> None:
    """B5: `#rc=1&rp=rt`: the application has the same callback twice, with one token."""
    network.faults(webhooks={"slow": 1.0})
    callback = app.listens("/status") + "#rt=200&rc=1&rp=rt"
    network.call(alice, url=app.url("/voice#rt=200"), status_callback=callback)
    alice.rejects()
    until(lambda: len(app.requests("/status")) == 2, "the callback is repeated")
    one, other = app.requests("/status")
    token = "i-twilio-idempotency-token"
    assert (one.headers[token], one.body) == (other.headers[token], other.body)


@pytest.mark.parametrize(("policy", "tries"), [("#rc=3", 4), ("#rc=0", 1), ("#rc=2&rp=5xx", 1)])
def test_how_often_a_dead_application_is_tried(
    app: Application, network: Network, line: str, alice: Handset, policy: str, tries: int
) -> None:
    """B5: `rc` counts the retries; `rp` without `ct` gives a refused connection none."""
    network.line(line).update(voice_url=app.url("/voice") + policy)
    network.faults(webhooks={"dead": 1.0})
    sid = alice.dials(line)
    network.ended(sid)
    rows = [row for row in network.ledger()["webhooks"] if row["sid"] == sid]
    assert rows[0]["attempts"] == tries


def test_late_callbacks_keep_the_networks_own_times(
    app: Application, network: Network, alice: Handset
) -> None:
    """faults.callbacks.delay: a callback comes late, and is as true as ever."""
    network.faults(callbacks={"delay": 0.5})
    call = network.call(
        alice, twiml=twiml("<Hangup/>"), status_callback=app.listens("/status"),
        status_callback_event=ALL,
    )  # fmt: skip
    alice.answers()
    until(lambda: len(app.requests("/status")) == 4, "all four arrive")
    assert [request["SequenceNumber"] for request in app.requests("/status")] == list("0123")
    assert network.leg(call.sid)["status"] == "completed"


def test_in_a_rotation_the_primary_token_signs(
    stranger: Application, network: Network, line: str, alice: Handset
) -> None:
    """C: during token rotation the primary signs; from the next request on."""
    stranger.answers("/voice", f"<Redirect>{stranger.url('/next')}</Redirect>")

    def rotates(_: Request) -> str:
        network.rotates(NEW_TOKEN, TOKEN)
        return f"<Redirect>{stranger.url('/last')}</Redirect>"

    stranger.answers("/next", rotates)
    stranger.answers("/last", "<Hangup/>")
    network.line(line).update(voice_url=stranger.url("/voice"))
    network.ended(alice.dials(line))
    assert stranger.request("/next").signed_with(TOKEN)
    last = stranger.request("/last")
    assert last.signed_with(NEW_TOKEN)
    assert not last.signed_with(TOKEN)


def test_in_a_rotation_rest_accepts_both_tokens(network: Network) -> None:
    """A1: the secondary opens REST until it is the primary's turn to be alone."""
    network.rotates(NEW_TOKEN, TOKEN)
    for token in (NEW_TOKEN, TOKEN):
        assert network.client(ACCOUNT, token).incoming_phone_numbers.list()
    network.rotates(NEW_TOKEN)
    for token in (TOKEN, SECONDARY_TOKEN):
        with pytest.raises(TwilioRestException) as refused:
            network.client(ACCOUNT, token).api.accounts(ACCOUNT).fetch()
        assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize("body", [{}, {"primary": ""}, {"primary": 1}, {"primary": "x", "z": 1},
                                  {"primary": "x", "secondary": ""}])  # fmt: skip
def test_a_bad_rotation_is_400(network: Network, body: dict[str, object]) -> None:
    answer = network.control.post("/tokens", json=body)
    assert answer.status_code == 400
    assert network.rest.incoming_phone_numbers.list()


def test_a_leg_may_ring_for_ever(network: Network, app: Application, alice: Handset) -> None:
    """behaviour for_ever: not even the ring time-out ends it; only who called can hang up."""
    network.speed(1000)
    alice.behaves(on_ring="for_ever", after=0)
    callback = app.listens("/status")
    call = network.call(alice, twiml=twiml(""), timeout=1, status_callback=callback)
    usual = network.handset()
    other = network.call(usual, twiml=twiml(""), timeout=1)
    network.ended(other.sid, within=15)
    assert network.leg(call.sid)["status"] == "ringing"
    assert network.rest.calls(call.sid).update(status="canceled").status == "canceled"
    assert app.request("/status")["CallStatus"] == "canceled"


def test_a_machine_speaks_and_presses_nothing(
    network: Network, app: Application, alice: Handset
) -> None:
    """behaviour machine: asked to press 1, it greets and lets the question pass."""
    alice.behaves(on_ring="machine", press="1")
    app.answers("/voice", f"<Gather action='{app.url('/digits')}'><Say>Press 1</Say></Gather>"
                          "<Say>Nobody there</Say>")  # fmt: skip
    call = network.call(alice, url=app.url("/voice"), machine_detection="Enable")
    alice.hears("mailbox greeting")
    assert app.request("/voice")["AnsweredBy"] == "machine_start"
    alice.hears("Nobody there")
    network.ended(call.sid)
    assert app.requests("/digits") == []


def test_every_list_may_lag_and_a_fetch_does_not(
    network: Network, app: Application, line: str, room: str, alice: Handset, bob: Handset
) -> None:
    """faults.rest.list_lag: conferences and participants that are new are not listed yet."""
    app.answers("/voice", f"<Dial><Conference>{room}</Conference></Dial>")
    sids = {alice.dials(line), bob.dials(line)}
    until(lambda: network.conference(room)["status"] == "in-progress", "it starts")
    conference = network.rest.conferences(network.conference(room)["sid"])
    text = network.rest.messages.create(to=alice.number, from_=LINES[0], body="Hello")
    network.faults(rest={"list_lag": 60})
    assert network.rest.conferences.list(friendly_name=room) == []
    assert conference.participants.list() == []
    assert network.rest.messages.list(to=alice.number) == []
    assert conference.fetch().status == "in-progress"
    assert {conference.participants(sid).fetch().call_sid for sid in sids} == sids
    assert network.rest.messages(text.sid).fetch().body == "Hello"
    network.faults(**CALM)
    assert {one.call_sid for one in conference.participants.list()} == sids


def test_the_ledger_in_parts(network: Network, alice: Handset, line: str) -> None:
    """`?part=` gives sections, `?since=` leaves out what was over before."""
    old = alice.dials(LINES[1])
    moment = network.ended(old)["ended"] + 0.001
    call = network.call(alice, twiml=twiml("<Pause length='60'/>"))

    def ask(**params: object) -> dict[str, list[dict[str, object]]]:
        return network.control.get("/ledger", params=params).raise_for_status().json()  # type: ignore[arg-type, no-any-return]

    assert set(ask(part="legs")) == {"legs"}
    assert set(ask(part=["legs", "webhooks"])) == {"legs", "webhooks"}
    recent = {leg["call_sid"] for leg in ask(part="legs", since=moment)["legs"]}
    assert call.sid in recent
    assert old not in recent
    assert old in {leg["call_sid"] for leg in ask()["legs"]}


@pytest.mark.parametrize(("asked", "named"), [("part=people", "part"), ("since=noon", "since")])
def test_a_bad_question_to_the_ledger_is_400(network: Network, asked: str, named: str) -> None:
    answer = network.control.get(f"/ledger?{asked}")
    assert answer.status_code == 400
    assert named in answer.text
