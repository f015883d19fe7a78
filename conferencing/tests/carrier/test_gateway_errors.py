"""A request that must not be sent twice, against a real HTTP server, as wrong as it gets."""

import socket
import threading
from http.server import BaseHTTPRequestHandler

import pytest
from pytest_django import Settings
from urllib3 import Timeout

from conferencing.carrier import client
from conferencing.carrier.gateway import TwilioGateway
from conferencing.telephony import OutcomeUnknown, Refused, TryLater
from conferencing.tests.carrier.rest import Ask, dial, text
from conferencing.tests.carrier.server import Asked, Server


@pytest.mark.parametrize("ask", [dial, text])
class TestWhatMayNotBeAskedTwice:
    def test_too_many_requests_may_be_sent_again(
        self, gateway: TwilioGateway, api: Server, ask: Ask
    ) -> None:
        api.will_refuse(429, 20429)
        with pytest.raises(TryLater):
            ask(gateway)
        api.will(429, "")
        with pytest.raises(TryLater):
            ask(gateway)

    def test_a_refused_connection_may_be_tried_again(self, settings: Settings, ask: Ask) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # Bound and not listening: it refuses.
            settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{taken.getsockname()[1]}"
            with pytest.raises(TryLater):
                ask(TwilioGateway())

    def test_a_host_that_is_not_found_may_be_tried_again(
        self, settings: Settings, ask: Ask
    ) -> None:
        settings.TWILIO_API_BASE_URL = "http://nowhere.invalid"
        with pytest.raises(TryLater):
            ask(TwilioGateway())

    def test_a_connection_that_does_not_come_about_may_be_tried_again(
        self,
        settings: Settings,
        ask: Ask,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(client, "_PATIENCE", Timeout(total=0.2))
        with socket.socket() as full, socket.socket() as waiting:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            waiting.connect(full.getsockname())  # The one place in its queue is taken.
            settings.TWILIO_API_BASE_URL = f"http://127.0.0.1:{full.getsockname()[1]}"
            with pytest.raises(TryLater):
                ask(TwilioGateway())

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 301, 599])
    def test_an_error_of_theirs_leaves_the_outcome_unknown(
        self,
        gateway: TwilioGateway,
        api: Server,
        ask: Ask,
        status: int,
    ) -> None:
        api.will(status, {"code": 20500, "message": "Oops", "status": status})
        with pytest.raises(OutcomeUnknown):
            ask(gateway)
        assert len(api.asked) == 1, "asked again by itself"

    @pytest.mark.parametrize(
        "body", ["", "garbage", "[]", "null", "{}", '{"sid": null}', '{"sid": "x"}', "\ufffe", "7"]
    )
    def test_an_answer_without_sense_leaves_it_unknown(
        self,
        gateway: TwilioGateway,
        api: Server,
        ask: Ask,
        body: str,
    ) -> None:
        api.will(201, body)
        with pytest.raises(OutcomeUnknown):
            ask(gateway)

    def test_no_answer_in_time_leaves_it_unknown(
        self,
        gateway: TwilioGateway,
        api: Server,
        ask: Ask,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(client, "_PATIENCE", Timeout(total=0.2))
        done = threading.Event()
        api.answers.append(lambda *_: done.wait(20))
        try:
            with pytest.raises(OutcomeUnknown):
                ask(gateway)
        finally:
            done.set()
        assert len(api.asked) == 1, "asked again by itself"

    def test_a_connection_that_breaks_leaves_it_unknown(
        self, gateway: TwilioGateway, api: Server, ask: Ask
    ) -> None:
        api.answers.append(lambda handler, _: handler.connection.shutdown(socket.SHUT_RDWR))
        with pytest.raises(OutcomeUnknown):
            ask(gateway)
        assert len(api.asked) == 1, "asked again by itself"

    def test_an_answer_that_breaks_off_leaves_it_unknown(
        self, gateway: TwilioGateway, api: Server, ask: Ask
    ) -> None:
        def break_off(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
            handler.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{")
            handler.connection.shutdown(socket.SHUT_RDWR)

        api.answers.append(break_off)
        with pytest.raises(OutcomeUnknown):
            ask(gateway)

    @pytest.mark.parametrize(
        ("status", "code", "word"),
        [
            (400, 21211, "not a valid phone number"),
            (400, 21214, "cannot be reached"),
            (401, 20003, "credentials"),
            (403, 20005, "not active"),
            (404, 20404, "does not know"),
            (400, 29999, "(29999): Because."),
        ],
    )
    def test_a_refusal_says_why(
        self,
        gateway: TwilioGateway,
        api: Server,
        ask: Ask,
        status: int,
        code: int,
        word: str,
    ) -> None:
        api.will_refuse(status, code, "Because.")
        with pytest.raises(Refused) as error:
            ask(gateway)
        assert word in error.value.detail
        assert error.value.code == str(code)

    def test_a_refusal_in_the_newer_form_says_why_too(
        self, gateway: TwilioGateway, api: Server, ask: Ask
    ) -> None:
        problem = {"type": "https://x", "title": "Bad", "status": 400, "code": 21614, "detail": "D"}
        api.will(400, problem)
        with pytest.raises(Refused) as error:
            ask(gateway)
        assert (error.value.code, "mobile" in error.value.detail) == ("21614", True)

    def test_a_refusal_without_a_body_is_one_still(
        self, gateway: TwilioGateway, api: Server, ask: Ask
    ) -> None:
        api.will(403, "<html>")
        with pytest.raises(Refused):
            ask(gateway)
