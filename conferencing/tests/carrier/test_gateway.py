"""The port fulfilled by Twilio's REST API: what is asked, and what its answers mean."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler

import pytest
from pytest_django import Settings

from calls.states import LegStatus, TextStatus
from conferencing.carrier.gateway import TwilioGateway
from conferencing.telephony import OutcomeUnknown, Refused, Seat, TelephonyError, TryLater
from conferencing.tests.carrier.rest import (
    ACCOUNT,
    CALL,
    LINE,
    OTHER_CALL,
    OTHER_ROOM,
    PHONE,
    ROOM,
    ROOT,
    TEXT,
    a_call,
    a_list,
    a_message,
    dial,
    text,
)
from conferencing.tests.carrier.server import Asked, Server, reply


class TestCall:
    def test_what_is_asked(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(201, a_call())
        report = dial(gateway)
        assert (report.sid, report.status) == (CALL, LegStatus.QUEUED)
        assert (report.from_number, report.to_number) == (LINE, PHONE)
        assert report.created_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
        (asked,) = api.asked
        assert (asked.method, asked.path) == ("POST", f"{ROOT}/Calls.json")
        assert asked.form == {
            "From": [LINE],
            "To": [PHONE],
            "Url": ["http://testserver/twilio/voice/answered/call_1#rc=2&rp=all"],
            "FallbackUrl": ["http://testserver/twilio/voice/fallback"],
            "StatusCallback": ["http://testserver/twilio/leg/call_1#rc=3&rp=all"],
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
            "Timeout": ["30"],
            "TimeLimit": ["420"],
        }

    def test_no_call_is_asked_to_be_longer_than_twilio_allows(
        self, gateway: TwilioGateway, api: Server
    ) -> None:
        api.will(201, a_call())
        gateway.call(
            caller_id=LINE, to=PHONE, call_id="call_1", ring_seconds=30, longest_seconds=14_520
        )
        assert api.asked[0].form["TimeLimit"] == ["14400"]

    @pytest.mark.parametrize(("key", "user"), [(None, ACCOUNT), ("SK" + "7" * 32, "SK" + "7" * 32)])
    def test_as_whom(
        self, gateway: TwilioGateway, api: Server, settings: Settings, key: str | None, user: str
    ) -> None:
        settings.TWILIO_API_KEY_SID = key
        settings.TWILIO_API_KEY_SECRET = key and "secret"
        api.will(201, a_call())
        dial(gateway)
        password = "secret" if key else settings.TWILIO_AUTH_TOKEN
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        assert api.asked[0].authorization == f"Basic {basic}"
        assert api.asked[0].path.startswith(ROOT)


class TestText:
    def test_what_is_asked(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(201, {"sid": TEXT, "status": "queued"})
        sent = text(gateway)
        assert (sent.sid, sent.status) == (TEXT, "queued")
        assert api.asked[0].path == f"{ROOT}/Messages.json"
        assert api.asked[0].form == {
            "From": [LINE],
            "To": [PHONE],
            "Body": ["Code: 4711"],
            "StatusCallback": ["http://testserver/twilio/text/part_1?n=1#rc=3&rp=all"],
        }

    def test_what_it_says_is_not_logged(
        self, gateway: TwilioGateway, api: Server, log: pytest.LogCaptureFixture
    ) -> None:
        api.will(201, {"sid": TEXT, "status": "queued"})
        text(gateway)
        api.will(500, "")
        with pytest.raises(TelephonyError) as error:
            text(gateway)
        assert "4711" not in log.text + str(error.value)


class TestHangUp:
    def test_ends_the_leg(self, gateway: TwilioGateway, api: Server) -> None:
        ended = "Fri, 20 Nov 2026 13:01:00 +0000"
        api.will(200, a_call(status="completed", end_time=ended, duration="42"))
        report = gateway.hang_up(CALL)
        assert (report.status, report.duration) == (LegStatus.COMPLETED, 42)
        assert report.ended_at == datetime(2026, 11, 20, 13, 1, tzinfo=UTC)
        assert report.answered_at == datetime(2026, 11, 20, 13, 0, 18, tzinfo=UTC)
        assert api.asked[0].path == f"{ROOT}/Calls/{CALL}.json"
        assert api.asked[0].form == {"Status": ["completed"]}

    def test_a_queued_leg_is_cancelled_by_it(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_call(status="canceled"))
        assert gateway.hang_up(CALL).status is LegStatus.CANCELED

    def test_a_leg_that_nobody_knows(self, gateway: TwilioGateway, api: Server) -> None:
        api.will_refuse(404, 20404)
        assert gateway.hang_up(CALL) is None

    def test_a_leg_that_is_over_already_is_reported(
        self, gateway: TwilioGateway, api: Server
    ) -> None:
        api.will_refuse(400, 21220)
        api.will(200, a_call(status="busy", duration="0"))
        report = gateway.hang_up(CALL)
        assert (report.status, report.duration, report.answered_at) == (LegStatus.BUSY, 0, None)

    def test_a_leg_that_is_refused_its_end_is_not_said_to_be_over(
        self, gateway: TwilioGateway, api: Server
    ) -> None:
        api.will_refuse(400, 21220)
        api.will(200, a_call(status="in-progress"))
        with pytest.raises(Refused, match="not going on"):
            gateway.hang_up(CALL)


class TestSeeOff:
    def test_the_leg_is_sent_to_our_goodbye(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_call(status="in-progress"))
        gateway.see_off(CALL, "call_1")
        (asked,) = api.asked
        assert asked.path == f"{ROOT}/Calls/{CALL}.json"
        assert asked.form["Url"][0].split("#")[0].endswith("/twilio/voice/see-off/call_1")
        assert asked.form["Method"] == ["POST"]

    def test_one_that_is_over_is_refused(self, gateway: TwilioGateway, api: Server) -> None:
        api.will_refuse(400, 21220)
        with pytest.raises(Refused):
            gateway.see_off(CALL, "call_1")


class TestEndRoom:
    def test_by_its_id(self, gateway: TwilioGateway, api: Server) -> None:
        ended = "Fri, 20 Nov 2026 10:00:05 +0000"
        api.will(200, {"sid": ROOM, "status": "completed", "date_updated": ended})
        when = gateway.end_room("conf_1", ROOM)
        assert when == {ROOM: datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)}
        (asked,) = api.asked
        assert asked.path == f"{ROOT}/Conferences/{ROOM}.json"
        assert asked.form == {"Status": ["completed"]}

    @pytest.mark.parametrize(("status", "code"), [(404, 20404), (404, 16022), (409, 16022)])
    def test_one_that_was_born_again_is_found_by_its_name(
        self, gateway: TwilioGateway, api: Server, status: int, code: int
    ) -> None:
        api.will_refuse(status, code)
        api.will(200, a_list("conferences", _room(ROOM, "completed"), _room(OTHER_ROOM)))
        api.will(200, {"sid": OTHER_ROOM})
        gateway.end_room("conf_1", ROOM)
        assert api.asked[1].query["FriendlyName"] == ["conf_1"]
        assert api.asked[2].path == f"{ROOT}/Conferences/{OTHER_ROOM}.json"
        assert len(api.asked) == 3

    def test_one_whose_id_we_never_heard_may_have_a_single_person_in_it(
        self, gateway: TwilioGateway, api: Server
    ) -> None:
        api.will(200, a_list("conferences", _room(ROOM, "init")))
        api.will(200, {"sid": ROOM})
        gateway.end_room("conf_1", "")
        assert api.asked[1].form == {"Status": ["completed"]}

    def test_none_at_all_is_fine(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_list("conferences"))
        gateway.end_room("conf_1", "")

    def test_that_it_may_still_be_there_is_said(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(500, "")
        with pytest.raises(OutcomeUnknown):
            gateway.end_room("conf_1", ROOM)


def _room(sid: str, status: str = "in-progress", friendly_name: str = "conf_1") -> dict:
    return {"sid": sid, "friendly_name": friendly_name, "status": status}


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
    def test_a_leg(self, gateway: TwilioGateway, api: Server, word: str, status: LegStatus) -> None:
        api.will(200, a_call(status=word))
        assert gateway.leg(CALL).status is status

    def test_a_leg_that_nobody_knows(self, gateway: TwilioGateway, api: Server) -> None:
        api.will_refuse(404, 20404)
        assert gateway.leg(CALL) is None

    def test_the_legs_to_a_number_page_by_page(self, gateway: TwilioGateway, api: Server) -> None:
        more = f"{ROOT}/Calls.json?Page=1&PageToken=PA1"
        api.will(200, a_list("calls", a_call(), following=more))
        api.will(200, a_list("calls", a_call(OTHER_CALL)))
        since = datetime(2026, 11, 20, 13, 0, 0, 900_000, tzinfo=UTC)
        legs = gateway.legs_to(to=PHONE, caller_id=LINE, since=since)
        assert [leg.sid for leg in legs] == [CALL, OTHER_CALL]
        query = api.asked[0].query
        assert (query["To"], query["From"]) == ([PHONE], [LINE])
        assert query["StartTime>"] == ["2026-11-20T12:59:59Z"]
        assert api.asked[1].query["PageToken"] == ["PA1"]

    @pytest.mark.parametrize(
        ("status", "kind"), [(429, TryLater), (401, Refused), (500, OutcomeUnknown)]
    )
    def test_a_list_that_is_not_given(
        self, gateway: TwilioGateway, api: Server, status: int, kind: type[TelephonyError]
    ) -> None:
        api.will_refuse(status, 20003)
        with pytest.raises(kind):
            gateway.legs_to(to=PHONE, caller_id=LINE, since=datetime.now(UTC))

    def test_a_list_that_is_none(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, {"calls": [], "surprise": []})
        with pytest.raises(OutcomeUnknown):
            gateway.legs_to(to=PHONE, caller_id=LINE, since=datetime.now(UTC))

    def test_all_legs_that_are_not_over(self, gateway: TwilioGateway, api: Server) -> None:
        for sid, status in ((CALL, "queued"), (OTHER_CALL, "ringing")):
            api.will(200, a_list("calls", a_call(sid, status)))
        following = f"{ROOT}/Calls.json?Status=in-progress&PageSize=1000&PageToken=PA1"
        api.will(200, a_list("calls", a_call("CA" + "7" * 32, "in-progress"), following=following))
        api.will(200, a_list("calls", a_call("CA" + "8" * 32, "in-progress")))
        statuses = [leg.status for leg in gateway.legs_under_way()]
        assert statuses == ["queued", "ringing", "in_progress", "in_progress"]
        assert [asked.query["Status"] for asked in api.asked[:3]] == [
            ["queued"],
            ["ringing"],
            ["in-progress"],
        ]
        assert api.asked[0].query["PageSize"] == ["1000"]
        assert api.asked[3].query["PageToken"] == ["PA1"]

    def test_all_legs_that_ended_since(self, gateway: TwilioGateway, api: Server) -> None:
        end = "Fri, 20 Nov 2026 13:01:00 +0000"
        over = a_call(status="completed", end_time=end, duration="42")
        api.will(200, a_list("calls", over))
        (leg,) = gateway.legs_ended(datetime(2026, 11, 20, 13, tzinfo=UTC))
        assert (leg.status, leg.duration) == (LegStatus.COMPLETED, 42)
        assert api.asked[0].query["EndTime>"] == ["2026-11-20T12:59:59Z"]

    def test_the_rooms_of_a_name(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_list("conferences", _room(ROOM), _room(OTHER_ROOM, "completed")))
        assert [room.sid for room in gateway.rooms("conf_1")] == [ROOM]
        assert api.asked[0].query["FriendlyName"] == ["conf_1"]

    def test_all_rooms(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_list("conferences", _room(ROOM, "init", friendly_name="conf_1")))
        api.will(200, a_list("conferences", _room(OTHER_ROOM, friendly_name="lobby\n")))
        named = [(room.sid, room.name) for room in gateway.rooms()]
        assert named == [(ROOM, "conf_1"), (OTHER_ROOM, "lobby")]
        assert [a.query["Status"] for a in api.asked] == [["init"], ["in-progress"]]

    def test_who_is_in_a_room(self, gateway: TwilioGateway, api: Server) -> None:
        since = "Fri, 20 Nov 2026 13:00:07 +0000"
        heard = {"muted": True, "hold": False}
        people = [{"call_sid": CALL, "date_created": since, **heard}, {"call_sid": OTHER_CALL}]
        api.will(200, a_list("participants", *people))
        at = datetime(2026, 11, 20, 13, 0, 7, tzinfo=UTC)
        assert gateway.people_in(ROOM) == [
            Seat(CALL, at, muted=True, on_hold=False),
            Seat(OTHER_CALL),
        ]
        assert api.asked[0].path == f"{ROOT}/Conferences/{ROOM}/Participants.json"

    def test_a_room_that_has_just_gone_is_empty(self, gateway: TwilioGateway, api: Server) -> None:
        api.will_refuse(404, 20404)
        assert gateway.people_in(ROOM) == []

    def test_how_a_text_fares(self, gateway: TwilioGateway, api: Server) -> None:
        failed = a_message(status="undelivered", error_code=30003, error_message="Unreachable")
        api.will(200, failed)
        api.will_refuse(404, 20404)
        report = gateway.text(TEXT)
        assert (report.status, report.error[0]) == (TextStatus.UNDELIVERED, "30003")
        assert gateway.text(TEXT) is None

    def test_the_texts_to_a_number(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_list("messages", a_message()))
        (found,) = gateway.texts_to(to=PHONE, sender=LINE)
        assert (found.sid, found.body, found.error) == (TEXT, "Code: 4711", None)
        assert found.created_at == datetime(2026, 11, 20, 13, tzinfo=UTC)
        query = api.asked[0].query
        assert (query["To"], query["From"]) == ([PHONE], [LINE])

    def test_all_texts_that_were_sent_since(self, gateway: TwilioGateway, api: Server) -> None:
        api.will(200, a_list("messages", a_message(status="delivered")))
        (found,) = gateway.texts_sent(datetime(2026, 11, 20, 13, tzinfo=UTC))
        assert found.status == TextStatus.DELIVERED
        assert api.asked[0].query["DateSent>"] == ["2026-11-20T12:59:59Z"]

    @pytest.mark.parametrize("ask", ["legs_under_way", "rooms"])
    def test_a_list_that_breaks_off(self, gateway: TwilioGateway, api: Server, ask: str) -> None:
        api.will_refuse(429, 20429)
        with pytest.raises(TryLater):
            list(getattr(gateway, ask)())


def test_connections_are_kept(gateway: TwilioGateway, api: Server) -> None:
    for _ in range(3):
        api.will(200, a_call())
        gateway.leg(CALL)
    assert len({asked.connection for asked in api.asked}) == 1


def test_no_thread_takes_home_the_answer_of_another(gateway: TwilioGateway, api: Server) -> None:
    """The SDK's HTTP client hands its answer over in an attribute, so each thread has its own."""
    sids = [f"CA{number:032x}" for number in range(8)]
    all_asked = threading.Barrier(len(sids))

    def answer_together(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        all_asked.wait(20)
        sid = asked.path.rpartition("/")[2].removesuffix(".json")
        reply(handler, 200, json.dumps(a_call(sid)))

    api.answers.extend([answer_together] * len(sids))

    def ask(sid: str) -> tuple[str, int]:
        return gateway.leg(sid).sid, id(gateway._twilio)

    with ThreadPoolExecutor(len(sids)) as threads:
        told = list(threads.map(ask, sids))
    assert [sid for sid, _ in told] == sids
    assert len({client_of_thread for _, client_of_thread in told}) == len(sids)
