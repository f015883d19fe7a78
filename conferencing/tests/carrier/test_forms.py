"""Webhook forms to value types: one recorded payload for each event of Twilio's."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from calls.states import EventKind, LegStatus, TextStatus
from conferencing.carrier import forms
from conferencing.carrier.forms import Digits
from conferencing.tests.carrier.conftest import FIXTURES, recorded

CALL = "CA" + "1" * 32
ROOM = "CF" + "3" * 32
NOW = datetime(2026, 11, 20, 13, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorded payloads are of 13:00:00 to 13:00:09."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def at(second: int) -> datetime:
    return NOW.replace(second=second)


class TestIncomingCall:
    def test_as_it_comes(self) -> None:
        call = forms.incoming_call(recorded("incoming"))
        assert (call.sid, call.from_number, call.to_number) == (
            CALL,
            "+12125550103",
            "+12125550100",
        )

    @pytest.mark.parametrize(
        ("name", "number"), [("incoming_withheld", "+266696687"), ("incoming_word", "anonymous")]
    )
    def test_a_withheld_number_is_taken_as_it_comes(self, name: str, number: str) -> None:
        assert forms.incoming_call(recorded(name)).from_number == number

    @pytest.mark.parametrize("number", ["", "\x00\x1b[2J", "<script>", "9" * 500, "\ud83d"])
    def test_any_number_is_fit_to_be_kept(self, number: str) -> None:
        kept = forms.incoming_call(recorded("incoming", From=number)).from_number
        assert kept.isprintable()
        assert len(kept) <= 64


class TestDigits:
    @pytest.mark.parametrize("typed", ["4711", "*", "#", "0", "hangup", "1" * 32, "12wW#*ABCD"])
    def test_what_a_keypad_has(self, typed: str) -> None:
        assert forms.digits({"Digits": typed}) == typed

    @pytest.mark.parametrize(
        "typed", ["", "1" * 33, "12 34", "\uff11\uff12\uff13\uff14", "E", "1\n", "<b>", "HANGUP"]
    )
    def test_what_no_keypad_has_counts_as_nothing(self, typed: str) -> None:
        assert forms.digits({"Digits": typed}) == ""

    def test_none_at_all(self) -> None:
        assert forms.digits({}) == ""

    def test_they_show_themselves_to_nobody(self) -> None:
        digits = Digits("4711")
        shown = [str(digits), repr(digits), f"{digits}", f"{digits!r:>9}", repr([digits])]
        shown += ["%s" % digits, "{}".format(digits), str({"digits": digits})]  # noqa: UP031, UP032
        assert "4711" not in "".join(shown)

    def test_they_compare_as_what_they_are(self) -> None:
        assert Digits("4711") == "4711"
        assert hash(Digits("4711")) == hash("4711")
        assert Digits("4711").isdigit()

    def test_an_error_about_them_does_not_show_them(self) -> None:
        with pytest.raises(ValueError, match=r"\*\*\*\*") as error:
            int(Digits("47#1"))
        assert "47#1" not in str(error.value)


LEG_EVENTS = {
    "status_initiated": (LegStatus.QUEUED, 0),
    "status_ringing": (LegStatus.RINGING, 1),
    "status_answered": (LegStatus.IN_PROGRESS, 2),
    "status_completed": (LegStatus.COMPLETED, 3),
    "status_busy": (LegStatus.BUSY, 2),
    "status_no_answer": (LegStatus.NO_ANSWER, 2),
    "status_canceled": (LegStatus.CANCELED, 2),
    "status_failed": (LegStatus.FAILED, 1),
    "line_completed": (LegStatus.COMPLETED, 0),
}


class TestLegNews:
    @pytest.mark.parametrize(("name", "expected"), LEG_EVENTS.items())
    def test_each_event(self, name: str, expected: tuple[object, int]) -> None:
        news = forms.leg_news(recorded(name))
        assert news.sid == CALL
        assert (news.status, news.sequence) == expected
        assert news.at == at(expected[1])

    def test_the_duration_comes_with_the_end(self) -> None:
        assert forms.leg_news(recorded("status_completed")).duration == 42
        assert forms.leg_news(recorded("status_busy")).duration == 0
        assert forms.leg_news(recorded("status_answered", CallDuration="7")).duration is None

    def test_why_it_failed(self) -> None:
        news = forms.leg_news(recorded("status_failed"))
        assert news.error
        assert news.error[0] == "13224"
        assert "cannot be reached" in news.error[1]
        assert forms.leg_news(recorded("status_completed")).error is None
        assert forms.leg_news(recorded("status_busy", ErrorCode="0")).error is None

    def test_a_repeat_has_the_same_key_and_other_news_another(self) -> None:
        keys = [forms.leg_news(recorded(name)).key for name in LEG_EVENTS if "line" not in name]
        assert len(set(keys)) == len(keys)
        again = forms.leg_news(recorded("status_busy", Timestamp="", SequenceNumber="9"))
        assert again.key == forms.leg_news(recorded("status_busy")).key

    def test_what_a_request_for_twiml_shows_is_other_news_than_a_callback(self) -> None:
        seen = forms.leg_seen(recorded("dial_action_hung_up"))
        assert seen.status is LegStatus.COMPLETED
        assert seen.key != forms.leg_news(recorded("line_completed")).key

    @pytest.mark.parametrize("word", ["", "exploded", "COMPLETED", "x" * 500, "\x00"])
    def test_an_unknown_word_is_a_value(self, word: str) -> None:
        news = forms.leg_news(recorded("status_ringing", CallStatus=word))
        assert news.status is LegStatus.UNKNOWN
        assert news.detail["word"] == word.replace("\x00", "")[:64]

    @pytest.mark.parametrize(
        "stamp",
        [
            "",
            "yesterday",
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Fri, 18 Feb 2011 21:07:19 +0000",
            "0",
        ],
    )
    def test_a_time_that_is_not_credible_is_now(self, stamp: str) -> None:
        assert forms.leg_news(recorded("status_ringing", Timestamp=stamp)).at == NOW

    def test_any_time_is_in_a_zone(self) -> None:
        naive = forms.leg_news(recorded("status_ringing", Timestamp="20 Nov 2026 13:00:01 -0000"))
        assert naive.at == at(1)
        shifted = recorded("status_ringing", Timestamp="Fri, 20 Nov 2026 14:00:01 +0100")
        assert forms.leg_news(shifted).at - at(1) == timedelta()

    @pytest.mark.parametrize("number", ["", "-1", "1.5", "NaN", "\u0661", "9" * 50])
    def test_a_number_that_is_none_is_left_out(self, number: str) -> None:
        news = forms.leg_news(
            recorded("status_completed", SequenceNumber=number, CallDuration=number)
        )
        assert news.sequence is None
        assert news.duration is None


ROOM_EVENTS = {
    "room_join": (EventKind.JOINED, 1),
    "room_start": (EventKind.ROOM_STARTED, 2),
    "room_mute": (EventKind.MUTED, 3),
    "room_unmute": (EventKind.UNMUTED, 4),
    "room_hold": (EventKind.HELD, 5),
    "room_unhold": (EventKind.RESUMED, 6),
    "room_leave": (EventKind.LEFT, 7),
    "room_end": (EventKind.ROOM_ENDED, 8),
    "room_announcement_end": (EventKind.ANNOUNCEMENT_HEARD, 9),
}


class TestRoomNews:
    @pytest.mark.parametrize(("name", "expected"), ROOM_EVENTS.items())
    def test_each_event(self, name: str, expected: tuple[object, int]) -> None:
        news = forms.room_news(recorded(name))
        assert news.room_sid == ROOM
        assert (news.kind, news.sequence) == expected
        assert news.at == at(expected[1])

    def test_who_it_is_about(self) -> None:
        news = forms.room_news(recorded("room_join"))
        assert (news.call_id, news.leg_sid) == ("call_1", CALL)
        news = forms.room_news(recorded("room_start"))
        assert (news.call_id, news.leg_sid) == ("", "")

    def test_a_label_that_is_none_of_ours_is_nobody(self) -> None:
        news = forms.room_news(recorded("room_join", ParticipantLabel="<b>", CallSid="x"))
        assert (news.call_id, news.leg_sid) == ("", "")

    def test_why_and_how(self) -> None:
        assert forms.room_news(recorded("room_leave")).detail["reason"] == "participant_hung_up"
        assert forms.room_news(recorded("room_end")).detail["reason"] == "last-participant-left"
        muted = forms.room_news(recorded("room_mute")).detail
        assert (muted["muted"], muted["on_hold"]) == ("true", "false")


class TestTextNews:
    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("text_queued", TextStatus.QUEUED),
            ("text_sent", TextStatus.SENT),
            ("text_delivered", TextStatus.DELIVERED),
            ("text_undelivered", TextStatus.UNDELIVERED),
            ("text_failed", TextStatus.FAILED),
        ],
    )
    def test_each_status(self, name: str, status: TextStatus) -> None:
        news = forms.text_news(recorded(name), attempt=1)
        assert (news.sid, news.status) == ("SM" + "4" * 32, status)

    def test_why_it_did_not_arrive(self) -> None:
        assert forms.text_news(recorded("text_delivered"), attempt=1).error is None
        error = forms.text_news(recorded("text_undelivered"), attempt=1).error
        assert error
        assert error[0] == "30003"
        assert "Try again later" in error[1]


def test_every_recorded_payload_is_used() -> None:
    names = {file.stem for file in FIXTURES.iterdir()}
    texts = {f"text_{word}" for word in ("queued", "sent", "delivered", "undelivered", "failed")}
    spoken = {"incoming", "incoming_withheld", "incoming_word", "gather_action", "redirect"}
    spoken |= {"answered", "confirm", "dial_action", "dial_action_hung_up", "fallback"}
    dialled = ("completed", "busy", "no_answer", "failed", "canceled")
    line = {"whisper", "transcription", "record_action", "record_action_hung_up"}
    line |= {f"dial_number_{word}" for word in dialled}
    line |= {f"recording_{word}" for word in ("completed", "absent", "in_progress")}
    assert names == set(LEG_EVENTS) | set(ROOM_EVENTS) | texts | spoken | line
