"""FACTS A4, E: calls by REST."""

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from localtwilio.tests.support.application import Application, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, LINES, Network

LONG = "<Response><Pause length='600'/></Response>"


def test_a_call_rings_is_answered_and_asks_its_url(
    network: Network, app: Application, alice: Handset
) -> None:
    """A4: status queued, then ringing, in-progress, completed; TwiML is asked for at the answer."""
    call = network.call(alice, url=app.answers("/answered", "<Say>Hello Alice</Say>"))
    assert (call.status, call.direction) == ("queued", "outbound-api")
    alice.rings()
    assert app.requests("/answered") == []
    alice.answers()
    alice.hears("Hello Alice")
    assert network.status(call.sid, "completed").answered_by is None
    assert app.request("/answered")["CallStatus"] == "in-progress"


def test_inline_twiml_needs_no_url(network: Network, alice: Handset) -> None:
    """A4: Twiml instead of Url."""
    network.call(alice, twiml=twiml("<Say>Inline</Say>"))
    alice.answers()
    alice.hears("Inline")


def test_with_url_and_twiml_the_url_wins(
    network: Network, app: Application, alice: Handset
) -> None:
    """A4: if both Url and Twiml: Twiml is ignored."""
    network.http.post(
        "/Calls.json",
        data={
            "To": alice.number,
            "From": LINES[0],
            "Url": app.answers("/voice", "<Say>From the URL</Say>"),
            "Twiml": twiml("<Say>Inline</Say>"),
        },
    ).raise_for_status()
    alice.answers()
    alice.hears("From the URL")


def test_method_get_is_used(network: Network, app: Application, alice: Handset) -> None:
    """A4: Method; parameters then stand in the query string, and are signed there."""
    network.call(alice, url=app.answers("/voice", "<Hangup/>"), method="GET")
    alice.answers()
    request = app.request("/voice")
    assert request.method == "GET"
    assert request.query["To"] == [alice.number]


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"From": LINES[0], "Twiml": LONG}, 21201),
        ({"To": "+13015550199", "Twiml": LONG}, 21213),
        ({"To": "+13015550199", "From": LINES[0]}, 21205),
        ({"To": "+13015550199", "From": LINES[0], "Url": "nonsense"}, 21205),
        ({"To": "+13015550199", "From": "+13015550198", "Twiml": LONG}, 21210),
        ({"To": "nonsense", "From": LINES[0], "Twiml": LONG}, 21211),
        ({"To": LINES[0], "From": LINES[0], "Twiml": LONG}, 21211),
        ({"To": "+13015550199", "From": "nonsense", "Twiml": LONG}, 21212),
        ({"To": "+13015550199", "From": LINES[0], "Twiml": LONG, "SendDigits": "x"}, 21206),
        ({"To": "+13015550199", "From": LINES[0], "Twiml": LONG, "Timeout": "soon"}, 21208),
        ({"To": "+13015550199", "From": LINES[0], "Url": "http://a.test", "Method": "PULL"}, 21209),
        ({"To": "+13015550199", "From": LINES[0], "Twiml": LONG, "StatusCallback": "x"}, 21609),
        (
            {
                "To": "+13015550199",
                "From": LINES[0],
                "Twiml": LONG,
                "StatusCallback": "http://my_host.test/x",
            },
            21609,
        ),
    ],
)
def test_a_bad_call_is_refused(network: Network, form: dict[str, str], code: int) -> None:
    """A10: each parameter has its code; HTTP 400. A4: a host may not contain `_`."""
    answer = network.http.post("/Calls.json", data=form)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("+15005550001", 21217),
        ("+15005550002", 21214),
        ("+15005550003", 21215),
        ("+15005550004", 21216),
    ],
)
def test_magic_numbers_are_refused_as_twilio_documents(
    network: Network, number: str, code: int
) -> None:
    """E: the magic numbers of Twilio's test credentials show each failure."""
    with pytest.raises(TwilioRestException) as refused:
        network.rest.calls.create(to=number, from_=LINES[0], twiml=LONG)
    assert (refused.value.status, refused.value.code) == (400, code)


@pytest.mark.parametrize(
    ("on_ring", "status"), [("busy", "busy"), ("fail", "failed"), ("no_answer", "no-answer")]
)
def test_a_callee_who_does_not_take_it(
    network: Network, alice: Handset, on_ring: str, status: str
) -> None:
    """A4: busy, failed, no-answer; duration is then "0"."""
    alice.behaves(on_ring=on_ring, after=1)
    call = network.call(alice, twiml=LONG)
    assert network.status(call.sid, status).duration == "0"
    assert network.leg(call.sid)["answered"] is None


@pytest.mark.slow
def test_ringing_lasts_timeout_plus_five_seconds(network: Network, alice: Handset) -> None:
    """A4: Timeout, always +5 s, in real seconds; then no-answer."""
    call = network.call(alice, twiml=LONG, timeout=1)
    alice.rings()
    leg = network.ended(call.sid, within=15)
    assert leg["status"] == "no-answer"
    assert 5.9 <= leg["ended"] - leg["ringing"] <= 7.5


def test_canceled_while_it_rings(network: Network, app: Application, alice: Handset) -> None:
    """A4: Status=canceled ends a queued or ringing call."""
    call = network.call(alice, twiml=LONG, status_callback=app.listens("/status"))
    alice.rings()
    network.rest.calls(call.sid).update(status="canceled")
    assert network.status(call.sid, "canceled").duration == "0"
    assert app.request("/status")["CallStatus"] == "canceled"
    alice.is_("idle")


def test_canceled_does_not_end_a_call_in_progress(network: Network, alice: Handset) -> None:
    """A4: canceled is only for queued and ringing calls; talk goes on."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    answer = network.http.post(f"/Calls/{call.sid}.json", data={"Status": "canceled"})
    assert answer.status_code in (200, 400)
    assert network.leg(call.sid)["status"] == "in-progress"


def test_completed_ends_a_call_in_progress(network: Network, alice: Handset) -> None:
    """A4: Status=completed ends it even when in progress."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    network.rest.calls(call.sid).update(status="completed")
    leg = network.ended(call.sid)
    assert (leg["status"], leg["ended_by"]) == ("completed", "api")


def test_new_twiml_replaces_what_runs(network: Network, alice: Handset) -> None:
    """A4: new TwiML on a live call replaces whatever runs."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    network.rest.calls(call.sid).update(twiml=twiml("<Say>Something else</Say>"))
    alice.hears("Something else")
    network.ended(call.sid)


def test_a_new_url_replaces_what_runs(network: Network, app: Application, alice: Handset) -> None:
    """A4: Url on a live call is asked at once."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    network.rest.calls(call.sid).update(url=app.answers("/new", "<Say>New page</Say>"))
    assert app.request("/new")["CallSid"] == call.sid
    alice.hears("New page")


def test_an_ended_call_cannot_be_redirected(network: Network, alice: Handset) -> None:
    """A4, A10: 21220, call is not in progress."""
    call = network.call(alice, twiml=twiml("<Hangup/>"))
    alice.answers()
    network.ended(call.sid)
    with pytest.raises(TwilioRestException) as refused:
        network.rest.calls(call.sid).update(twiml=LONG)
    assert (refused.value.status, refused.value.code) == (400, 21220)


def test_time_limit_ends_the_call(network: Network, alice: Handset) -> None:
    """A4: TimeLimit in real seconds, from the answer."""
    call = network.call(alice, twiml=LONG, time_limit=1)
    alice.answers()
    leg = network.ended(call.sid)
    assert leg["ended_by"] == "time_limit"
    assert 0.9 <= leg["ended"] - leg["answered"] <= 3


def test_a_new_time_limit_counts_from_the_answer(network: Network, alice: Handset) -> None:
    """A4: TimeLimit may be set on a live call."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    network.rest.calls(call.sid).update(time_limit=1)
    assert network.ended(call.sid)["ended_by"] == "time_limit"


def test_send_digits_are_pressed_at_the_callee(network: Network, alice: Handset) -> None:
    """A4: SendDigits are played to whoever answers, before the TwiML."""
    network.call(alice, twiml=twiml("<Say>Hello</Say>"), send_digits="ww42#")
    alice.answers()
    alice.hears("Hello")
    assert "tones" in alice.captions[0]


def test_only_finished_calls_are_deleted(network: Network, alice: Handset) -> None:
    """A4, A10: 20009 while it lives; then 204."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    answer = network.http.delete(f"/Calls/{call.sid}.json")
    assert (answer.status_code, answer.json()["code"]) == (409, 20009)
    network.rest.calls(call.sid).update(status="completed")
    network.ended(call.sid)
    assert network.http.delete(f"/Calls/{call.sid}.json").status_code == 204
    assert network.http.get(f"/Calls/{call.sid}.json").status_code == 404


def test_lists_filter_by_status_and_numbers(network: Network, alice: Handset) -> None:
    """A4: filters To, From, Status."""
    call = network.call(alice, twiml=LONG)
    alice.answers()
    alice.is_("talking")
    found = network.rest.calls.list(to=alice.number, status="in-progress")
    assert [one.sid for one in found] == [call.sid]
    assert network.rest.calls.list(to=alice.number, status="completed") == []
    assert network.rest.calls.list(to=alice.number, from_=LINES[1]) == []


def test_calls_wait_in_the_queue_for_their_second(network: Network, alice: Handset) -> None:
    """E: calls by REST leave one every 1/cps seconds; the others are queued, with queue_time."""
    network.faults(cps=2)
    calls = [network.call(alice, twiml=LONG) for _ in range(3)]
    assert network.rest.calls(calls[2].sid).fetch().status == "queued"
    for call in calls:
        until(lambda sid=call.sid: network.leg(sid)["ringing"], f"{call.sid} rings")
    rang = [network.leg(call.sid)["ringing"] for call in calls]
    assert rang == sorted(rang)
    # A phone may begin to ring late, on a busy machine; none leaves the queue before its turn.
    asked = [network.leg(call.sid)["created"] for call in calls]
    assert rang[1] - asked[0] >= 0.5
    assert rang[2] - asked[0] >= 1.0
    waited = [int(network.rest.calls(call.sid).fetch().queue_time) for call in calls]
    assert waited[0] < waited[1] < waited[2]


def test_an_inbound_call_is_seen_by_rest(
    network: Network, app: Application, line: str, alice: Handset
) -> None:
    """A4: direction inbound, from the caller to the line; phone_number_sid is the line's."""
    app.answers("/voice", "<Say>Hello</Say><Pause length='600'/>")
    sid = alice.dials(line)
    call = network.status(sid, "in-progress")
    assert (call.direction, call._from, call.to) == ("inbound", alice.number, line)
    assert call.phone_number_sid == network.line(line).sid
    assert call.account_sid == ACCOUNT


def test_a_machine_is_detected(network: Network, app: Application, alice: Handset) -> None:
    """A4, B2: MachineDetection=Enable puts AnsweredBy on the TwiML request."""
    alice.behaves(on_ring="machine")
    network.call(alice, url=app.answers("/voice", "<Hangup/>"), machine_detection="Enable")
    assert app.request("/voice")["AnsweredBy"] == "machine_start"


def test_a_human_is_detected(network: Network, app: Application, alice: Handset) -> None:
    """A4, B2: AnsweredBy=human."""
    network.call(alice, url=app.answers("/voice", "<Hangup/>"), machine_detection="Enable")
    alice.answers()
    assert app.request("/voice")["AnsweredBy"] == "human"


def test_asynchronous_detection_has_its_own_callback(
    network: Network, app: Application, alice: Handset
) -> None:
    """B2: AsyncAmdStatusCallback: AccountSid, CallSid, AnsweredBy, MachineDetectionDuration."""
    alice.behaves(on_ring="machine")
    call = network.call(
        alice,
        url=app.answers("/voice", "<Pause length='60'/>"),
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=app.listens("/amd"),
    )
    told = app.request("/amd")
    assert (told["CallSid"], told["AnsweredBy"]) == (call.sid, "machine_start")
    assert told["MachineDetectionDuration"].isdecimal()
    assert "AnsweredBy" not in app.request("/voice")


def test_inline_twiml_has_a_limit(network: Network, alice: Handset) -> None:
    """A4: Twiml has at most 4000 characters."""
    form = {"To": alice.number, "From": LINES[0], "Twiml": twiml(f"<Say>{'x' * 4000}</Say>")}
    assert network.http.post("/Calls.json", data=form).status_code == 400


def test_lists_filter_by_time(network: Network, alice: Handset) -> None:
    """A1: the inequality is part of the parameter's name: `StartTime>`."""
    call = network.call(alice, twiml=twiml("<Say>Hello</Say>"))
    alice.answers()
    network.ended(call.sid)
    now = datetime.now(UTC)
    before, after = now - timedelta(minutes=5), now + timedelta(minutes=5)
    found = network.rest.calls.list(to=alice.number, start_time_after=before)
    assert [one.sid for one in found] == [call.sid]
    assert network.rest.calls.list(to=alice.number, start_time_after=after) == []
    assert network.rest.calls.list(to=alice.number, start_time_before=before) == []


def test_a_fallback_url_of_a_call(network: Network, app: Application, alice: Handset) -> None:
    """A4: FallbackUrl takes over when Url fails."""
    network.call(
        alice,
        url=app.url("/missing"),
        fallback_url=app.answers("/fallback", "<Say>Plan B</Say>"),
    )
    alice.answers()
    assert app.request("/fallback")["ErrorCode"] == "11200"
    alice.hears("Plan B")


def test_a_recorded_call(network: Network, app: Application, alice: Handset) -> None:
    """A4, B2: Record=true: source OutboundAPI; the terminal callback has the recording."""
    call = network.call(
        alice,
        twiml=twiml("<Say>This call is recorded, from its answer to its end.</Say>"),
        record=True,
        status_callback=app.listens("/status"),
        recording_status_callback=app.listens("/recording"),
    )
    alice.answers()
    told = app.request("/recording")
    assert (told["CallSid"], told["RecordingSource"]) == (call.sid, "OutboundAPI")
    assert app.request("/status")["RecordingSid"] == told["RecordingSid"]


def test_the_end_of_a_greeting_is_detected(
    network: Network, app: Application, alice: Handset
) -> None:
    """B2: DetectMessageEnd waits for the greeting's end: machine_end_beep and its like."""
    alice.behaves(on_ring="machine")
    network.call(
        alice, url=app.answers("/voice", "<Hangup/>"), machine_detection="DetectMessageEnd"
    )
    assert app.request("/voice")["AnsweredBy"].startswith("machine_end_")
