"""Get the audio of messages into our own storage, and tell of it: orders that workers perform."""

import hashlib
import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from calls import journal, wording
from calls.journal import Happening, Recorded
from calls.models import Voicemail
from calls.states import LEG_OVER, EventKind, VoicemailStatus
from conferencing import orders, voicemails
from conferencing.models import Order, OrderKind, OrderState
from conferencing.news import RecordingNews
from conferencing.telephony import (
    NotAllowed,
    OutcomeUnknown,
    Recording,
    Refused,
    TelephonyError,
    TryLater,
    network,
)

logger = logging.getLogger(__name__)

GIVE_UP = timedelta(hours=24)  # an outage, or wrong credentials, shall not cost a message
NEVER_MADE = timedelta(minutes=30)  # after the call, for a recording that is not completed
SILENT_AFTER = timedelta(minutes=2)  # without a word about a recording once the call is over
_LONGEST_WAIT = 60.0  # seconds between two tries
_ENDINGS = {"audio/mpeg": "mp3"}
_AT_ONCE = 50


def fetch(order: Order) -> None:
    """Get the audio of a message. The network may still be making it: then it is tried again."""
    message = _message(order)
    if message and message.status == VoicemailStatus.RECORDING and orders.about_to_ask(order):
        _ask_after(message)
        message = _message(order)
        if message and message.status == VoicemailStatus.RECORDING:
            orders.again(order, seconds=1, longest=_LONGEST_WAIT)
            return
    if message is None or message.status != VoicemailStatus.FETCHING:
        orders.settle(order, OrderState.DROPPED)
    elif orders.about_to_ask(order):
        _fetch(order, message)


def _message(order: Order) -> Voicemail | None:
    return Voicemail.objects.select_related("call").filter(call_id=order.call_id).first()


def _fetch(order: Order, message: Voicemail) -> None:
    try:
        recording = network().recording(message.recording_sid or "")
    except (TryLater, OutcomeUnknown, NotAllowed) as error:
        logger.warning("%s is put off: %s", order, error.detail)
        if timezone.now() - order.created_at < GIVE_UP:
            orders.again(order, seconds=1, longest=_LONGEST_WAIT)
        else:
            _lost(order, message, error.detail)
    except Refused as error:
        _lost(order, message, error.detail)
    else:
        _keep(order, message, recording)


def _keep(order: Order, message: Voicemail, recording: Recording) -> None:
    ending = _ENDINGS.get(recording.content_type, "wav")
    name = f"{timezone.now():voicemails/%Y/%m}/{message.id}.{ending}"
    stored = message.audio.storage.save(name, ContentFile(recording.content))
    kept = Happening(kind=EventKind.MESSAGE_KEPT, key=f"{message.id}:kept")
    with transaction.atomic():
        orders.settle(order, OrderState.DONE)
        moved = journal.move_message(
            message.id,
            VoicemailStatus.KEPT,
            kept,
            audio=stored,
            content_type=recording.content_type,
            sha256=hashlib.sha256(recording.content).hexdigest(),
        )
        if moved is Recorded.APPLIED:
            orders.place(_after_keeping(message))
    if moved is not Recorded.APPLIED:  # deleted meanwhile, or another worker was faster
        message.audio.storage.delete(stored)


def _after_keeping(message: Voicemail) -> list[Order]:
    wanted = {
        OrderKind.DELETE_RECORDING: settings.VOICEMAIL_DELETE_AFTER_FETCH,
        OrderKind.EMAIL: bool(settings.VOICEMAIL_EMAIL_TO),
    }
    return [
        Order.to_do(kind, message.id, call_id=message.call_id)
        for kind, wanted_now in wanted.items()
        if wanted_now
    ]


def _lost(order: Order, message: Voicemail, why: str) -> None:
    with transaction.atomic():
        orders.settle(order, OrderState.FAILED)
        _move_to_lost(message, why)


def _move_to_lost(message: Voicemail, why: str) -> None:
    key = f"{message.id}:lost:{message.status}"
    lost = Happening(kind=EventKind.MESSAGE_LOST, key=key, detail={"error": why})
    journal.move_message(message.id, VoicemailStatus.LOST, lost)


def delete_recording(order: Order) -> None:
    message = _message(order)
    if message and message.recording_sid and orders.about_to_ask(order):
        network().delete_recording(message.recording_sid)
    orders.settle(order, OrderState.DONE)


def email(order: Order) -> None:
    """Announce a new message. A mail server that fails is tried again."""
    message = _message(order)
    if message is None or message.status != VoicemailStatus.KEPT or not settings.VOICEMAIL_EMAIL_TO:
        orders.settle(order, OrderState.DROPPED)
        return
    if not orders.about_to_ask(order):
        return
    try:
        send_mail(_subject(message), _body(message), None, settings.VOICEMAIL_EMAIL_TO)
    except (OSError, smtplib.SMTPException) as error:
        logger.warning("%s is put off: %s", order, type(error).__name__)
        if timezone.now() - order.created_at < GIVE_UP:
            orders.again(order, seconds=5, longest=_LONGEST_WAIT)
        else:
            orders.settle(order, OrderState.FAILED)
    else:
        orders.settle(order, OrderState.DONE)


def _subject(message: Voicemail) -> str:
    # One line, whatever came as a number: a mail with a second one is refused, for good.
    return " ".join(f"New message from {wording.number(message.call.from_number)}".split())


def _body(message: Voicemail) -> str:
    line = message.call.line or message.call.to_number
    length = wording.seconds(message.duration or 0)
    said = f"\n{message.transcription}\n" if message.transcription else ""
    return (
        f"{wording.number(message.call.from_number)} called {line} at"
        f" {message.created_at:%Y-%m-%d %H:%M} UTC and left a message of {length}.\n{said}\n"
        f"Hear it: {settings.PUBLIC_BASE_URL}/admin/activity/\n"
    )


# --- What was never told ------------------------------------------------------------------------


def ask_after_silent() -> None:
    """Messages of which no callback ever told: the network is asked, and believed."""
    silent = Voicemail.objects.filter(
        status=VoicemailStatus.RECORDING,
        call__status__in=LEG_OVER,
        call__ended_at__lt=timezone.now() - SILENT_AFTER,
    ).select_related("call")
    for message in silent.order_by("id")[:_AT_ONCE]:
        if not _ask_after(message):
            return


def _ask_after(message: Voicemail) -> bool:
    """Ask what has become of a recording. False: the network does not say."""
    try:
        made = network().recordings_of(message.call.sid) if message.call.sid else []
    except TelephonyError as error:
        logger.warning("could not ask after the message %s: %s", message.id, error.detail)
        return False
    ended_at = message.call.ended_at
    waited = timezone.now() - ended_at if ended_at else timedelta()
    found = [report for report in made if report.ready or report.absent]
    if found:
        report = min(found, key=lambda each: each.absent)
        news = RecordingNews(report.sid, timezone.now(), report.absent, report.duration)
        voicemails.told(message.call_id, news)
    elif not made and waited > SILENT_AFTER:
        voicemails.none_made(message)
    elif waited > NEVER_MADE:
        _move_to_lost(message, "The network never finished the recording.")
    return True
