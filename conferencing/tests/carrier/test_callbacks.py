"""Facts that Twilio tells us, from the webhook to the row."""

import pytest

from calls.models import Call, CallEvent, Conference, Participant
from calls.states import Direction, LegStatus, Mode, TextStatus
from conferencing.conferences import Invitee, NewConference, open_conference
from conferencing.models import Lane
from conferencing.tests.carrier.conftest import Twilio, recorded

pytestmark = pytest.mark.django_db

PHONE = "+12125550104"


@pytest.fixture
def conference() -> Conference:
    people = [Invitee(PHONE, Mode.DIAL_OUT), Invitee(PHONE, Mode.DIAL_IN)]
    return open_conference(NewConference(people, owner=""))


@pytest.fixture
def call(conference: Conference) -> Call:
    """The row before the call: Twilio's id is not known yet."""
    call = Call(
        direction=Direction.OUTBOUND,
        from_number="+12125550100",
        to_number=PHONE,
        status=LegStatus.QUEUED,
        conference=conference,
        participant=conference.participants.get(mode=Mode.DIAL_OUT),
    )
    call.save()
    return call


@pytest.fixture
def person(conference: Conference) -> Participant:
    return conference.participants.get(mode=Mode.DIAL_IN)


class TestLeg:
    def test_a_callback_before_twilios_own_answer_is_not_lost(
        self, twilio: Twilio, call: Call
    ) -> None:
        assert twilio.post(f"/twilio/leg/{call.id}", recorded("status_ringing")).status_code == 204
        call.refresh_from_db()
        assert (call.sid, call.status) == ("CA" + "1" * 32, LegStatus.RINGING)

    def test_a_whole_life(self, twilio: Twilio, call: Call, nudged: list[Lane]) -> None:
        for name in ("initiated", "ringing", "answered", "completed"):
            twilio.post(f"/twilio/leg/{call.id}", recorded(f"status_{name}"))
        call.refresh_from_db()
        assert (call.status, call.duration) == (LegStatus.COMPLETED, 42)
        assert nudged == [Lane.ENDING]

    def test_a_repeat_changes_nothing(self, twilio: Twilio, call: Call) -> None:
        for _ in range(3):
            twilio.post(f"/twilio/leg/{call.id}", recorded("status_busy"))
        assert CallEvent.objects.filter(call=call).count() == 1

    def test_why_it_failed_is_kept_in_words(self, twilio: Twilio, call: Call) -> None:
        twilio.post(f"/twilio/leg/{call.id}", recorded("status_failed"))
        call.refresh_from_db()
        assert call.status == LegStatus.FAILED
        assert call.error_code == "13224"
        assert "cannot be reached" in call.error_detail

    def test_html_in_every_field_is_only_text(self, twilio: Twilio, call: Call) -> None:
        form = recorded("status_failed")
        for name in form.keys() - {"AccountSid", "CallSid", "CallStatus"}:
            form[name] = "<script>alert(1)</script>\x00"
        assert twilio.post(f"/twilio/leg/{call.id}", form).status_code == 204

    def test_a_leg_that_is_not_ours_is_taken_and_forgotten(self, twilio: Twilio) -> None:
        assert twilio.post("/twilio/leg/call_x", recorded("status_busy")).status_code == 204
        assert not CallEvent.objects.exists()


class TestLine:
    def test_the_end_of_an_inbound_leg(self, twilio: Twilio, nudged: list[Lane]) -> None:
        twilio.post("/twilio/voice", recorded("incoming"))
        assert twilio.post("/twilio/status", recorded("line_completed")).status_code == 204
        call = Call.objects.get()
        assert (call.status, call.duration) == (LegStatus.COMPLETED, 42)
        assert nudged == [Lane.ENDING]

    def test_of_a_leg_that_never_rang_here(self, twilio: Twilio) -> None:
        assert twilio.post("/twilio/status", recorded("line_completed")).status_code == 204
        assert not Call.objects.exists()


class TestRoom:
    @pytest.mark.parametrize("name", ["start", "end"])
    def test_what_happens_in_it_is_written_down(
        self, twilio: Twilio, conference: Conference, name: str
    ) -> None:
        form = recorded(f"room_{name}")
        assert twilio.post(f"/twilio/room/{conference.id}", form).status_code == 204
        assert CallEvent.objects.filter(
            conference=conference, stream=form["ConferenceSid"]
        ).exists()

    def test_somebody_comes_and_goes(
        self, twilio: Twilio, conference: Conference, nudged: list[Lane]
    ) -> None:
        twilio.post("/twilio/voice", recorded("incoming", From=PHONE))
        call = Call.objects.get()
        twilio.post(
            f"/twilio/voice/code/{call.id}", recorded("gather_action", Digits=conference.code)
        )
        for name in ("join", "mute", "unmute", "hold", "unhold", "leave"):
            form = recorded(f"room_{name}", ParticipantLabel=call.id)
            twilio.post(f"/twilio/room/{conference.id}", form)
        kinds = CallEvent.objects.filter(call=call).values_list("kind", flat=True)
        assert {"joined", "muted", "unmuted", "held", "resumed", "left"} <= set(kinds)
        assert nudged == [Lane.ROOM, Lane.ENDING, *4 * [Lane.ROOM], Lane.ROOM, Lane.ENDING]

    def test_a_room_that_is_not_ours(self, twilio: Twilio) -> None:
        assert twilio.post("/twilio/room/conf_x", recorded("room_start")).status_code == 204


class TestText:
    @pytest.mark.parametrize("word", ["queued", "sent", "delivered"])
    def test_how_it_fares(self, twilio: Twilio, person: Participant, word: str) -> None:
        assert twilio.post(f"/twilio/text/{person.id}", recorded(f"text_{word}")).status_code == 204
        person.refresh_from_db()
        assert person.text_status == TextStatus(word)

    def test_that_it_did_not_arrive_is_said_in_words(
        self, twilio: Twilio, person: Participant, nudged: list[Lane]
    ) -> None:
        twilio.post(f"/twilio/text/{person.id}", recorded("text_undelivered"))
        person.refresh_from_db()
        assert person.error_code == "30003"
        assert "cannot be reached" in person.error_detail
        assert nudged == [Lane.ENDING]

    def test_a_late_word_comes_too_late(self, twilio: Twilio, person: Participant) -> None:
        for word in ("delivered", "sent"):
            twilio.post(f"/twilio/text/{person.id}", recorded(f"text_{word}"))
        person.refresh_from_db()
        assert person.text_status == TextStatus.DELIVERED
