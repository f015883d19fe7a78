"""FACTS B1-B3: what each webhook says, and how status callbacks are numbered."""

from email.utils import parsedate_to_datetime

import pytest

from localtwilio.tests.support.application import Application, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import ACCOUNT, LINES, Network

ALL = ["initiated", "ringing", "answered", "completed"]
LONG = twiml("<Pause length='600'/>")


def test_the_common_parameters(app: Application, line: str, alice: Handset) -> None:
    """B1: every voice request names the call, the account, both ends, status and direction."""
    app.answers("/voice", "<Hangup/>")
    sid = alice.dials(line)
    request = app.request("/voice")
    assert request.method == "POST"
    assert request["CallSid"] == sid
    assert request["AccountSid"] == ACCOUNT
    assert (request["From"], request["To"]) == (alice.number, line)
    assert (request["Caller"], request["Called"]) == (alice.number, line)
    assert (request["Direction"], request["ApiVersion"]) == ("inbound", "2010-04-01")


def test_geography_is_empty_and_not_absent(app: Application, line: str, alice: Handset) -> None:
    """B1: {From,To,Caller,Called}{City,State,Zip,Country} are empty strings when unknown."""
    app.answers("/voice", "<Hangup/>")
    alice.dials(line)
    request = app.request("/voice")
    for side in ("From", "To", "Caller", "Called"):
        for part in ("City", "State", "Zip", "Country"):
            assert request[side + part] == ""


def test_webhooks_are_forms_in_utf_8(app: Application, line: str, alice: Handset) -> None:
    """B5: form-encoded UTF-8."""
    app.answers("/voice", "<Hangup/>")
    alice.dials(line)
    kind = app.request("/voice").headers["content-type"]
    assert kind.startswith("application/x-www-form-urlencoded")


def test_the_first_request_says_ringing_later_ones_in_progress(
    app: Application, line: str, alice: Handset
) -> None:
    """B1: CallStatus is `ringing` on the first inbound request, `in-progress` on later ones."""
    app.answers("/voice", f"<Say>Hi</Say><Redirect>{app.url('/next')}</Redirect>")
    app.answers("/next", "<Hangup/>")
    alice.dials(line)
    assert app.request("/next")["CallStatus"] == "in-progress"
    assert app.request("/voice")["CallStatus"] == "ringing"


def test_a_call_by_rest_is_in_progress_from_the_first_request(
    network: Network, app: Application, alice: Handset
) -> None:
    """B1: its TwiML is asked for when it is answered; direction outbound-api."""
    network.call(alice, url=app.answers("/voice", "<Hangup/>"))
    alice.answers()
    request = app.request("/voice")
    assert (request["CallStatus"], request["Direction"]) == ("in-progress", "outbound-api")
    assert (request["From"], request["To"]) == (LINES[0], alice.number)


def test_four_events_are_numbered_from_zero(
    network: Network, app: Application, alice: Handset
) -> None:
    """B3: initiated, ringing, in-progress, completed carry SequenceNumber 0 to 3."""
    network.call(
        alice,
        twiml=twiml("<Say>Hi</Say>"),
        status_callback=app.listens("/status"),
        status_callback_event=ALL,
    )
    alice.answers()
    app.request("/status", CallStatus="completed")
    told = sorted(app.requests("/status"), key=lambda request: int(request["SequenceNumber"]))
    assert [request["SequenceNumber"] for request in told] == ["0", "1", "2", "3"]
    words = ["initiated", "ringing", "in-progress", "completed"]
    assert [request["CallStatus"] for request in told] == words
    for request in told:
        assert request["CallbackSource"] == "call-progress-events"
        assert parsedate_to_datetime(request["Timestamp"])


def test_events_may_be_separated_by_spaces(
    network: Network, app: Application, alice: Handset
) -> None:
    """A11: repeated keys and space-separated values are both accepted."""
    form = {
        "To": alice.number,
        "From": LINES[0],
        "Twiml": LONG,
        "StatusCallback": app.listens("/status"),
        "StatusCallbackEvent": "ringing answered",
    }
    network.http.post("/Calls.json", data=form).raise_for_status()
    alice.answers()
    app.request("/status", CallStatus="in-progress")
    assert {r["CallStatus"] for r in app.requests("/status")} == {"ringing", "in-progress"}


def test_completed_alone_is_number_zero(network: Network, app: Application, alice: Handset) -> None:
    """B3: it counts fired events: 0 when only completed is subscribed, which is the default."""
    network.call(alice, twiml=twiml("<Hangup/>"), status_callback=app.listens("/status"))
    alice.answers()
    assert app.request("/status", CallStatus="completed")["SequenceNumber"] == "0"
    assert len(app.requests("/status")) == 1


def test_the_last_callback_has_the_duration(
    network: Network, app: Application, alice: Handset
) -> None:
    """B2: terminal: CallDuration in seconds, Duration in minutes rounded up, SipResponseCode."""
    network.call(alice, twiml=LONG, time_limit=1, status_callback=app.listens("/status"))
    alice.answers()
    last = app.request("/status", CallStatus="completed")
    assert (last["CallDuration"], last["Duration"], last["SipResponseCode"]) == ("1", "1", "200")


@pytest.mark.parametrize(
    ("on_ring", "status", "sip"),
    [("busy", "busy", "486"), ("no_answer", "no-answer", "487"), ("fail", "failed", "404")],
)
def test_unanswered_endings(
    network: Network, app: Application, alice: Handset, on_ring: str, status: str, sip: str
) -> None:
    """B3: busy and the like come under `completed`, with CallDuration "0"."""
    alice.behaves(on_ring=on_ring, after=1)
    network.call(alice, twiml=LONG, status_callback=app.listens("/status"))
    last = app.request("/status", CallStatus=status)
    assert (last["CallDuration"], last["SipResponseCode"]) == ("0", sip)


def test_only_the_four_events_can_be_subscribed(
    network: Network, app: Application, alice: Handset
) -> None:
    """B3: `busy` is not an event; it arrives under `completed`."""
    alice.behaves(on_ring="busy")
    call = network.call(
        alice,
        twiml=LONG,
        status_callback=app.listens("/status"),
        status_callback_event=["ringing", "completed"],
    )
    app.request("/status", CallStatus="busy")
    network.ended(call.sid)
    assert {r["CallStatus"] for r in app.requests("/status")} == {"ringing", "busy"}


def test_a_call_canceled_in_the_queue_says_nothing(
    network: Network, app: Application, alice: Handset, bob: Handset
) -> None:
    """B3: a call canceled while still queued produces no callback."""
    network.faults(cps=0.5)
    network.call(bob, twiml=LONG)
    call = network.call(
        alice, twiml=LONG, status_callback=app.listens("/status"), status_callback_event=ALL
    )
    network.rest.calls(call.sid).update(status="canceled")
    network.ended(call.sid)
    network.faults(cps=1000)
    later = network.call(bob, twiml=LONG, status_callback=app.url("/status"))
    network.status(later.sid, "ringing")
    network.rest.calls(later.sid).update(status="completed")
    assert app.request("/status", CallSid=later.sid)
    assert all(request["CallSid"] != call.sid for request in app.requests("/status"))
    assert alice.now()["state"] == "idle"


def test_a_lines_status_callback_gets_only_the_end(
    network: Network, app: Application, line: str, alice: Handset
) -> None:
    """A9: a number's StatusCallback gets only the completed event of inbound calls."""
    network.line(line).update(status_callback=app.listens("/status"))
    app.answers("/voice", "<Say>Bye</Say>")
    sid = alice.dials(line)
    assert app.request("/status", CallSid=sid)["CallStatus"] == "completed"
    assert len(app.requests("/status")) == 1


def test_gather_gives_the_digits_without_the_finish_key(
    app: Application, line: str, alice: Handset
) -> None:
    """B2: Digits, finish key stripped; FinishedOnKey and msg as observed."""
    app.answers(
        "/voice", f"<Gather timeout='800' action='{app.url('/digits')}'><Say>Code</Say></Gather>"
    )
    app.answers("/digits", "<Hangup/>")
    alice.dials(line)
    alice.presses("0427#")
    request = app.request("/digits")
    assert request["Digits"] == "0427"
    assert request["FinishedOnKey"] == "#"
    assert request["msg"] == "Gather End"
    assert request["CallStatus"] == "in-progress"


def test_a_bridged_dial_reports_to_its_action(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """B2: DialCallStatus=completed, DialCallSid, DialCallDuration, DialBridged=true."""
    app.answers(
        "/voice", f"<Dial action='{app.url('/after')}'><Number>{bob.number}</Number></Dial>"
    )
    app.answers("/after", "<Say>Back again</Say>")
    alice.dials(line)
    bob.answers()
    alice.is_("talking")
    bob.hangs_up()
    after = app.request("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    assert after["DialCallSid"].startswith("CA")
    assert after["DialCallDuration"].isdecimal()
    alice.hears("Back again")


@pytest.mark.parametrize(
    ("on_ring", "status"), [("busy", "busy"), ("no_answer", "no-answer"), ("fail", "failed")]
)
def test_an_unanswered_dial_reports_why(
    app: Application, line: str, alice: Handset, bob: Handset, on_ring: str, status: str
) -> None:
    """B2: busy, no-answer, failed; DialBridged=false, DialCallDuration absent."""
    bob.behaves(on_ring=on_ring, after=1)
    app.answers(
        "/voice", f"<Dial action='{app.url('/after')}'><Number>{bob.number}</Number></Dial>"
    )
    app.answers("/after", "<Hangup/>")
    alice.dials(line)
    after = app.request("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in after


def test_the_caller_leaves_while_it_dials(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """B2: the action is still requested, with CallStatus=completed, and bob stops ringing."""
    app.answers(
        "/voice", f"<Dial action='{app.url('/after')}'><Number>{bob.number}</Number></Dial>"
    )
    app.answers("/after", "<Hangup/>")
    sid = alice.dials(line)
    bob.rings()
    alice.hangs_up()
    after = app.request("/after")
    assert (after["CallSid"], after["CallStatus"]) == (sid, "completed")
    assert after["DialCallStatus"] in ("no-answer", "canceled")
    bob.is_("idle")


def test_a_numbers_status_callback(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """B2: <Number statusCallback>: ParentCallSid, direction outbound-dial, the four events."""
    callback = app.listens("/leg")
    app.answers(
        "/voice",
        f"<Dial><Number statusCallback='{callback}' statusCallbackEvent='initiated ringing "
        f"answered completed'>{bob.number}</Number></Dial>",
    )
    sid = alice.dials(line)
    bob.answers()
    bob.is_("talking")
    bob.hangs_up()
    app.request("/leg", CallStatus="completed")
    told = app.requests("/leg")
    assert {r["CallStatus"] for r in told} == {"initiated", "ringing", "in-progress", "completed"}
    assert {r["ParentCallSid"] for r in told} == {sid}
    assert {r["Direction"] for r in told} == {"outbound-dial"}


def test_a_number_tells_only_the_end_by_default(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """D: statusCallbackEvent of <Number> defaults to completed."""
    callback = app.listens("/leg")
    app.answers("/voice", f"<Dial><Number statusCallback='{callback}'>{bob.number}</Number></Dial>")
    alice.dials(line)
    bob.answers()
    bob.is_("talking")
    bob.hangs_up()
    assert app.request("/leg")["CallStatus"] == "completed"


def test_the_record_action(app: Application, line: str, alice: Handset) -> None:
    """B2: RecordingUrl without extension, RecordingSid, RecordingDuration, Digits=ending key."""
    app.answers("/voice", f"<Record timeout='800' action='{app.url('/recorded')}'/>")
    app.answers("/recorded", "<Hangup/>")
    alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(4, "Please call me back")
    until(lambda: alice.now()["state"] == "talking", "still on the line")
    alice.tries("press", digits="#").raise_for_status()
    done = app.request("/recorded")
    assert done["Digits"] == "#"
    assert done["RecordingUrl"].endswith(f"/Recordings/{done['RecordingSid']}")
    assert int(done["RecordingDuration"]) >= 1


def test_the_record_action_after_a_hang_up(app: Application, line: str, alice: Handset) -> None:
    """B2: on hang-up the action is requested with CallStatus=completed and Digits=hangup."""
    app.answers("/voice", f"<Record action='{app.url('/recorded')}' timeout='800'/>")
    app.answers("/recorded", "<Hangup/>")
    alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(4, "Please call me back")
    alice.hangs_up()
    done = app.request("/recorded")
    assert (done["CallStatus"], done["Digits"]) == ("completed", "hangup")


def test_the_recording_status_callback(app: Application, line: str, alice: Handset) -> None:
    """B2: no From and To; RecordingStatus completed, RecordingDuration, Channels, Source."""
    callback = app.listens("/recording")
    app.answers(
        "/voice",
        f"<Record timeout='40' action='{app.url('/recorded')}' "
        f"recordingStatusCallback='{callback}'/>",
    )
    app.answers("/recorded", "<Hangup/>")
    sid = alice.dials(line)
    alice.is_asked_for("message")
    alice.speaks(4, "Please call me back")
    told = app.request("/recording")
    assert (told["CallSid"], told["RecordingStatus"]) == (sid, "completed")
    assert (told["RecordingSource"], told["RecordingChannels"]) == ("RecordVerb", "1")
    assert told["RecordingDuration"].isdecimal()
    assert "From" not in told
    assert "To" not in told
