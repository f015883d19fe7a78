"""The contract's control API: handsets in a person's hands, for scripts and the page."""

import httpx
import pytest

from localtwilio.tests.support.application import Application, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import LINES, Network

HOLD = "<Say>Please hold</Say><Pause length='600'/>"
LONG = twiml(HOLD)
LEG_KEYS = {"call_sid", "direction", "status", "with", "captions", "awaiting", "room"}


def test_a_new_number_is_an_idle_handset(alice: Handset) -> None:
    """GET /phones/{number}: number, state, legs, inbox; every number that is no line exists."""
    phone = alice.now()
    assert (phone["number"], phone["state"]) == (alice.number, "idle")
    assert (phone["legs"], phone["inbox"]) == ([], [])


def test_touched_handsets_and_lines_are_listed(network: Network, alice: Handset) -> None:
    """GET /phones: what the page shows."""
    alice.now()
    listed = network.control.get("/phones").json()
    assert alice.number in [phone["number"] for phone in listed["phones"]]
    assert listed["lines"] == list(LINES)


def test_a_leg_has_all_its_fields(network: Network, alice: Handset) -> None:
    """GET /phones/{number}: an incoming call rings and awaits an answer."""
    call = network.call(alice, twiml=LONG)
    leg = alice.rings().leg(call.sid)
    assert set(leg) >= LEG_KEYS
    assert (leg["status"], leg["with"], leg["awaiting"]) == ("ringing", LINES[0], "answer")
    assert alice.now()["state"] == "ringing"


def test_dial_answers_with_the_call_sid(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """POST dial: {"call_sid"}, the leg's SID everywhere else."""
    app.answers("/voice", HOLD)
    sid = alice.dials(line)
    assert network.leg(sid)["from"] == alice.number
    alice.is_("talking")


def test_reject_is_busy(network: Network, alice: Handset) -> None:
    """POST reject: the caller sees busy."""
    call = network.call(alice, twiml=LONG)
    alice.rejects()
    assert network.ended(call.sid)["status"] == "busy"


def test_hang_up_names_who_did_it(
    app: Application, network: Network, line: str, alice: Handset, bob: Handset
) -> None:
    """POST hang_up; the ledger says caller or callee."""
    app.answers("/voice", HOLD)
    dialled = alice.dials(line)
    alice.is_("talking")
    alice.hangs_up()
    assert network.ended(dialled)["ended_by"] == "caller"
    called = network.call(bob, twiml=LONG)
    bob.answers()
    bob.is_("talking")
    bob.hangs_up()
    assert network.ended(called.sid)["ended_by"] == "callee"


def test_one_of_two_legs_is_hung_up(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """hang_up takes a call_sid where a handset has more legs than one."""
    app.answers("/voice", HOLD)
    first, second = alice.dials(line), alice.dials(line)
    until(lambda: network.leg(second)["answered"], "both are answered")
    alice.hangs_up(first)
    network.ended(first)
    assert network.leg(second)["status"] == "in-progress"


@pytest.mark.parametrize(
    ("action", "body"),
    [("press", {"digits": "1"}), ("answer", {}), ("reject", {}), ("hang_up", {}),
     ("speak", {"seconds": 1}), ("hang_up", {"call_sid": "CA" + "f" * 32})],
)  # fmt: skip
def test_a_move_that_is_not_possible_is_409(
    alice: Handset, action: str, body: dict[str, object]
) -> None:
    """A refused move (press on an idle phone) is a 409 that says why."""
    answer = alice.tries(action, **body)
    assert answer.status_code == 409
    assert reason(answer)


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("dial", {}, "to"),
        ("dial", {"to": "nonsense"}, "to"),
        ("press", {}, "digits"),
        ("press", {"digits": "12x"}, "digits"),
        ("speak", {}, "seconds"),
        ("speak", {"seconds": -1}, "seconds"),
        ("behaviour", {"on_ring": "explode"}, "on_ring"),
        ("behaviour", {"after": "soon"}, "after"),
        ("behaviour", {"on_sms": "fail:now"}, "on_sms"),
        ("behaviour", {"mood": "good"}, "mood"),
    ],
)
def test_bad_input_names_the_field(
    alice: Handset, action: str, body: dict[str, object], field: str
) -> None:
    """A 400 that names the field; never a 500."""
    answer = alice.tries(action, **body)
    assert answer.status_code == 400
    assert field in reason(answer)


def reason(answer: httpx.Response) -> str:
    body = answer.json()
    return str(body.get("error") or body.get("detail") or body.get("message") or "")


def test_a_body_that_is_not_json_is_400(network: Network, alice: Handset) -> None:
    answer = network.control.post(f"/phones/{alice.number}/dial", content=b"{not json")
    assert answer.status_code == 400


def test_a_number_that_is_none_is_refused(network: Network) -> None:
    assert network.control.get("/phones/nonsense").status_code in (400, 404)
    assert network.control.get(f"/phones/{LINES[0]}").status_code in (400, 404, 409)


def test_an_unknown_destination_fails(network: Network, alice: Handset, bob: Handset) -> None:
    """A handset that calls a number which is no line reaches nobody of ours."""
    answer = alice.tries("dial", to=bob.number)
    assert answer.status_code < 500


@pytest.mark.parametrize(
    ("on_ring", "status"),
    [("answer", "completed"), ("busy", "busy"), ("no_answer", "no-answer"), ("fail", "failed")],
)
def test_behaviour_on_ring(network: Network, alice: Handset, on_ring: str, status: str) -> None:
    """POST behaviour: what a person does without a hand on the phone, after so many seconds."""
    alice.behaves(on_ring=on_ring, after=2)
    call = network.call(alice, twiml=twiml("<Say>Hello</Say>"))
    assert network.ended(call.sid)["status"] == status


def test_behaviour_presses_when_asked(network: Network, app: Application, alice: Handset) -> None:
    """behaviour.press: pressed once digits are asked for."""
    alice.behaves(on_ring="answer", after=0, press="1")
    app.answers("/voice", f"<Gather timeout='800' numDigits='1' action='{app.url('/d')}'/>")
    app.answers("/d", "<Hangup/>")
    network.call(alice, url=app.url("/voice"))
    assert app.request("/d")["Digits"] == "1"


def test_behaviour_speaks_when_asked(network: Network, app: Application, alice: Handset) -> None:
    """behaviour.speak: so many seconds are spoken once a message is asked for."""
    alice.behaves(on_ring="answer", after=0, speak=6)
    app.answers("/voice", f"<Record timeout='80' action='{app.url('/done')}'/>")
    app.answers("/done", "<Hangup/>")
    network.call(alice, url=app.url("/voice"))
    assert app.request("/done")["RecordingDuration"] == "6"


def test_a_machine_presses_nothing(network: Network, app: Application, alice: Handset) -> None:
    """behaviour machine: a mailbox answers, greets, and never presses a key."""
    alice.behaves(on_ring="machine", press="1")
    app.answers("/voice", f"<Gather numDigits='1' action='{app.url('/d')}'/><Say>No key</Say>")
    network.call(alice, url=app.url("/voice"))
    alice.hears("No key")
    assert app.requests("/d") == []


def test_the_inbox(network: Network, alice: Handset) -> None:
    """inbox: sid, from, body, at (seconds since the epoch)."""
    network.rest.messages.create(to=alice.number, from_=LINES[0], body="<b>Code</b> 0427")
    text = alice.receives("0427")
    assert text["body"] == "<b>Code</b> 0427"
    assert text["at"] > 1_700_000_000


def test_pauses_in_digits(network: Network, app: Application, line: str, alice: Handset) -> None:
    """press takes `w` and `,` for pauses, as a phone's address book does."""
    app.answers("/voice", f"<Gather timeout='800' action='{app.url('/d')}'/>")
    app.answers("/d", "<Hangup/>")
    alice.dials(line)
    alice.presses("04w27#")
    assert app.request("/d")["Digits"] == "0427"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/", "text/html"), ("/page/phones.js", "javascript"), ("/page/style.css", "text/css")],
)
def test_the_page_is_served(network: Network, path: str, kind: str) -> None:
    """The page at `/` and its parts at `/page/`."""
    answer = network.control.get(path)
    assert answer.status_code == 200
    assert kind in answer.headers["content-type"]


def test_the_page_asks_nobody_else(network: Network) -> None:
    """No resource of the page comes from outside."""
    for path in ("/", "/page/phones.js", "/page/handset.js", "/page/style.css"):
        text = network.control.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
