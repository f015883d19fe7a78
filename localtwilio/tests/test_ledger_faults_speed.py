"""The contract's judge and its knobs: /ledger, /faults, /speed."""

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Application, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import CALM, LINES, Network

ALL = ["initiated", "ringing", "answered", "completed"]
LEG = {"call_sid", "from", "to", "direction", "status", "created", "ringing", "answered", "ended",
       "duration", "ended_by", "room", "joined", "left"}  # fmt: skip
SHAPE = {
    "legs": LEG,
    "messages": {"sid", "from", "to", "body", "status", "at"},
    "conferences": {"sid", "name", "status", "created", "ended", "reason", "participants"},
    "recordings": {"sid", "call_sid", "duration", "status"},
    "webhooks": {"url", "event", "status", "attempts", "at"},
}


def test_the_ledger_has_the_contracts_shape(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """/ledger: every key of the contract in every row."""
    app.answers("/voice", f"<Dial><Conference>{room}</Conference></Dial>")
    network.rest.messages.create(to=alice.number, from_=line, body="x")
    alice.dials(line)
    network.conference(room)
    ledger = network.ledger()
    assert set(ledger) >= set(SHAPE)
    for name, keys in SHAPE.items():
        for row in ledger[name]:
            assert set(row) >= keys, name


def test_times_are_in_order(
    app: Application, network: Network, line: str, room: str, alice: Handset
) -> None:
    """/ledger: seconds since the epoch with fractions: created, ringing, answered, joined, left."""
    app.answers("/voice", f"<Dial><Conference>{room}</Conference></Dial>")
    sid = alice.dials(line)
    network.conference(room)
    alice.hangs_up()
    leg = network.ended(sid)
    times = [leg[key] for key in ("created", "ringing", "answered", "joined", "left", "ended")]
    assert times == sorted(times)
    assert leg["room"] == room


def test_webhooks_are_in_the_ledger(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """/ledger: each webhook with its answer's status and its attempts."""
    app.answers("/voice", "<Hangup/>")
    network.ended(alice.dials(line))
    row = next(row for row in network.ledger()["webhooks"] if row["url"] == app.url("/voice"))
    assert (row["status"], row["attempts"]) == (200, 1)


def test_dropped_callbacks_never_arrive(app: Application, network: Network, alice: Handset) -> None:
    """faults.callbacks.drop: a share of the status callbacks is lost; TwiML is still asked for."""
    network.faults(callbacks={"drop": 1.0})
    call = network.call(
        alice,
        url=app.answers("/voice", "<Say>Hello</Say>"),
        status_callback=app.listens("/status"),
        status_callback_event=ALL,
    )
    alice.answers()
    alice.hears("Hello")
    network.ended(call.sid)
    assert app.requests("/status") == []


def test_duplicated_callbacks_carry_one_token(
    app: Application, network: Network, alice: Handset
) -> None:
    """faults.callbacks.duplicate; B5: I-Twilio-Idempotency-Token tells a repeat."""
    network.faults(callbacks={"duplicate": 1.0})
    network.call(alice, twiml=twiml("<Hangup/>"), status_callback=app.listens("/status"))
    alice.answers()
    until(lambda: len(app.requests("/status")) == 2, "the callback comes twice")
    one, other = app.requests("/status")
    token = "i-twilio-idempotency-token"
    assert one.headers[token] == other.headers[token]
    assert one.body == other.body


def test_shuffled_callbacks_all_arrive(app: Application, network: Network, alice: Handset) -> None:
    """faults.callbacks.shuffle and delay: any order, none lost, numbers tell the order."""
    network.faults(callbacks={"shuffle": True, "delay": 0.3})
    network.call(
        alice,
        twiml=twiml("<Hangup/>"),
        status_callback=app.listens("/status"),
        status_callback_event=ALL,
    )
    alice.answers()
    until(lambda: len(app.requests("/status")) == 4, "all four arrive")
    assert {request["SequenceNumber"] for request in app.requests("/status")} == set("0123")


def test_429_is_never_processed(network: Network, alice: Handset) -> None:
    """faults.rest.429; A10: 20429, never processed."""
    network.faults(rest={"429": 1.0})
    with pytest.raises(TwilioRestException) as refused:
        network.call(alice, twiml=twiml(""))
    network.faults(**CALM)
    assert (refused.value.status, refused.value.code) == (429, 20429)
    assert network.rest.calls.list(to=alice.number) == []


@pytest.mark.parametrize(("knob", "made"), [("500_before", 0), ("500_after", 1)])
def test_500_before_or_after_the_deed(
    network: Network, alice: Handset, knob: str, made: int
) -> None:
    """faults.rest.500_*: a 20500 that did nothing, or one that hides what it did."""
    network.faults(rest={knob: 1.0})
    with pytest.raises(TwilioRestException) as refused:
        network.call(alice, twiml=twiml("<Pause length='60'/>"))
    network.faults(**CALM)
    assert (refused.value.status, refused.value.code) == (500, 20500)
    assert len(network.rest.calls.list(to=alice.number)) == made


@pytest.mark.parametrize(("knob", "made"), [("timeout_before", 0), ("timeout_after", 1)])
def test_a_timeout_before_or_after_the_deed(
    network: Network, alice: Handset, knob: str, made: int
) -> None:
    """faults.rest.timeout_*: no answer comes; the call was made, or was not."""
    network.faults(rest={knob: 1.0})
    form = {"To": alice.number, "From": LINES[0], "Twiml": twiml("<Pause length='60'/>")}
    with pytest.raises(httpx.TimeoutException):
        network.http.post("/Calls.json", data=form, timeout=0.5)
    network.faults(**CALM)
    assert len(network.rest.calls.list(to=alice.number)) == made


def test_lists_may_lag(network: Network, alice: Handset) -> None:
    """faults.rest.list_lag: a new call is not in the list for so many seconds, but can be read."""
    network.faults(rest={"list_lag": 60})
    call = network.call(alice, twiml=twiml("<Pause length='60'/>"))
    assert network.rest.calls.list(to=alice.number) == []
    assert network.rest.calls(call.sid).fetch().sid == call.sid
    network.faults(**CALM)
    assert len(network.rest.calls.list(to=alice.number)) == 1


def test_faults_are_read_back(network: Network) -> None:
    """GET /faults shows every knob; POST changes those it names."""
    network.faults(cps=50, seed=7)
    shown = network.control.get("/faults").json()
    assert (shown["cps"], shown["seed"]) == (50, 7)
    assert set(shown["callbacks"]) == set(CALM["callbacks"])  # type: ignore[arg-type]
    assert set(shown["rest"]) == set(CALM["rest"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wanted",
    [{"weather": 1}, {"callbacks": {"drop": 2}}, {"callbacks": {"lose": 1}}, {"rest": {"429": "x"}},
     {"cps": 0}, {"seed": "x"}, {"callbacks": 1}],
)  # fmt: skip
def test_a_bad_fault_is_400(network: Network, wanted: dict[str, object]) -> None:
    """A 400 that names the knob; nothing changes."""
    before = network.control.get("/faults").json()
    answer = network.control.post("/faults", json=wanted)
    assert answer.status_code == 400
    assert next(iter(wanted)) in answer.text
    assert network.control.get("/faults").json() == before


@pytest.mark.parametrize("speed", [0, -1, "fast", None])
def test_a_bad_speed_is_400(network: Network, speed: object) -> None:
    answer = network.control.post("/speed", json={"speed": speed})
    assert answer.status_code == 400
    assert "speed" in answer.text


def test_speed_hurries_audio(app: Application, network: Network, line: str, alice: Handset) -> None:
    """/speed hurries people and audio: a minute's pause is over in a moment."""
    network.speed(600)
    app.answers("/voice", "<Say>Before</Say><Pause length='60'/><Say>After</Say>")
    network.ended(alice.dials(line), within=5)
    alice.hears("After")


def test_speed_does_not_hurry_limits(network: Network, alice: Handset) -> None:
    """/speed leaves limits, time-outs and timestamps real."""
    network.speed(600)
    call = network.call(alice, twiml=twiml("<Say loop='0'>x</Say>"), time_limit=1)
    alice.answers()
    leg = network.ended(call.sid)
    assert leg["ended"] - leg["answered"] >= 0.9
