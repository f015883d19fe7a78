"""What callers hear, webhook by webhook: Twilio asks, signed, and our TwiML answers."""

import socket
import xml.etree.ElementTree as ET

import pytest
from django.db import OperationalError
from pytest_django import DjangoAssertNumQueries, Settings

from calls.models import Call, CallEvent, Conference
from calls.states import Direction, LegStatus, Mode
from conferencing import telephony
from conferencing.carrier import voice
from conferencing.conferences import Invitee, NewConference, end_by_request, open_conference
from conferencing.models import Lane
from conferencing.tests.carrier.conftest import Twilio, recorded
from conferencing.tests.carrier.leg import Leg, dial_in

pytestmark = pytest.mark.django_db

CALLER, CALLED, LINE = "+12125550103", "+12125550104", "+12125550100"


@pytest.fixture
def conference() -> Conference:
    people = [Invitee(CALLER, Mode.DIAL_IN), Invitee(CALLED, Mode.DIAL_OUT)]
    return open_conference(NewConference(people, owner="", name="Standup"))


def wrong(conference: Conference) -> str:
    return str((int(conference.code) + 1) % 10_000).zfill(4)


class TestDialIn:
    def test_mistypes_then_enters_the_code_and_is_in_the_room(
        self, twilio: Twilio, conference: Conference
    ) -> None:
        leg = dial_in(twilio)
        assert "4 digit conference code" in leg.said
        leg.press(wrong(conference))
        assert "not right" in leg.said
        leg.press(conference.code)
        assert "Standup" in leg.said
        assert "5 minutes left" in leg.said
        assert leg.is_in_room(conference.id)

    @pytest.mark.parametrize("name", ["incoming", "incoming_withheld", "incoming_word"])
    def test_who_knows_the_code_comes_in_whatever_the_number(
        self, twilio: Twilio, conference: Conference, name: str, settings: Settings
    ) -> None:
        settings.STRANGER_RISK_PER_DAY = 1
        assert dial_in(twilio, name).press(conference.code).is_in_room(conference.id)

    def test_says_nothing_and_is_asked_again_and_at_last_let_go(
        self, twilio: Twilio, conference: Conference
    ) -> None:
        leg = dial_in(twilio).press_nothing()
        assert "did not hear" in leg.said
        assert "code" in leg.said
        leg.press_nothing().press_nothing()
        assert leg.is_over
        assert "Goodbye" in leg.said

    @pytest.mark.parametrize("typed", ["", "    ", "<b>", "\uff11\uff12\uff13\uff14", "9" * 40])
    def test_what_no_keypad_can_send_is_a_silence(
        self, twilio: Twilio, conference: Conference, typed: str
    ) -> None:
        leg = dial_in(twilio)
        for _ in range(2):
            assert "did not hear" in leg.press(typed).said
        assert leg.press(typed).is_over

    def test_a_try_that_is_told_again_is_not_another_one(
        self, twilio: Twilio, conference: Conference
    ) -> None:
        """Twilio repeats a request whose answer it did not get; the caller typed only once."""
        leg = dial_in(twilio)
        asked = leg.action
        for _ in range(3):
            leg.ask(asked, "gather_action", Digits=wrong(conference))
            assert "not right" in leg.said
            assert not leg.is_over
        assert CallEvent.objects.filter(kind="code_wrong").count() == 1
        leg.press(wrong(conference))
        assert leg.press(conference.code).is_in_room(conference.id)

    def test_the_last_try_told_again_ends_as_it_did(
        self, twilio: Twilio, conference: Conference
    ) -> None:
        leg = dial_in(twilio).press(wrong(conference)).press(wrong(conference))
        asked = leg.action
        for _ in range(2):
            assert leg.ask(asked, "gather_action", Digits=wrong(conference)).is_over
            assert "not right either" in leg.said

    def test_three_wrong_codes_are_enough(self, twilio: Twilio, conference: Conference) -> None:
        leg = dial_in(twilio)
        for _ in range(3):
            leg.press(wrong(conference))
        assert leg.is_over

    def test_an_ended_conference_is_over(self, twilio: Twilio, conference: Conference) -> None:
        leg = dial_in(twilio)
        end_by_request(conference.id)
        assert "over" in leg.press(conference.code).said
        assert not leg.is_in_room(conference.id)

    def test_asked_twice_by_twilio_is_one_call(self, twilio: Twilio) -> None:
        dial_in(twilio)
        dial_in(twilio)
        assert Call.objects.count() == 1

    def test_has_gone_before_we_answer(self, twilio: Twilio, nudged: list[Lane]) -> None:
        leg = Leg(twilio, "").ask("/twilio/voice", "incoming", CallStatus="completed")
        assert list(leg.twiml) == []
        assert not Call.objects.exists()

    def test_hangs_up_at_the_code(self, twilio: Twilio, nudged: list[Lane]) -> None:
        leg = dial_in(twilio)
        url = leg.twiml.find("Redirect").text
        assert list(leg.ask(url, CallStatus="completed").twiml) == []
        assert Call.objects.get().status == LegStatus.COMPLETED
        assert nudged == [Lane.ENDING]


class TestDialOut:
    @pytest.fixture
    def call(self, conference: Conference) -> Call:
        person = conference.participants.get(mode=Mode.DIAL_OUT)
        call = Call(
            direction=Direction.OUTBOUND,
            from_number=LINE,
            to_number=CALLED,
            status=LegStatus.QUEUED,
            conference=conference,
            participant=person,
        )
        call.save()
        return call

    @pytest.fixture
    def leg(self, twilio: Twilio, call: Call) -> Leg:
        return Leg(twilio, "answered").ask(f"/twilio/voice/answered/{call.id}")

    def test_presses_1_and_is_in_the_room(self, leg: Leg, conference: Conference) -> None:
        assert "Standup" in leg.said
        assert "press 1" in leg.said
        assert leg.press("1").is_in_room(conference.id)

    @pytest.mark.parametrize("key", ["2", "#", "*", "0"])
    def test_presses_something_else_and_is_not(
        self, leg: Leg, conference: Conference, key: str
    ) -> None:
        assert leg.press(key).is_over

    def test_a_mailbox_presses_nothing(self, leg: Leg) -> None:
        leg.press_nothing().press_nothing()
        assert "press 1" in leg.said
        assert leg.press_nothing().is_over

    def test_who_answers_late_hears_that_it_is_over(
        self, twilio: Twilio, call: Call, conference: Conference
    ) -> None:
        end_by_request(conference.id)
        leg = Leg(twilio, "answered").ask(f"/twilio/voice/answered/{call.id}")
        assert "over" in leg.said
        assert leg.is_over

    def test_who_has_hung_up_already_hears_nothing(self, twilio: Twilio, call: Call) -> None:
        leg = Leg(twilio, "answered")
        leg.ask(f"/twilio/voice/answered/{call.id}", CallStatus="completed")
        assert list(leg.twiml) == []


@pytest.mark.parametrize(
    "route",
    ["code", "code-silence", "answered", "confirm", "confirm-silence", "after-room", "room-menu"],
)
def test_about_a_leg_that_is_not_ours_we_apologise(
    twilio: Twilio, route: str, log: pytest.LogCaptureFixture
) -> None:
    leg = Leg(twilio, "redirect").ask(f"/twilio/voice/{route}/call_unknown?n=0", Digits="1")
    if route != "code-silence":  # which asks nothing of the database
        assert "Sorry" in leg.said
        assert leg.is_over
    assert "Traceback" not in log.text


def test_the_fallback_needs_no_database(
    twilio: Twilio, django_assert_num_queries: DjangoAssertNumQueries, log: pytest.LogCaptureFixture
) -> None:
    with django_assert_num_queries(0):
        leg = Leg(twilio, "fallback").ask("/twilio/voice/fallback")
    assert "Sorry" in leg.said
    assert leg.is_over
    assert "11200" in log.text
    assert "/twilio/voice" in log.text


def test_without_a_database_callers_hear_an_apology(
    twilio: Twilio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: object) -> None:
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(voice.ivr, "incoming", gone)
    leg = dial_in(twilio)
    assert "Sorry" in leg.said
    assert leg.is_over


def test_digits_of_codes_are_nowhere(
    twilio: Twilio, conference: Conference, log: pytest.LogCaptureFixture
) -> None:
    miss = wrong(conference)
    leg = dial_in(twilio).press(miss).press(conference.code)
    events = " ".join(str(values) for values in CallEvent.objects.values())
    urls = " ".join(leg.urls) + ET.tostring(leg.twiml).decode()
    for digits in (miss, conference.code):
        assert f"'{digits}'" not in events
        assert f"={digits}" not in urls
        assert f"/{digits}" not in urls
        assert digits not in " ".join(record.getMessage() for record in log.records)


def test_no_view_talks_to_the_network(
    twilio: Twilio, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*args: object, **_kwargs: object) -> None:
        raise AssertionError(f"a view talks to the network: {args}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(telephony, "network", no_network)
    leg = dial_in(twilio).press(wrong(conference)).press(conference.code)
    call = Call.objects.get(direction=Direction.INBOUND)
    joined = recorded("room_join", FriendlyName=conference.id, ParticipantLabel=call.id)
    person = conference.participants.get(mode=Mode.DIAL_IN)
    for path, form in (
        (f"/twilio/room/{conference.id}", joined),
        (f"/twilio/text/{person.id}", recorded("text_delivered")),
        (f"/twilio/leg/{call.id}", recorded("status_answered")),
        ("/twilio/status", recorded("line_completed")),
    ):
        assert twilio.post(path, form).status_code == 204
    leg.hang_up_in_the_room()
    Leg(twilio, "fallback").ask("/twilio/voice/fallback")
