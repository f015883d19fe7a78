"""A company's line, webhook by webhook: Twilio asks, signed, and our TwiML answers."""

import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pytest

from calls.models import Call, Line, Voicemail
from calls.states import LegStatus, LineAction, Outcome, VoicemailStatus
from conferencing.models import Lane, Order
from conferencing.tests.carrier.conftest import Twilio, recorded
from conferencing.tests.office import HOME, OFFICE, a_line, forwards_to, office
from conferencing.tests.people import opened, texted

pytestmark = pytest.mark.django_db

MAIN = "+12125550101"
CALLER = "+12125550103"
NASTY = "<script>alert('&')</script>"


class Caller:
    """Twilio's side of a call: it asks where the last TwiML told it to."""

    def __init__(self, twilio: Twilio) -> None:
        self._twilio = twilio

    def ask(self, url: str, name: str, **changes: str) -> "Caller":
        parts = urlsplit(url)
        path = parts.path + ("?" + parts.query if parts.query else "")
        answer = self._twilio.post(path, recorded(name, **changes))
        assert answer.status_code == 200
        self.twiml = ET.fromstring(answer.content)
        return self

    def dials(self, **changes: str) -> "Caller":
        return self.ask("/twilio/voice", "incoming", **{"To": MAIN, "Called": MAIN} | changes)

    def presses(self, digits: str) -> "Caller":
        return self.ask(self.one("Gather").get("action", ""), "gather_action", Digits=digits)

    def waits(self) -> "Caller":
        return self.ask(self.one("Redirect").text or "", "redirect")

    def one(self, verb: str) -> ET.Element:
        found = self.twiml.find(f".//{verb}")
        assert found is not None, ET.tostring(self.twiml)
        return found

    @property
    def hears(self) -> str:
        return " ".join(say.text or "" for say in self.twiml.iter("Say"))

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.twiml]

    @property
    def call(self) -> Call:
        return Call.objects.get(direction="inbound")


@pytest.fixture
def main_line() -> Line:
    return office(number=MAIN, greeting="Hello & welcome.", language="en-GB", voice="Polly.Amy")


@pytest.fixture
def caller(twilio: Twilio, main_line: Line) -> Caller:
    return Caller(twilio).dials()


class TestMenu:
    def test_says_what_the_keys_do(self, caller: Caller) -> None:
        assert caller.hears == (
            "Hello & welcome. To talk to a person, press 1. To leave a message, press 2."
        )
        assert caller.one("Say").attrib == {"language": "en-GB", "voice": "Polly.Amy"}
        assert caller.one("Gather").get("numDigits") == "1"

    def test_silence_three_times_leads_to_a_message(self, caller: Caller) -> None:
        assert "did not understand" in caller.waits().hears
        assert "press 1" in caller.waits().hears
        assert caller.waits().verbs == ["Say", "Record", "Redirect"]

    @pytest.mark.parametrize("digits", ["", "hangup", "9", "#", "<b>", "1" * 40])
    def test_strange_digits_are_a_miss(self, caller: Caller, digits: str) -> None:
        assert "did not understand" in caller.presses(digits).hears

    def test_who_has_hung_up_hears_nothing_and_is_over(self, caller: Caller) -> None:
        url = caller.one("Gather").get("action", "")
        assert caller.ask(url, "gather_action", CallStatus="completed", Digits="1").verbs == []
        assert caller.call.status == LegStatus.COMPLETED
        assert caller.call.outcome == Outcome.ABANDONED

    def test_one_number_for_both_lets_the_star_lead_to_the_menu(self, twilio: Twilio) -> None:
        options = (("1", LineAction.VOICEMAIL), ("3", LineAction.CONFERENCE))
        a_line(*options, number=MAIN, greeting="Hello.")
        opened(texted(CALLER))
        caller = Caller(twilio).dials()
        assert caller.one("Gather").get("finishOnKey") == "*"
        assert "For the menu, press star." in caller.hears
        caller.presses("0000")
        assert "For the menu, press star." in caller.hears  # after a wrong code, too
        assert "Hello. To leave a message, press 1." in caller.waits().hears

    @pytest.mark.parametrize("field", ["From", "Caller", "CallerName", "FromCity", "ToState"])
    def test_html_in_a_field_is_only_text(
        self, twilio: Twilio, main_line: Line, field: str
    ) -> None:
        caller = Caller(twilio).dials(**{field: NASTY})
        assert caller.verbs == ["Gather", "Redirect"]
        assert caller.presses("1").verbs == ["Say", "Dial"]
        assert caller.one("Dial").get("callerId") == MAIN


class TestForward:
    def test_rings_with_a_whisper_that_asks_for_a_key(self, caller: Caller) -> None:
        caller.presses("1")
        leg = caller.call.forwarded_legs.get()
        number, dial = caller.one("Number"), caller.one("Dial")
        assert (number.text, dial.get("callerId")) == (OFFICE, MAIN)
        assert (dial.get("answerOnBridge"), dial.get("timeout")) == ("true", "20")
        assert number.get("statusCallbackEvent") == "initiated ringing answered completed"
        whisper = Caller(caller._twilio).ask(number.get("url", ""), "whisper")
        assert whisper.hears == "A call for Office from 2 1 2, 5 5 5, 0 1 0 3. To take it, press 1."
        assert whisper.verbs == ["Gather", "Hangup"]
        take = whisper.one("Gather").get("action", "")
        assert whisper.ask(take, "whisper", Digits="1").verbs == []
        leg.refresh_from_db()
        assert (leg.sid, leg.status) == ("CA" + "9" * 32, LegStatus.IN_PROGRESS)
        assert caller.call.taken_at == leg.taken_at is not None
        over = caller.one("Dial").get("action", "")
        assert "Thank you for calling." in caller.ask(over, "dial_number_completed").hears

    @pytest.mark.parametrize("word", ["busy", "no_answer", "failed", "completed"])
    def test_not_taken_the_next_phone_rings_then_a_message(
        self, caller: Caller, main_line: Line, word: str
    ) -> None:
        forwards_to(main_line, HOME)
        caller.presses("1")
        caller.ask(caller.one("Dial").get("action", ""), f"dial_number_{word}")
        assert caller.one("Number").text == HOME
        caller.ask(caller.one("Dial").get("action", ""), f"dial_number_{word}")
        assert "Nobody can take your call" in caller.hears
        assert caller.verbs == ["Say", "Record", "Redirect"]

    def test_together(self, twilio: Twilio) -> None:
        line = office(number=MAIN, ring_together=True)
        forwards_to(line, HOME)
        caller = Caller(twilio).dials().presses("1")
        assert [number.text for number in caller.twiml.iter("Number")] == [OFFICE, HOME]
        legs = {number.get("url") for number in caller.twiml.iter("Number")}
        assert len(legs) == 2

    def test_the_callers_own_number_where_the_line_shows_it(
        self, twilio: Twilio, main_line: Line
    ) -> None:
        Line.objects.update(show_caller=True)
        assert Caller(twilio).dials().presses("1").one("Dial").get("callerId") == CALLER

    def test_a_caller_who_hangs_up_while_it_rings(self, caller: Caller) -> None:
        caller.presses("1")
        caller.ask(caller.one("Dial").get("action", ""), "dial_number_canceled")
        assert caller.verbs == []
        assert caller.call.outcome == Outcome.MISSED


class TestMessage:
    @pytest.fixture
    def caller(self, caller: Caller) -> Caller:
        return caller.presses("2")

    @property
    def message(self) -> Voicemail:
        return Voicemail.objects.get()

    def test_a_beep_and_up_to_three_minutes(self, caller: Caller) -> None:
        record = caller.one("Record")
        assert record.get("maxLength") == "180"
        assert record.get("finishOnKey") == "#"
        assert record.get("playBeep") == "true"
        assert record.get("recordingStatusCallbackEvent") == "completed absent"
        assert "/voice/message-over/" in record.get("action", "")  # its own would go in circles

    def test_ended_by_a_key(self, caller: Caller, nudged: list[Lane]) -> None:
        caller.ask(caller.one("Record").get("action", ""), "record_action")
        assert "Thank you for your message." in caller.hears
        assert self.message.status == VoicemailStatus.RECORDING  # its length is not sure yet
        assert Lane.KEEPING in nudged

    def test_ended_by_hanging_up(self, caller: Caller) -> None:
        caller.ask(caller.one("Record").get("action", ""), "record_action_hung_up")
        assert caller.verbs == []
        assert caller.call.status == LegStatus.COMPLETED
        assert self.message.recording_sid == "RE" + "7" * 32

    def test_no_recording_is_no_message(self, caller: Caller) -> None:
        assert "There was no message." in caller.waits().hears
        assert self.message.status == VoicemailStatus.ABSENT

    def test_the_callback_decides(self, caller: Caller, twilio: Twilio) -> None:
        url = urlsplit(caller.one("Record").get("recordingStatusCallback", "")).path
        assert twilio.post(url, recorded("recording_in_progress")).status_code == 204
        assert self.message.status == VoicemailStatus.RECORDING
        for _ in range(2):
            assert twilio.post(url, recorded("recording_completed")).status_code == 204
        assert (self.message.status, self.message.duration) == (VoicemailStatus.FETCHING, 4)
        assert Order.objects.count() == 1

    @pytest.mark.parametrize("duration", ["0", "1"])
    def test_too_short_after_trimming(self, caller: Caller, twilio: Twilio, duration: str) -> None:
        caller.ask(caller.one("Record").get("action", ""), "record_action_hung_up")
        url = f"/twilio/recording/{caller.call.id}"
        twilio.post(url, recorded("recording_completed", RecordingDuration=duration))
        assert self.message.status == VoicemailStatus.ABSENT

    def test_absent(self, caller: Caller, twilio: Twilio) -> None:
        twilio.post(f"/twilio/recording/{caller.call.id}", recorded("recording_absent"))
        assert self.message.status == VoicemailStatus.ABSENT

    @pytest.mark.parametrize(
        "changes",
        [
            {"RecordingSid": "RE1"},
            {"RecordingSid": NASTY},
            {"RecordingSid": "https://evil.example/RE" + "7" * 32},
        ],
    )
    def test_a_malformed_sid_is_refused(
        self, caller: Caller, twilio: Twilio, changes: dict[str, str]
    ) -> None:
        url = f"/twilio/recording/{caller.call.id}"
        assert twilio.post(url, recorded("recording_completed", **changes)).status_code == 403

    @pytest.mark.parametrize("duration", ["", "-1", "NaN", NASTY, "10800", "9" * 40])
    def test_a_strange_duration_is_survived(
        self, caller: Caller, twilio: Twilio, duration: str
    ) -> None:
        url = f"/twilio/recording/{caller.call.id}"
        answer = twilio.post(url, recorded("recording_completed", RecordingDuration=duration))
        assert answer.status_code == 204
        assert self.message.status == VoicemailStatus.FETCHING

    def test_an_url_that_is_not_twilios_is_never_kept(self, caller: Caller) -> None:
        action = caller.one("Record").get("action", "")
        caller.ask(action, "record_action", RecordingUrl="http://169.254.169.254/x")
        row = Voicemail.objects.values().get()
        assert "169.254" not in str(row)

    def test_a_transcription_is_text(self, caller: Caller, twilio: Twilio) -> None:
        url = f"/twilio/transcription/{caller.call.id}"
        twilio.post(url, recorded("transcription", TranscriptionText=f"Hi {NASTY}\x00\x07"))
        assert self.message.transcription == f"Hi {NASTY}"
        failed = recorded("transcription", TranscriptionStatus="failed", TranscriptionText="?")
        twilio.post(url, failed)
        assert self.message.transcription == f"Hi {NASTY}"


@pytest.mark.parametrize(
    "path",
    [
        "voice/menu/call_x?n=1&asked=1",
        "voice/menu-silence/call_x?n=99999999999999999999&asked=-1",
        "voice/menu-instead/call_x",
        "voice/whisper/call_x",
        "voice/take/call_x",
        "voice/forward-over/call_x?n=x",
        "voice/message-over/call_x",
    ],
)
def test_a_call_that_we_do_not_know_hears_goodbye(twilio: Twilio, path: str) -> None:
    answer = twilio.post(f"/twilio/{path}", recorded("gather_action", Digits="1"))
    assert answer.status_code == 200
    assert b"Goodbye" in answer.content
