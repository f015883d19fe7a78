"""FACTS B5: how webhooks are delivered, repeated, redirected, and what happens when they fail."""

import threading

import pytest

from localtwilio.tests.support.application import Answer, Application, Request, twiml
from localtwilio.tests.support.awaiting import until
from localtwilio.tests.support.handset import Handset
from localtwilio.tests.support.network import Network

NOBODY = "http://127.0.0.1:9"  # the discard port: a connection is refused
TOKEN_HEADER = "i-twilio-idempotency-token"


def attempts(network: Network, url: str) -> int:
    """How often the newest webhook to this URL was tried, once it is settled."""

    def settled() -> dict[str, int] | None:
        hooks = [hook for hook in network.ledger()["webhooks"] if hook["url"] == url]
        return hooks[-1] if hooks and hooks[-1]["status"] is not None else None

    return until(settled, f"a webhook to {url} is settled")["attempts"]


def test_a_refused_connection_is_tried_once_more(
    network: Network, line: str, alice: Handset
) -> None:
    """B5: by default a webhook is tried again once, only if the connection fails."""
    url = f"{NOBODY}/{alice.number}"
    network.line(line).update(voice_url=url)
    sid = alice.dials(line)
    network.ended(sid)
    assert attempts(network, url) == 2


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_an_error_answer_is_not_tried_again(
    app: Application, network: Network, line: str, alice: Handset, status: int
) -> None:
    """B5: no retry on 4xx and 5xx."""
    app.answers("/voice", Answer("sorry", status, "text/plain"))
    network.ended(alice.dials(line))
    assert len(app.requests("/voice")) == 1


def test_a_retry_policy_in_the_fragment(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: `#rc=2&rp=5xx` tries twice more; every try carries the same idempotency token."""
    app.answers("/voice", Answer("sorry", 503, "text/plain"))
    network.line(line).update(voice_url=app.url("/voice#rc=2&rp=5xx"))
    network.ended(alice.dials(line))
    tries = app.requests("/voice")
    assert len(tries) == 3
    assert len({request.headers[TOKEN_HEADER] for request in tries}) == 1


def test_the_fragment_is_neither_sent_nor_signed(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: the fixture checks the signature of the URL as it arrived."""
    app.answers("/voice", "<Say>Hello</Say>")
    network.line(line).update(voice_url=app.url("/voice?a=1#rc=2"))
    alice.dials(line)
    assert app.request("/voice").url.endswith("/voice?a=1")


def test_each_request_has_an_idempotency_token(app: Application, line: str, alice: Handset) -> None:
    """B5: I-Twilio-Idempotency-Token tells repeats of one request from new requests."""
    app.answers("/voice", f"<Redirect>{app.url('/next')}</Redirect>")
    app.answers("/next", "<Hangup/>")
    alice.dials(line)
    second = app.request("/next")
    assert second.headers[TOKEN_HEADER] != app.request("/voice").headers[TOKEN_HEADER]


def test_the_fallback_url_takes_over(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B2, B5: the original parameters and ErrorCode, ErrorUrl go to the fallback URL."""
    app.answers("/voice", Answer("broken", 500, "text/plain"))
    network.line(line).update(
        voice_fallback_url=app.answers("/fallback", "<Say>One moment please</Say>")
    )
    sid = alice.dials(line)
    request = app.request("/fallback")
    assert (request["ErrorCode"], request["ErrorUrl"]) == ("11200", app.url("/voice"))
    assert (request["CallSid"], request["From"]) == (sid, alice.number)
    alice.hears("One moment please")


def test_a_slow_answer_goes_to_the_fallback(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5, A10: 11200 when the answer takes too long (here: a read time-out of 300 ms)."""
    gone = threading.Event()

    def sleeps(_: Request) -> str:
        gone.wait(10)
        return "<Say>Too late</Say>"

    app.answers("/voice", sleeps)
    network.line(line).update(
        voice_url=app.url("/voice#rt=300"),
        voice_fallback_url=app.answers("/fallback", "<Say>Still here</Say>"),
    )
    alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == "11200"
    gone.set()
    alice.hears("Still here")


def test_connection_failures_are_11205(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """A10: 11205, connect failure."""
    network.line(line).update(
        voice_url=f"{NOBODY}/x", voice_fallback_url=app.answers("/fallback", "<Hangup/>")
    )
    alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == "11205"


def test_without_a_fallback_the_caller_hears_an_error(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: otherwise Twilio plays an error message and hangs up."""
    app.answers("/voice", Answer("broken", 500, "text/plain"))
    sid = alice.dials(line)
    alice.hears("application error")
    network.ended(sid)


def test_a_redirect_is_followed_by_get_and_loses_the_form(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: a 3xx answer to a POST is followed with GET, without the POST parameters."""
    app.answers("/voice", f"<Gather timeout='800' action='{app.url('/digits')}'/>")
    app.answers("/digits", Answer("", 302, headers={"Location": app.url("/digits/")}))
    app.answers("/digits/", "<Say>Which digits</Say>")
    alice.dials(line)
    alice.presses("0427#")
    followed = app.request("/digits/")
    assert followed.method == "GET"
    assert "Digits" not in followed
    assert "Digits" not in followed.query
    alice.hears("Which digits")


def test_more_than_ten_redirects_are_11215(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5, A10: at most 10 redirects."""
    app.answers("/voice", Answer("", 302, headers={"Location": app.url("/voice")}))
    network.line(line).update(voice_fallback_url=app.answers("/fallback", "<Hangup/>"))
    alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == "11215"
    assert len(app.requests("/voice")) <= 11


def test_cookies_are_kept(app: Application, line: str, alice: Handset) -> None:
    """B5: cookies are kept within a call."""
    redirect = twiml(f"<Redirect>{app.url('/next')}</Redirect>")
    app.answers("/voice", Answer(redirect, headers={"Set-Cookie": "basket=apples"}))
    app.answers("/next", "<Hangup/>")
    alice.dials(line)
    assert app.request("/next").headers["cookie"] == "basket=apples"


def test_a_status_callback_has_no_fallback(
    app: Application, network: Network, alice: Handset
) -> None:
    """B5: a lost status callback is lost; the call goes on."""
    callback = app.answers("/status", Answer("broken", 500, "text/plain"))
    network.call(
        alice,
        twiml=twiml("<Say>All is well</Say>"),
        fallback_url=app.listens("/fallback"),
        status_callback=callback,
        status_callback_event=["ringing", "completed"],
    )
    alice.answers()
    alice.hears("All is well")
    app.request("/status", CallStatus="completed")
    assert len(app.requests("/status")) == 2
    assert app.requests("/fallback") == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(twiml("<Say>unfinished").replace("</Response>", "")), "12100"),
        (Answer(""), "11770"),
        (Answer(twiml(f"<Say>{'x' * 70_000}</Say>")), "11750"),
        (Answer("{}", content_type="application/json"), "12300"),
    ],
    ids=["malformed", "empty", "too long", "content type"],
)
def test_bad_documents_go_to_the_fallback(
    app: Application, network: Network, line: str, alice: Handset, answer: Answer, code: str
) -> None:
    """A10, B5: 12100 XML, 11770 empty body, 11750 over 64 kB, 12300 content type."""
    app.answers("/voice", answer)
    network.line(line).update(voice_fallback_url=app.answers("/fallback", "<Hangup/>"))
    alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == code


@pytest.mark.parametrize(
    "kind", ["text/xml", "application/xml", "text/html", "text/xml; charset=utf-8"]
)
def test_content_types_of_twiml(app: Application, line: str, alice: Handset, kind: str) -> None:
    """B5: text/xml, application/xml and text/html are TwiML."""
    app.answers("/voice", Answer(twiml("<Say>Grüß Gott</Say>"), content_type=kind))
    alice.dials(line)
    alice.hears("Grüß Gott")


def test_plain_text_is_spoken(app: Application, line: str, alice: Handset) -> None:
    """B5: text/plain is parsed as TwiML if valid, else spoken."""
    app.answers("/voice", Answer("Just words", content_type="text/plain"))
    alice.dials(line)
    alice.hears("Just words")


def test_plain_text_that_is_twiml_runs(app: Application, line: str, alice: Handset) -> None:
    """B5: text/plain is parsed as TwiML if valid."""
    app.answers("/voice", Answer(twiml("<Say>Verbs</Say>"), content_type="text/plain"))
    alice.dials(line)
    alice.hears("Verbs")
    assert "<Say>" not in " ".join(alice.captions)


def test_audio_is_played_and_the_call_ends(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: audio/* is played, then hang up."""
    app.answers("/voice", Answer(b"RIFF", content_type="audio/wav"))
    network.ended(alice.dials(line))
    assert alice.captions


def test_a_fallback_that_fails_too(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """B5: no second fallback: an error message, and the call ends."""
    app.answers("/voice", Answer("broken", 500, "text/plain"))
    app.answers("/fallback", Answer("broken too", 500, "text/plain"))
    network.line(line).update(voice_fallback_url=app.url("/fallback"))
    sid = alice.dials(line)
    alice.hears("application error")
    network.ended(sid)
    assert len(app.requests("/fallback")) == 1


def test_entities_are_not_expanded_without_end(
    app: Application, network: Network, line: str, alice: Handset
) -> None:
    """A document that would grow without end is a parse failure (12100), and the network lives."""
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>'
        "<Response><Say>&e9;</Say></Response>"
    )
    app.answers("/voice", Answer(bomb))
    network.line(line).update(voice_fallback_url=app.answers("/fallback", "<Hangup/>"))
    alice.dials(line)
    assert app.request("/fallback")["ErrorCode"] == "12100"
