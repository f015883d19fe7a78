"""Voicemails: take a message, get its audio into our own storage, give it out, delete it."""

import hashlib
import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, Line, Voicemail
from calls.states import LEG_OVER, EventKind, VoicemailStatus
from conferencing import orders
from conferencing.models import Order, OrderKind, OrderState
from conferencing.news import RecordingNews
from conferencing.steps import Farewell, Goodbye, Nothing, Speech, Step, TakeMessage
from conferencing.telephony import Recording, Refused, TelephonyError, network

logger = logging.getLogger(__name__)

LONGEST = 180  # seconds
SHORTEST = 2  # seconds; less is somebody who hung up at the beep
_GIVE_UP = timedelta(minutes=30)
_SILENT_AFTER = timedelta(minutes=2)  # without a word about a recording once the call is over
_ENDINGS = {"audio/mpeg": "mp3"}
_AT_ONCE = 50


def ask(call: Call, line: Line, preface: str = "") -> Step:
    """Ask a caller for a message."""
    journal.ask_message(call)
    return TakeMessage(call.id, LONGEST, preface, Speech(line.language, line.voice))


def recorded(call_id: str, news: RecordingNews | None, *, gone: bool) -> Step:
    """The recording is over; None: the network has none, since nothing was said."""
    if news:
        told(call_id, news)
    if gone:
        return Nothing()
    kept = news is not None and (news.duration or SHORTEST) >= SHORTEST
    return Goodbye(Farewell.MESSAGE_LEFT if kept else Farewell.NO_MESSAGE)


def told(call_id: str, news: RecordingNews) -> None:
    """News of a recording, from wherever: before or after the end of the call, or twice."""
    message = Voicemail.objects.filter(call_id=call_id).first()
    if message is None:
        return
    if news.absent or (news.duration is not None and news.duration < SHORTEST):
        _absent(message, f"{message.id}:absent")
        return
    left = Happening(kind=EventKind.MESSAGE_LEFT, key=f"{message.id}:{news.sid}", at=news.at)
    with transaction.atomic():
        recorded = journal.move_message(
            message.id,
            VoicemailStatus.FETCHING,
            left,
            recording_sid=news.sid,
            duration=news.duration,
        )
        if recorded is Recorded.APPLIED:
            orders.place([Order.to_do(OrderKind.FETCH, message.id, call_id=call_id)])


def transcribed(call_id: str, text: str) -> None:
    """The network has written down what was said."""
    if text:
        Voicemail.objects.filter(call_id=call_id).update(transcription=text)


def _absent(message: Voicemail, key: str) -> None:
    nothing = Happening(kind=EventKind.MESSAGE_ABSENT, key=key)
    journal.move_message(message.id, VoicemailStatus.ABSENT, nothing)


# --- Orders -------------------------------------------------------------------------------------


def fetch(order: Order) -> None:
    """Get the audio of a message. The network may still be making it: then it is tried again."""
    message = Voicemail.objects.filter(call_id=order.call_id).first()
    if message is None or message.status != VoicemailStatus.FETCHING or not message.recording_sid:
        orders.settle(order, OrderState.DROPPED)
        return
    if not orders.about_to_ask(order):
        return
    try:
        recording = network().recording(message.recording_sid)
    except TelephonyError as error:
        _not_fetched(order, message, error)
    else:
        _keep(order, message, recording)


def _not_fetched(order: Order, message: Voicemail, error: TelephonyError) -> None:
    too_old = timezone.now() - order.created_at > _GIVE_UP
    if not too_old and not isinstance(error, Refused):
        orders.again(order, seconds=1)
        return
    lost = Happening(
        kind=EventKind.MESSAGE_LOST, key=f"{message.id}:lost", detail={"error": error.detail}
    )
    with transaction.atomic():
        orders.settle(order, OrderState.FAILED)
        journal.move_message(message.id, VoicemailStatus.LOST, lost)


def _keep(order: Order, message: Voicemail, recording: Recording) -> None:
    ending = _ENDINGS.get(recording.content_type, "wav")
    name = f"{timezone.now():voicemails/%Y/%m}/{message.id}.{ending}"
    stored = message.audio.storage.save(name, ContentFile(recording.content))
    kept = Happening(kind=EventKind.MESSAGE_KEPT, key=f"{message.id}:kept")
    with transaction.atomic():
        orders.settle(order, OrderState.DONE)
        journal.move_message(
            message.id,
            VoicemailStatus.KEPT,
            kept,
            audio=stored,
            content_type=recording.content_type,
            sha256=hashlib.sha256(recording.content).hexdigest(),
        )
        if settings.VOICEMAIL_DELETE_AFTER_FETCH:
            deletion = Order.to_do(OrderKind.DELETE_RECORDING, message.id, call_id=order.call_id)
            orders.place([deletion])


def delete_recording(order: Order) -> None:
    message = Voicemail.objects.filter(call_id=order.call_id).first()
    if message and message.recording_sid and orders.about_to_ask(order):
        network().delete_recording(message.recording_sid)
    orders.settle(order, OrderState.DONE)


# --- What was never told ------------------------------------------------------------------------


def ask_after_silent() -> None:
    """Messages of which no callback ever told: the network is asked, and believed."""
    before = timezone.now() - _SILENT_AFTER
    silent = Voicemail.objects.filter(
        status=VoicemailStatus.RECORDING, call__status__in=LEG_OVER, call__ended_at__lt=before
    ).select_related("call")
    for message in silent[:_AT_ONCE]:
        try:
            made = network().recordings_of(message.call.sid or "")
        except TelephonyError as error:
            logger.warning("could not ask after the message %s: %s", message.id, error.detail)
            return
        ready = [report for report in made if report.ready]
        if ready:
            newest = ready[-1]
            news = RecordingNews(newest.sid, timezone.now(), duration=newest.duration)
            told(message.call_id, news)
        elif not made:
            _absent(message, f"{message.id}:never_told")
