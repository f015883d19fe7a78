"""Voicemails: take a message, believe what is told of its recording, mark, note, delete.

Whether there is a message is decided by its length *after* the network has cut off the silence at
both ends, which only the recording callback and REST know. The end of `<Record>` tells the length
before: five seconds for a caller who said nothing and hung up. So that only names the recording.
"""

import logging
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, Line, Voicemail
from calls.states import EventKind, VoicemailStatus
from conferencing import lines, orders
from conferencing.models import Order, OrderKind
from conferencing.news import RecordingNews
from conferencing.steps import Farewell, Goodbye, Nothing, Step, TakeMessage

logger = logging.getLogger(__name__)

LONGEST = 180  # seconds
SHORTEST = 2  # seconds of sound; less is somebody who hung up at the beep


def ask(call: Call, line: Line, preface: str = "") -> Step:
    """Ask a caller for a message."""
    journal.ask_message(call)
    return planned(call.id, line, preface)


def planned(call_id: str, line: Line, preface: str = "") -> TakeMessage:
    """The same, with nothing written down."""
    return TakeMessage(call_id, LONGEST, preface, lines.speech(line))


def recorded(call_id: str, news: RecordingNews | None, *, gone: bool) -> Step:
    """`<Record>` is over. None: it has made no recording, since nothing was said."""
    message = Voicemail.objects.select_related("call__line").filter(call_id=call_id).first()
    if message and news:
        _name(message, news.sid)
    elif message:
        none_made(message)
    if gone:
        return Nothing()
    why = Farewell.MESSAGE_LEFT if news else Farewell.NO_MESSAGE
    return Goodbye(why, lines.speech(message.call.line) if message else lines.speech(None))


def told(call_id: str, news: RecordingNews) -> None:
    """How a recording has come out: before or after the end of the call, or twice, or late."""
    message = Voicemail.objects.filter(call_id=call_id).first()
    if message is None or not _name(message, news.sid):
        logger.warning("news of the recording %s, which is none of a message", news.sid)
        return
    if news.absent or (news.duration is not None and news.duration < SHORTEST):
        _absent(message, f"{message.id}:{news.sid}:absent", too_short=not news.absent)
        return
    left = Happening(kind=EventKind.MESSAGE_LEFT, key=f"{message.id}:{news.sid}", at=news.at)
    with transaction.atomic():
        recorded = journal.move_message(
            message.id, VoicemailStatus.FETCHING, left, duration=news.duration
        )
        if recorded is Recorded.APPLIED:
            orders.due_now(fetching(message))


def transcribed(call_id: str, text: str) -> None:
    """The network has written down what was said."""
    message = Voicemail.objects.filter(call_id=call_id).first()
    if message and text:
        written = Happening(kind=EventKind.MESSAGE_TRANSCRIBED, key=f"{message.id}:transcribed")
        journal.write_on_message(message.id, written, transcription=text)


def fetching(message: Voicemail) -> Order:
    return Order.to_do(OrderKind.FETCH, message.id, call_id=message.call_id)


def _name(message: Voicemail, sid: str) -> bool:
    """Remember the recording, and ask after it: its callback may never come."""
    with transaction.atomic():
        named = journal.name_recording(message.id, sid)
        if named:
            orders.place([fetching(message)])
        return named


def none_made(message: Voicemail) -> None:
    """The network has no recording of this caller."""
    _absent(message, f"{message.id}:none_made")


def _absent(message: Voicemail, key: str, *, too_short: bool = False) -> None:
    nothing = Happening(kind=EventKind.MESSAGE_ABSENT, key=key)
    with transaction.atomic():
        moved = journal.move_message(message.id, VoicemailStatus.ABSENT, nothing)
        if moved is Recorded.APPLIED and too_short and settings.VOICEMAIL_DELETE_AFTER_FETCH:
            orders.place([_deletion(message)])


# --- What people do with it ---------------------------------------------------------------------


def heard(message: Voicemail, by: Any = None, *, heard: bool = True) -> bool:
    """Mark a message as heard, or as new again; `by` is a user, or None for an API key.

    False: it was marked so already.
    """
    kind = EventKind.MESSAGE_HEARD if heard else EventKind.MESSAGE_UNHEARD
    marked = _by_hand(kind, message.id, by)
    return journal.message_heard(message.id, heard=heard, by=by, happening=marked)


def write_note(message: Voicemail, text: str, by: Any = None) -> bool:
    """Keep a note beside a message. False: it stands there already, or the message is deleted."""
    noted = _by_hand(EventKind.MESSAGE_NOTED, message.id, by)
    return journal.write_on_message(message.id, noted, note=text)


def delete(message: Voicemail, by: Any = None, *, at_network: bool = False) -> bool:
    """Delete audio and texts; at the network too, if asked to or so configured.

    The row stays, and tells that there was a message. False: there is nothing to delete, or it
    is being recorded.
    """
    audio = message.audio.name
    deleted = _by_hand(EventKind.MESSAGE_DELETED, message.id, by)
    nothing = {"audio": "", "sha256": "", "content_type": "", "transcription": "", "note": ""}
    with transaction.atomic():
        moved = journal.move_message(message.id, VoicemailStatus.DELETED, deleted, **nothing)
        if moved is not Recorded.APPLIED:
            return False
        if at_network or settings.VOICEMAIL_DELETE_AFTER_FETCH:
            orders.place([_deletion(message)])
        if audio:
            transaction.on_commit(lambda: message.audio.storage.delete(audio))
        return True


def _deletion(message: Voicemail) -> Order:
    return Order.to_do(OrderKind.DELETE_RECORDING, message.id, call_id=message.call_id)


def _by_hand(kind: EventKind, message_id: str, by: Any) -> Happening:
    who = {"user": by.get_username()} if by else {}
    return Happening(kind=kind, key=f"{message_id}:{kind}:{uuid4().hex}", detail=who)
