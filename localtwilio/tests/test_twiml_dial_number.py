"""FACTS D: <Dial><Number>."""

import pytest

from localtwilio.tests.support.application import Application
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network


def dial(app: Application, numbers: str, attributes: str = "", after: str = "") -> None:
    app.answers("/voice", f"<Dial {attributes}>{numbers}</Dial>{after}")


def number(person: Handset, attributes: str = "") -> str:
    return f"<Number {attributes}>{person.number}</Number>"


def talk(alice: Handset, bob: Handset) -> None:
    """Wait until the two are connected: one hears the other."""

    def heard() -> bool:
        bob.speaks(0.1, "Bob speaking")
        return "Bob speaking" in alice.captions

    until(heard, "they hear each other")


def test_two_people_talk(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: the callee sees the caller's number; the legs are parent and child."""
    dial(app, number(bob))
    sid = alice.dials(line)
    bob.rings()
    leg = bob.now()["legs"][0]
    assert leg["with"] == alice.number
    bob.answers()
    bob.is_("talking")
    child = network.rest.calls(leg["call_sid"]).fetch()
    assert (child.parent_call_sid, child.direction) == (sid, "outbound-dial")
    assert [one.sid for one in network.rest.calls.list(parent_call_sid=sid)] == [child.sid]


def test_bare_text_is_a_number(app: Application, line: str, alice: Handset, bob: Handset) -> None:
    """Dial: a number may stand as its text."""
    app.answers("/voice", f"<Dial>{bob.number}</Dial>")
    alice.dials(line)
    bob.rings()


def test_without_action_the_next_verb_runs(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: action none: continue with the next verb."""
    bob.behaves(on_ring="busy")
    dial(app, number(bob), after="<Say>Bob is busy</Say>")
    alice.dials(line)
    alice.hears("Bob is busy")


def test_with_action_later_verbs_are_unreachable(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: with action, later verbs are unreachable."""
    bob.behaves(on_ring="busy")
    dial(app, number(bob), f"action='{app.url('/after')}'", "<Say>Never</Say>")
    app.answers("/after", "<Say>After</Say>")
    network.ended(alice.dials(line))
    assert "Never" not in alice.captions
    assert "After" in alice.captions


def test_the_callee_hangs_up_and_the_caller_goes_on(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: when the callee leaves, the caller's next verb runs."""
    dial(app, number(bob), after="<Say>Bob has gone</Say>")
    alice.dials(line)
    bob.answers()
    bob.is_("talking")
    bob.hangs_up()
    alice.hears("Bob has gone")


def test_the_caller_hangs_up_and_the_callee_is_dropped(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: both legs end."""
    dial(app, number(bob))
    sid = alice.dials(line)
    bob.answers()
    bob.is_("talking")
    alice.hangs_up()
    bob.is_("idle")
    assert network.ended(sid)["ended_by"] == "caller"


def test_first_to_answer_wins(
    app: Application, line: str, alice: Handset, bob: Handset, carol: Handset
) -> None:
    """Dial: up to ten numbers in parallel, the first to answer wins, the others stop ringing."""
    dial(app, number(bob) + number(carol))
    alice.dials(line)
    bob.rings()
    carol.answers()
    carol.is_("talking")
    bob.is_("idle")


def test_sequential_numbers(
    app: Application, line: str, alice: Handset, bob: Handset, carol: Handset
) -> None:
    """Dial: sequential=true tries one after the other."""
    dial(app, number(bob) + number(carol), "sequential='true'")
    alice.dials(line)
    bob.rings()
    assert carol.now()["state"] == "idle"
    bob.rejects()
    carol.rings()


def test_a_caller_id_is_shown(app: Application, line: str, alice: Handset, bob: Handset) -> None:
    """Dial: callerId, the caller's number by default."""
    dial(app, number(bob), f"callerId='{line}'")
    alice.dials(line)
    bob.rings()
    assert bob.now()["legs"][0]["with"] == line


def test_time_limit_ends_the_bridge(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: timeLimit in real seconds; then the caller's TwiML goes on."""
    dial(app, number(bob), f"timeLimit='1' action='{app.url('/after')}'")
    app.answers("/after", "<Say>Time is up</Say>")
    alice.dials(line)
    bob.answers()
    alice.hears("Time is up")
    assert app.request("/after")["DialCallDuration"] in ("1", "2")
    bob.is_("idle")


@pytest.mark.slow
def test_ringing_lasts_timeout_plus_five(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: timeout 5 to 600, always +5 s, in real seconds."""
    dial(app, number(bob), f"timeout='5' action='{app.url('/after')}'")
    app.answers("/after", "<Hangup/>")
    alice.dials(line)
    sid = bob.rings().now()["legs"][0]["call_sid"]
    leg = network.ended(sid, within=15)
    assert leg["status"] == "no-answer"
    assert 9.8 <= leg["ended"] - leg["ringing"] <= 11.5
    assert app.request("/after")["DialCallStatus"] == "no-answer"


def test_hangup_on_star(app: Application, line: str, alice: Handset, bob: Handset) -> None:
    """Dial: hangupOnStar lets the caller leave with *."""
    dial(app, number(bob), "hangupOnStar='true'", "<Say>You left</Say>")
    alice.dials(line)
    bob.answers()
    bob.is_("talking")
    alice.tries("press", digits="*").raise_for_status()
    alice.hears("You left")
    bob.is_("idle")


def test_a_whisper_runs_before_the_bridge(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Number: url is a whisper to the callee; when it ends they are bridged."""
    dial(app, number(bob, f"url='{app.url('/whisper')}'"), f"action='{app.url('/after')}'")
    app.answers(
        "/whisper",
        f"<Gather timeout='800' numDigits='1' action='{app.url('/accept')}'><Say>Press 1</Say>"
        "</Gather><Hangup/>",
    )
    app.answers("/accept", "<Say>Connecting</Say>")
    app.answers("/after", "<Hangup/>")
    sid = alice.dials(line)
    bob.answers()
    bob.hears("Press 1")
    whisper = app.request("/whisper")
    assert (whisper["ParentCallSid"], whisper["Direction"]) == (sid, "outbound-dial")
    bob.presses("1")
    bob.hears("Connecting")
    talk(alice, bob)
    bob.hangs_up()
    assert app.request("/after")["DialBridged"] == "true"


def test_a_whisper_that_hangs_up_drops_the_callee(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Number: <Hangup> in the whisper: callee dropped, DialCallStatus not completed."""
    dial(app, number(bob, f"url='{app.url('/whisper')}'"), f"action='{app.url('/after')}'")
    app.answers("/whisper", "<Hangup/>")
    app.answers("/after", "<Say>Nobody took it</Say>")
    alice.dials(line)
    bob.answers()
    alice.hears("Nobody took it")
    after = app.request("/after")
    assert after["DialCallStatus"] != "completed"
    assert after["DialBridged"] == "false"


def test_no_dial_in_a_whisper(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset, carol: Handset
) -> None:
    """A10: 13201: Dial inside the whisper is refused; nobody else rings."""
    dial(app, number(bob, f"url='{app.url('/whisper')}'"))
    app.answers("/whisper", f"<Dial>{carol.number}</Dial>")
    alice.dials(line)
    bob.answers()
    until(lambda: any(entry["code"] == 13201 for entry in network.warnings()), "13201 is logged")
    assert carol.now()["legs"] == []


def test_answer_on_bridge_answers_late(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """Dial: answerOnBridge: the caller is answered when the callee is."""
    dial(app, number(bob), "answerOnBridge='true'")
    sid = alice.dials(line)
    bob.rings()
    assert network.leg(sid)["answered"] is None
    bob.answers()
    alice.is_("talking")
    assert network.leg(sid)["answered"] is not None


def test_dialled_legs_are_not_paced(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset, carol: Handset
) -> None:
    """D, E: <Dial> legs are not CPS-queued."""
    network.faults(cps=0.1)
    dial(app, number(bob) + number(carol))
    alice.dials(line)
    bob.rings()
    carol.rings()


def test_a_recorded_dial(app: Application, line: str, alice: Handset, bob: Handset) -> None:
    """Dial: record gives RecordingUrl, RecordingSid, RecordingDuration to the action."""
    dial(app, number(bob), f"record='record-from-answer' action='{app.url('/after')}'")
    app.answers("/after", "<Hangup/>")
    alice.dials(line)
    bob.answers()
    talk(alice, bob)
    bob.hangs_up()
    after = app.request("/after")
    assert after["RecordingSid"].startswith("RE")
    assert after["RecordingUrl"].endswith(after["RecordingSid"])


def test_digits_are_sent_to_the_callee(
    app: Application, line: str, alice: Handset, bob: Handset
) -> None:
    """Number: sendDigits, for extensions behind the callee's exchange."""
    dial(app, number(bob, "sendDigits='wwww12'"))
    alice.dials(line)
    bob.answers()
    bob.hears("tones")


def test_a_number_that_is_none(app: Application, line: str, alice: Handset) -> None:
    """A10: 13223, 13224 are warnings: DialCallStatus=failed."""
    dial(app, "<Number>nonsense</Number>", f"action='{app.url('/after')}'")
    app.answers("/after", "<Hangup/>")
    alice.dials(line)
    assert app.request("/after")["DialCallStatus"] == "failed"
