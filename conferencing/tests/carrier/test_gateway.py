"""The port fulfilled by Twilio's REST API: against a real HTTP server, as wrong as it gets."""

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from pytest_django import Settings
from urllib3 import Timeout

from calls.states import LegStatus
from conferencing.carrier import client
from conferencing.carrier.gateway import TwilioGateway
from conferencing.telephony import (
    LegReport,
    OutcomeUnknown,
    Refused,
    SentText,
    TelephonyError,
    TryLater,
)
from conferencing.tests.carrier import server
from conferencing.tests.carrier.server import Asked, Server, reply

ACCOUNT = "AC" + "0" * 32
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
CALL, OTHER_CALL = "CA" + "1" * 32, "CA" + "2" * 32
ROOM, OTHER_ROOM = "CF" + "3" * 32, "CF" + "4" * 32
TEXT, NUMBER = "SM" + "5" * 32, "PN" + "6" * 32
Ask = Callable[[TwilioGateway], object]

LINE, PHONE = "+12125550100", "+12125550103"


@pytest.fixture
def twilio(settings: Settings) -> Iterator[Server]:
    with server.running() as running:
        settings.TWILIO_API_BASE_URL = running.url
        yield running


@pytest.fixture
def gateway(twilio: Server) -> TwilioGateway:
    return TwilioGateway()


def a_call(sid: str = CALL, status: str = "queued", **more: object) -> dict:
    """A Call resource, as Twilio writes it: a duration is a string, and null until the end."""
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "status": status,
        "from": LINE,
        "to": PHONE,
        "direction": "outbound-api",
        "date_created": "Fri, 20 Nov 2026 13:00:00 +0000",
        "start_time": None,
        "end_time": None,
        "duration": None,
    } | more


def a_list(key: str, *items: dict, following: str | None = None) -> dict:
    envelope = ("first_page_uri", "previous_page_uri", "uri")
    return dict.fromkeys(envelope, "") | {
        key: list(items),
        "next_page_uri": following,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
    }


def dial(gateway: TwilioGateway) -> LegReport:
    return gateway.call(
        caller_id=LINE, to=PHONE, call_id="call_1", ring_seconds=30, longest_seconds=420
    )


def text(gateway: TwilioGateway) -> SentText:
    return gateway.send_text(sender=LINE, to=PHONE, body="Code: 4711", participant_id="part_1")


class TestCall:
    def test_what_is_asked(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(201, a_call())
        report = dial(gateway)
        assert (report.sid, report.status) == (CALL, LegStatus.QUEUED)
        assert (report.from_number, report.to_number) == (LINE, PHONE)
        assert report.created_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
        (asked,) = twilio.asked
        assert (asked.method, asked.path) == ("POST", f"{ROOT}/Calls.json")
        assert asked.form == {
            "From": [LINE],
            "To": [PHONE],
            "Url": ["http://testserver/twilio/voice/answered/call_1"],
            "FallbackUrl": ["http://testserver/twilio/voice/fallback"],
            "StatusCallback": ["http://testserver/twilio/leg/call_1"],
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "Timeout": ["30"],
            "TimeLimit": ["420"],
        }

    def test_no_call_is_asked_to_be_longer_than_twilio_allows(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will(201, a_call())
        gateway.call(
            caller_id=LINE, to=PHONE, call_id="call_1", ring_seconds=30, longest_seconds=14_520
        )
        assert twilio.asked[0].form["TimeLimit"] == ["14400"]

    @pytest.mark.parametrize(("key", "user"), [(None, ACCOUNT), ("SK" + "7" * 32, "SK" + "7" * 32)])
    def test_as_whom(
        self, gateway: TwilioGateway, twilio: Server, settings: Settings, key: str | None, user: str
    ) -> None:
        settings.TWILIO_API_KEY_SID = key
        settings.TWILIO_API_KEY_SECRET = key and "secret"
        twilio.will(201, a_call())
        dial(gateway)
        password = "secret" if key else settings.TWILIO_AUTH_TOKEN
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        assert twilio.asked[0].authorization == f"Basic {basic}"
        assert twilio.asked[0].path.startswith(ROOT)


class TestText:
    def test_what_is_asked(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(201, {"sid": TEXT, "status": "queued"})
        sent = text(gateway)
        assert (sent.sid, sent.status) == (TEXT, "queued")
        assert twilio.asked[0].path == f"{ROOT}/Messages.json"
        assert twilio.asked[0].form == {
            "From": [LINE],
            "To": [PHONE],
            "Body": ["Code: 4711"],
            "StatusCallback": ["http://testserver/twilio/text/part_1"],
        }

    def test_what_it_says_is_not_logged(
        self, gateway: TwilioGateway, twilio: Server, log: pytest.LogCaptureFixture
    ) -> None:
        twilio.will(201, {"sid": TEXT, "status": "queued"})
        text(gateway)
        twilio.will(500, "")
        with pytest.raises(TelephonyError) as error:
            text(gateway)
        assert "4711" not in log.text + str(error.value)


@pytest.mark.parametrize("ask", [dial, text])
class TestWhatMayNotBeAskedTwice:
    def test_too_many_requests_may_be_sent_again(
        self, gateway: TwilioGateway, twilio: Server, ask: Ask
    ) -> None:
        twilio.will_refuse(429, 20429)
        with pytest.raises(TryLater):
            ask(gateway)
        twilio.will(429, "")
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
        twilio: Server,
        ask: Ask,
        status: int,
    ) -> None:
        twilio.will(status, {"code": 20500, "message": "Oops", "status": status})
        with pytest.raises(OutcomeUnknown):
            ask(gateway)
        assert len(twilio.asked) == 1, "asked again by itself"

    @pytest.mark.parametrize(
        "body", ["", "garbage", "[]", "null", "{}", '{"sid": null}', '{"sid": "x"}', "\ufffe", "7"]
    )
    def test_an_answer_without_sense_leaves_it_unknown(
        self,
        gateway: TwilioGateway,
        twilio: Server,
        ask: Ask,
        body: str,
    ) -> None:
        twilio.will(201, body)
        with pytest.raises(OutcomeUnknown):
            ask(gateway)

    def test_no_answer_in_time_leaves_it_unknown(
        self,
        gateway: TwilioGateway,
        twilio: Server,
        ask: Ask,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(client, "_PATIENCE", Timeout(total=0.2))
        done = threading.Event()
        twilio.answers.append(lambda *_: done.wait(20))
        try:
            with pytest.raises(OutcomeUnknown):
                ask(gateway)
        finally:
            done.set()
        assert len(twilio.asked) == 1, "asked again by itself"

    def test_a_connection_that_breaks_leaves_it_unknown(
        self, gateway: TwilioGateway, twilio: Server, ask: Ask
    ) -> None:
        twilio.answers.append(lambda handler, _: handler.connection.shutdown(socket.SHUT_RDWR))
        with pytest.raises(OutcomeUnknown):
            ask(gateway)
        assert len(twilio.asked) == 1, "asked again by itself"

    def test_an_answer_that_breaks_off_leaves_it_unknown(
        self, gateway: TwilioGateway, twilio: Server, ask: Ask
    ) -> None:
        def break_off(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
            handler.wfile.write(b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{")
            handler.connection.shutdown(socket.SHUT_RDWR)

        twilio.answers.append(break_off)
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
        twilio: Server,
        ask: Ask,
        status: int,
        code: int,
        word: str,
    ) -> None:
        twilio.will_refuse(status, code, "Because.")
        with pytest.raises(Refused) as error:
            ask(gateway)
        assert word in error.value.detail
        assert error.value.code == str(code)

    def test_a_refusal_in_the_newer_form_says_why_too(
        self, gateway: TwilioGateway, twilio: Server, ask: Ask
    ) -> None:
        problem = {"type": "https://x", "title": "Bad", "status": 400, "code": 21614, "detail": "D"}
        twilio.will(400, problem)
        with pytest.raises(Refused) as error:
            ask(gateway)
        assert (error.value.code, "mobile" in error.value.detail) == ("21614", True)

    def test_a_refusal_without_a_body_is_one_still(
        self, gateway: TwilioGateway, twilio: Server, ask: Ask
    ) -> None:
        twilio.will(403, "<html>")
        with pytest.raises(Refused):
            ask(gateway)


class TestHangUp:
    def test_ends_the_leg(self, gateway: TwilioGateway, twilio: Server) -> None:
        ended = "Fri, 20 Nov 2026 13:01:00 +0000"
        twilio.will(200, a_call(status="completed", end_time=ended, duration="42"))
        report = gateway.hang_up(CALL)
        assert (report.status, report.duration) == (LegStatus.COMPLETED, 42)
        assert report.ended_at == datetime(2026, 11, 20, 13, 1, tzinfo=UTC)
        assert report.answered_at == datetime(2026, 11, 20, 13, 0, 18, tzinfo=UTC)
        assert twilio.asked[0].path == f"{ROOT}/Calls/{CALL}.json"
        assert twilio.asked[0].form == {"Status": ["completed"]}

    def test_a_queued_leg_is_cancelled_by_it(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(200, a_call(status="canceled"))
        assert gateway.hang_up(CALL).status is LegStatus.CANCELED

    def test_a_leg_that_nobody_knows(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will_refuse(404, 20404)
        assert gateway.hang_up(CALL) is None

    def test_a_leg_that_is_over_already_is_reported(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will_refuse(400, 21220)
        twilio.will(200, a_call(status="busy", duration="0"))
        report = gateway.hang_up(CALL)
        assert (report.status, report.duration, report.answered_at) == (LegStatus.BUSY, 0, None)

    def test_a_leg_that_is_refused_its_end_is_not_said_to_be_over(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will_refuse(400, 21220)
        twilio.will(200, a_call(status="in-progress"))
        with pytest.raises(Refused, match="not going on"):
            gateway.hang_up(CALL)


class TestEndRoom:
    def test_by_its_id(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(200, {"sid": ROOM, "status": "completed"})
        gateway.end_room("conf_1", ROOM)
        (asked,) = twilio.asked
        assert asked.path == f"{ROOT}/Conferences/{ROOM}.json"
        assert asked.form == {"Status": ["completed"]}

    @pytest.mark.parametrize(("status", "code"), [(404, 20404), (404, 16022), (409, 16022)])
    def test_one_that_was_born_again_is_found_by_its_name(
        self, gateway: TwilioGateway, twilio: Server, status: int, code: int
    ) -> None:
        twilio.will_refuse(status, code)
        twilio.will(200, a_list("conferences", _room(ROOM, "completed"), _room(OTHER_ROOM)))
        twilio.will(200, {"sid": OTHER_ROOM})
        gateway.end_room("conf_1", ROOM)
        assert twilio.asked[1].query["FriendlyName"] == ["conf_1"]
        assert twilio.asked[2].path == f"{ROOT}/Conferences/{OTHER_ROOM}.json"
        assert len(twilio.asked) == 3

    def test_one_whose_id_we_never_heard_may_have_a_single_person_in_it(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will(200, a_list("conferences", _room(ROOM, "init")))
        twilio.will(200, {"sid": ROOM})
        gateway.end_room("conf_1", "")
        assert twilio.asked[1].form == {"Status": ["completed"]}

    def test_none_at_all_is_fine(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(200, a_list("conferences"))
        gateway.end_room("conf_1", "")

    def test_that_it_may_still_be_there_is_said(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will(500, "")
        with pytest.raises(OutcomeUnknown):
            gateway.end_room("conf_1", ROOM)


def _room(sid: str, status: str = "in-progress") -> dict:
    return {"sid": sid, "friendly_name": "conf_1", "status": status}


class TestReading:
    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("queued", LegStatus.QUEUED),
            ("ringing", LegStatus.RINGING),
            ("in-progress", LegStatus.IN_PROGRESS),
            ("completed", LegStatus.COMPLETED),
            ("busy", LegStatus.BUSY),
            ("no-answer", LegStatus.NO_ANSWER),
            ("failed", LegStatus.FAILED),
            ("canceled", LegStatus.CANCELED),
            ("brand-new", LegStatus.UNKNOWN),
        ],
    )
    def test_a_leg(
        self, gateway: TwilioGateway, twilio: Server, word: str, status: LegStatus
    ) -> None:
        twilio.will(200, a_call(status=word))
        assert gateway.leg(CALL).status is status

    def test_a_leg_that_nobody_knows(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will_refuse(404, 20404)
        assert gateway.leg(CALL) is None

    def test_the_legs_to_a_number_page_by_page(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        more = f"{ROOT}/Calls.json?Page=1&PageToken=PA1"
        twilio.will(200, a_list("calls", a_call(), following=more))
        twilio.will(200, a_list("calls", a_call(OTHER_CALL)))
        since = datetime(2026, 11, 20, 13, 0, 0, 900_000, tzinfo=UTC)
        legs = gateway.legs_to(to=PHONE, caller_id=LINE, since=since)
        assert [leg.sid for leg in legs] == [CALL, OTHER_CALL]
        query = twilio.asked[0].query
        assert (query["To"], query["From"]) == ([PHONE], [LINE])
        assert query["StartTime>"] == ["2026-11-20T12:59:59Z"]
        assert twilio.asked[1].query["PageToken"] == ["PA1"]

    @pytest.mark.parametrize(
        ("status", "kind"), [(429, TryLater), (401, Refused), (500, OutcomeUnknown)]
    )
    def test_a_list_that_is_not_given(
        self, gateway: TwilioGateway, twilio: Server, status: int, kind: type[TelephonyError]
    ) -> None:
        twilio.will_refuse(status, 20003)
        with pytest.raises(kind):
            gateway.legs_to(to=PHONE, caller_id=LINE, since=datetime.now(UTC))

    def test_a_list_that_is_none(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(200, {"calls": [], "surprise": []})
        with pytest.raises(OutcomeUnknown):
            gateway.legs_to(to=PHONE, caller_id=LINE, since=datetime.now(UTC))

    def test_the_legs_in_a_room(self, gateway: TwilioGateway, twilio: Server) -> None:
        twilio.will(200, a_list("conferences", _room(ROOM), _room(OTHER_ROOM, "completed")))
        people = [{"call_sid": CALL}, {"call_sid": OTHER_CALL}]
        twilio.will(200, a_list("participants", *people))
        assert gateway.legs_in_room("conf_1") == {CALL, OTHER_CALL}
        assert len(twilio.asked) == 2

    def test_a_room_that_has_just_gone_is_empty(
        self, gateway: TwilioGateway, twilio: Server
    ) -> None:
        twilio.will(200, a_list("conferences", _room(ROOM)))
        twilio.will_refuse(404, 20404)
        assert gateway.legs_in_room("conf_1") == set()


def test_connections_are_kept(gateway: TwilioGateway, twilio: Server) -> None:
    for _ in range(3):
        twilio.will(200, a_call())
        gateway.leg(CALL)
    assert len({asked.connection for asked in twilio.asked}) == 1


def test_no_thread_takes_home_the_answer_of_another(gateway: TwilioGateway, twilio: Server) -> None:
    """The SDK's HTTP client hands its answer over in an attribute, so each thread has its own."""
    sids = [f"CA{number:032x}" for number in range(8)]
    all_asked = threading.Barrier(len(sids))

    def answer_together(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        all_asked.wait(20)
        sid = asked.path.rpartition("/")[2].removesuffix(".json")
        reply(handler, 200, json.dumps(a_call(sid)))

    twilio.answers.extend([answer_together] * len(sids))

    def ask(sid: str) -> tuple[str, int]:
        return gateway.leg(sid).sid, id(gateway._twilio)

    with ThreadPoolExecutor(len(sids)) as threads:
        told = list(threads.map(ask, sids))
    assert [sid for sid, _ in told] == sids
    assert len({client_of_thread for _, client_of_thread in told}) == len(sids)
