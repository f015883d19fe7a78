"""Messages: told of in any order, twice or never, there is one row, with the right audio."""

import errno
import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.files.storage import FileSystemStorage
from django.core.mail.backends import locmem
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from calls import feed
from calls.models import Call, CallEvent, Line, Voicemail
from calls.states import EventKind, LegStatus, Outcome, VoicemailStatus
from conferencing import keeping, menu, orders, reconciling, voicemails
from conferencing.models import Order, OrderKind, OrderState
from conferencing.news import RecordingNews
from conferencing.steps import Farewell, Goodbye, Nothing, TakeMessage
from conferencing.telephony import (
    NotAllowed,
    OutcomeUnknown,
    RecordingReport,
    Refused,
    TryLater,
)
from conferencing.tests.network import PaperNetwork
from conferencing.tests.office import LINE, calls, new_sid, office, told, work

pytestmark = pytest.mark.django_db

AUDIO = b"RIFF....WAVE what was said"


@pytest.fixture(autouse=True)
def _disk(tmp_path: Path, settings: Settings, net: PaperNetwork) -> None:
    settings.MEDIA_ROOT = tmp_path


def speaks(number: str = "+12125550103") -> Call:
    call, _ = calls(_line(), number)
    assert isinstance(menu.pressed(call.id, "2", 0), TakeMessage)
    return call


def _line() -> Line:
    return Line.objects.filter(number=LINE).first() or office()


def news(sid: str, duration: int | None = 5, *, absent: bool = False) -> RecordingNews:
    return RecordingNews(sid, timezone.now(), absent, duration)


def message_of(call: Call) -> Voicemail:
    return Voicemail.objects.get(call=call)


def later(**passed: float) -> None:
    """Everything that waits is due, and so much time has gone by."""
    back = timezone.now() - timedelta(**passed)
    Call.objects.filter(ended_at__isnull=False).update(ended_at=back)
    Order.objects.filter(state=OrderState.DUE).update(due_at=back)


def kept(net: PaperNetwork, sid: str = "") -> Voicemail:
    """A message whose audio is ours."""
    call, sid = speaks(), sid or new_sid("RE")
    net.audio[sid] = AUDIO
    told(call, LegStatus.COMPLETED)
    voicemails.told(call.id, news(sid))
    work()
    return message_of(call)


# --- The order of things ------------------------------------------------------------------------

# The action of <Record>, the recording's callback, the end of the call; REST knows all along.
World = dict[str, Callable[[Call, str], object]]
END: World = {"end": lambda call, _: told(call, LegStatus.COMPLETED)}
SAID: World = END | {
    "action": lambda call, sid: voicemails.recorded(call.id, news(sid, 9), gone=True),
    "callback": lambda call, sid: voicemails.told(call.id, news(sid, 5)),
}
SILENT: World = END | {
    "action": lambda call, sid: voicemails.recorded(call.id, news(sid, 5), gone=True),
    "callback": lambda call, sid: voicemails.told(call.id, news(sid, None, absent=True)),
}
NOTHING: World = END | {
    "action": lambda call, _: voicemails.recorded(call.id, None, gone=False),
    "callback": lambda call, sid: voicemails.told(call.id, news(sid, 0)),
}


def live_through(net: PaperNetwork, world: World, happenings: list[str]) -> Voicemail:
    """So it goes; then the workers work, and whatever was not told is asked."""
    call, sid = speaks(), new_sid("RE")
    if world is SAID:
        net.audio[sid] = AUDIO
        net.recordings[call.sid] = [RecordingReport(sid, ready=True, duration=5)]
    if world is SILENT:
        net.recordings[call.sid] = [RecordingReport(sid, ready=False, absent=True)]
    for happening in happenings:
        world[happening](call, sid)
    if "end" not in happenings:
        world["end"](call, sid)
    work()
    later(minutes=3)
    reconciling.repair()
    work()
    return message_of(call)


def orders_of_events() -> Iterator[list[str]]:
    names = ("action", "callback", "end")
    for length in range(4):
        for some in permutations(names, length):
            yield list(some)
            if some:
                yield [*some, *some]  # all of it twice
                yield [each for each in some for _ in range(2)]  # each twice


@pytest.mark.parametrize("happenings", list(orders_of_events()), ids="-".join)
class TestAnyOrder:
    def test_a_message_is_kept_once(self, net: PaperNetwork, happenings: list[str]) -> None:
        message = live_through(net, SAID, happenings)
        assert message.status == VoicemailStatus.KEPT
        assert (message.duration, message.audio.read()) == (5, AUDIO)
        assert message.call.outcome == Outcome.VOICEMAIL
        assert Voicemail.objects.count() == 1

    @pytest.mark.parametrize("world", [SILENT, NOTHING], ids=["silent", "too_short"])
    def test_silence_is_no_message(
        self, net: PaperNetwork, world: World, happenings: list[str]
    ) -> None:
        message = live_through(net, world, happenings)
        assert message.status == VoicemailStatus.ABSENT
        assert not message.audio
        assert message.call.outcome == Outcome.ABANDONED
        assert not Order.objects.exclude(state__in=[OrderState.DROPPED, OrderState.DONE]).exists()


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    happenings=st.lists(
        st.sampled_from(
            ["action", "none_made", "absent", "callback", "end", "work", "ask", "clock"]
        ),
        max_size=14,
    )
)
def test_a_recording_that_exists_outweighs_whatever_denied_it(
    net: PaperNetwork, happenings: list[str]
) -> None:
    call, sid = speaks(), new_sid("RE")
    net.audio[sid] = AUDIO
    tell = SAID | {
        "none_made": NOTHING["action"],
        "absent": lambda call, sid: voicemails.told(call.id, news(sid, absent=True)),
        "work": lambda *_: work(),
        "ask": lambda *_: reconciling.repair(),
        "clock": lambda *_: later(minutes=3),
    }
    for happening in happenings:
        tell[happening](call, sid)
    net.recordings[call.sid] = [RecordingReport(sid, ready=True, duration=5)]
    voicemails.told(call.id, news(sid))
    told(call, LegStatus.COMPLETED)
    later(minutes=1)
    work()
    message = message_of(call)
    assert message.status == VoicemailStatus.KEPT
    assert message.call.outcome == Outcome.VOICEMAIL
    names = CallEvent.objects.filter(call=call, kind=EventKind.MESSAGE_KEPT)
    assert names.count() == 1


class TestWhatTheCallerHears:
    def test_thanks_for_a_message(self) -> None:
        step = voicemails.recorded(speaks().id, news(new_sid("RE")), gone=False)
        assert step == Goodbye(Farewell.MESSAGE_LEFT)

    def test_that_there_was_none(self) -> None:
        assert voicemails.recorded(speaks().id, None, gone=False) == Goodbye(Farewell.NO_MESSAGE)

    def test_nothing_once_he_is_gone(self) -> None:
        assert voicemails.recorded(speaks().id, None, gone=True) == Nothing()


class TestNeverTold:
    def test_a_caller_who_hung_up_before_the_beep_left_none(self, net: PaperNetwork) -> None:
        call = speaks()
        told(call, LegStatus.COMPLETED)
        reconciling.repair()
        assert message_of(call).status == VoicemailStatus.RECORDING  # a listing may lag behind
        later(minutes=3)
        reconciling.repair()
        assert message_of(call).status == VoicemailStatus.ABSENT

    def test_a_recording_that_never_completes_is_given_up(self, net: PaperNetwork) -> None:
        call, sid = speaks(), new_sid("RE")
        net.recordings[call.sid] = [RecordingReport(sid, ready=False)]
        voicemails.recorded(call.id, news(sid), gone=True)
        told(call, LegStatus.COMPLETED)
        later(minutes=29)
        reconciling.repair()
        assert message_of(call).status == VoicemailStatus.RECORDING
        later(minutes=31)
        reconciling.repair()
        assert message_of(call).status == VoicemailStatus.LOST
        work()
        assert Order.objects.get(kind=OrderKind.FETCH).state == OrderState.DROPPED

    def test_one_that_completes_after_that_is_kept_all_the_same(self, net: PaperNetwork) -> None:
        call, sid = speaks(), new_sid("RE")
        net.recordings[call.sid] = [RecordingReport(sid, ready=False)]
        told(call, LegStatus.COMPLETED)
        later(minutes=31)
        reconciling.repair()
        net.audio[sid] = AUDIO
        voicemails.told(call.id, news(sid))
        work()
        assert message_of(call).status == VoicemailStatus.KEPT

    def test_a_network_that_does_not_answer_is_asked_again(self, net: PaperNetwork) -> None:
        call = speaks()
        told(call, LegStatus.COMPLETED)
        later(minutes=3)
        net.will("recordings_of", TryLater("Busy."))
        keeping.ask_after_silent()
        assert message_of(call).status == VoicemailStatus.RECORDING
        keeping.ask_after_silent()
        assert message_of(call).status == VoicemailStatus.ABSENT

    def test_a_callback_that_is_lost_costs_seconds(self, net: PaperNetwork) -> None:
        call, sid = speaks(), new_sid("RE")
        net.audio[sid] = AUDIO
        voicemails.recorded(call.id, news(sid), gone=True)
        work()
        assert message_of(call).status == VoicemailStatus.RECORDING  # not listed yet
        net.recordings[call.sid] = [RecordingReport(sid, ready=True, duration=4)]
        later(seconds=2)
        work()
        assert message_of(call).status == VoicemailStatus.KEPT


class TestStrangeNews:
    def test_of_a_call_without_a_message(self) -> None:
        call, _ = calls(office())
        voicemails.told(call.id, news(new_sid("RE")))
        voicemails.told("call_unknown", news(new_sid("RE")))
        assert not Voicemail.objects.exists()
        assert voicemails.recorded("call_unknown", None, gone=False) == Goodbye(Farewell.NO_MESSAGE)

    def test_of_another_recording_than_ours(self, net: PaperNetwork) -> None:
        message = kept(net)
        voicemails.told(message.call_id, news(new_sid("RE"), absent=True))
        other = speaks()
        voicemails.told(other.id, news(message.recording_sid))
        assert message_of(message.call).status == VoicemailStatus.KEPT
        assert message_of(other).recording_sid is None

    def test_three_hours(self, net: PaperNetwork) -> None:
        call, sid = speaks(), new_sid("RE")
        net.will("recording", Refused("The recording is far longer than any message may be."))
        voicemails.told(call.id, news(sid, 3 * 3600))
        work()
        message = message_of(call)
        assert (message.status, message.duration) == (VoicemailStatus.LOST, 3 * 3600)
        assert "far longer" in feed.timeline_of_call(call.id)[-1].words


class TestFetching:
    def test_keeps_the_audio_with_its_checksum(self, net: PaperNetwork) -> None:
        message = kept(net)
        assert message.sha256 == hashlib.sha256(AUDIO).hexdigest()
        assert message.content_type == "audio/x-wav"
        assert message.audio.name.endswith(f"{message.id}.wav")

    @pytest.mark.parametrize(
        "error", [TryLater("404"), OutcomeUnknown("Timed out."), NotAllowed("401")]
    )
    def test_what_may_pass_is_tried_again(self, net: PaperNetwork, error: Exception) -> None:
        net.will("recording", error, error)
        message = kept(net)
        assert message.status == VoicemailStatus.FETCHING
        for _ in range(2):
            later(seconds=1)
            work()
        assert message_of(message.call).status == VoicemailStatus.KEPT

    def test_a_full_disk_costs_no_message_and_is_said_in_words(
        self, net: PaperNetwork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def full(*_args: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(FileSystemStorage, "_save", full)
            message = kept(net)
        assert message.status == VoicemailStatus.FETCHING
        assert "The disk is full: make room" in caplog.text
        assert "Traceback" not in caplog.text

        Order.objects.update(due_at=timezone.now())
        work()
        message.refresh_from_db()
        assert message.status == VoicemailStatus.KEPT

    def test_what_will_not_pass_is_a_plain_loss(self, net: PaperNetwork) -> None:
        net.will("recording", Refused("What Twilio gives out as the recording is no audio."))
        message = kept(net)
        assert message.status == VoicemailStatus.LOST
        assert message.call.outcome == Outcome.VOICEMAIL

    def test_after_a_day_it_is_given_up(self, net: PaperNetwork) -> None:
        net.will("recording", TryLater("404"), TryLater("404"))
        message = kept(net)
        Order.objects.update(created_at=timezone.now() - timedelta(hours=25))
        later(seconds=1)
        work()
        assert message_of(message.call).status == VoicemailStatus.LOST

    def test_a_worker_that_died_at_it_is_replaced(self, net: PaperNetwork) -> None:
        call, sid = speaks(), new_sid("RE")
        net.audio[sid] = AUDIO
        voicemails.told(call.id, news(sid))
        Order.objects.update(
            state=OrderState.ASKED, attempt=1, lease_until=timezone.now() - timedelta(seconds=1)
        )
        assert not orders.abandoned()
        work()
        assert message_of(call).status == VoicemailStatus.KEPT

    def test_deleted_while_it_was_fetched_leaves_no_file(
        self, net: PaperNetwork, tmp_path: Path
    ) -> None:
        call, sid = speaks(), new_sid("RE")
        net.audio[sid] = AUDIO
        voicemails.told(call.id, news(sid))
        order = orders.claim(Order.objects.get().lane)
        fetched = net.recording(sid)
        message = message_of(call)
        voicemails.delete(message)
        keeping._keep(order, message, fetched)
        assert message_of(call).status == VoicemailStatus.DELETED
        assert not list(tmp_path.rglob("*.wav"))


class TestDeedsOfPeople:
    @pytest.fixture
    def anna(self) -> User:
        return User.objects.create_user("anna")

    def test_heard_by_whom_and_new_again(self, net: PaperNetwork, anna: User) -> None:
        message = kept(net)
        assert voicemails.heard(message, anna)
        assert not voicemails.heard(message, anna)
        message.refresh_from_db()
        assert message.heard_at
        assert message.heard_by == anna
        assert voicemails.heard(message, heard=False)
        message.refresh_from_db()
        assert (message.heard_at, message.heard_by) == (None, None)
        kinds = CallEvent.objects.filter(call=message.call).values_list("kind", flat=True)
        assert list(kinds).count(EventKind.MESSAGE_HEARD) == 1
        assert EventKind.MESSAGE_UNHEARD in kinds

    def test_a_note(self, net: PaperNetwork, anna: User) -> None:
        message = kept(net)
        assert voicemails.write_note(message, "Called back. <b>Done</b>", anna)
        assert not voicemails.write_note(message, "Called back. <b>Done</b>", anna)
        message.refresh_from_db()
        assert message.note == "Called back. <b>Done</b>"
        told_of = CallEvent.objects.get(call=message.call, kind=EventKind.MESSAGE_NOTED)
        assert told_of.detail == {"user": "anna"}

    def test_a_transcription_is_kept_once(self, net: PaperNetwork) -> None:
        message = kept(net)
        for _ in range(2):
            voicemails.transcribed(message.call_id, "Please call me back.")
        voicemails.transcribed(message.call_id, "")
        message.refresh_from_db()
        assert message.transcription == "Please call me back."

    def test_deleted_here(
        self,
        net: PaperNetwork,
        anna: User,
        tmp_path: Path,
        django_capture_on_commit_callbacks: Callable,
    ) -> None:
        message = kept(net)
        with django_capture_on_commit_callbacks(execute=True):
            assert voicemails.delete(message, anna)
        assert not voicemails.delete(message, anna)
        work()
        message.refresh_from_db()
        assert (message.status, message.audio.name) == (VoicemailStatus.DELETED, "")
        assert not list(tmp_path.rglob("*.wav"))
        assert net.deleted == []
        assert message.call.outcome == Outcome.VOICEMAIL

    def test_deleted_at_the_network_too(self, net: PaperNetwork) -> None:
        message = kept(net)
        voicemails.delete(message, at_network=True)
        work()
        assert net.deleted == [message.recording_sid]

    def test_at_the_network_once_we_have_it_where_so_configured(
        self, net: PaperNetwork, settings: Settings
    ) -> None:
        settings.VOICEMAIL_DELETE_AFTER_FETCH = True
        message = kept(net)
        assert net.deleted == [message.recording_sid]
        assert message.status == VoicemailStatus.KEPT

    def test_and_what_was_too_short(self, net: PaperNetwork, settings: Settings) -> None:
        settings.VOICEMAIL_DELETE_AFTER_FETCH = True
        call, sid = speaks(), new_sid("RE")
        voicemails.told(call.id, news(sid, 1))
        work()
        assert net.deleted == [sid]

    def test_a_deletion_that_fails_is_tried_again(self, net: PaperNetwork) -> None:
        message = kept(net)
        net.will("delete_recording", TryLater("Busy."))
        voicemails.delete(message, at_network=True)
        work()
        later(seconds=1)
        work()
        assert net.deleted == [message.recording_sid]


class TestEmail:
    @pytest.fixture(autouse=True)
    def _to(self, settings: Settings) -> None:
        settings.VOICEMAIL_EMAIL_TO = ["office@example.com", "anna@example.com"]

    def test_announces_a_message_once(self, net: PaperNetwork) -> None:
        message = kept(net)
        voicemails.told(message.call_id, news(message.recording_sid))
        work()
        [sent] = mail.outbox
        assert sent.to == ["office@example.com", "anna@example.com"]
        assert sent.subject == "New message from +1 212-555-0103"
        assert "Office" in sent.body
        assert "http://testserver/admin/activity/" in sent.body
        assert not sent.attachments

    def test_nobody_is_told_of_silence(self, net: PaperNetwork) -> None:
        voicemails.told(speaks().id, news(new_sid("RE"), 0))
        work()
        assert mail.outbox == []

    def test_nobody_is_told_where_nobody_wants_to_be(
        self, net: PaperNetwork, settings: Settings
    ) -> None:
        settings.VOICEMAIL_EMAIL_TO = []
        kept(net)
        assert mail.outbox == []

    def test_a_mail_server_that_fails_is_tried_again_and_costs_no_message(
        self, net: PaperNetwork, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> int:
            raise ConnectionRefusedError

        with monkeypatch.context() as patch:
            patch.setattr(locmem.EmailBackend, "send_messages", refuse)
            message = kept(net)
        assert message.status == VoicemailStatus.KEPT
        assert mail.outbox == []
        later(seconds=10)
        work()
        assert len(mail.outbox) == 1

    def test_a_name_in_place_of_a_number_breaks_no_header(self, net: PaperNetwork) -> None:
        call, sid = speaks("<script>\nBcc: eve@example.com</script>"), new_sid("RE")
        net.audio[sid] = AUDIO
        voicemails.told(call.id, news(sid))
        work()
        assert "\n" not in mail.outbox[0].subject
