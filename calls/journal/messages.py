"""Voicemails: asked for, told of by the network, kept, heard, deleted."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from calls.journal.events import Happening, Recorded, note
from calls.journal.legs import message_left
from calls.models import Call, Voicemail
from calls.states import VOICEMAIL_MOVES, EventKind, VoicemailStatus


def ask_message(call: Call) -> Voicemail:
    """A caller is asked to speak after the beep. Asked again, it is the same message."""
    with transaction.atomic():
        message, new = Voicemail.objects.get_or_create(call=call)
        if new:
            asked = Happening(kind=EventKind.MESSAGE_ASKED, key=f"{message.id}:asked")
            note(asked, call_id=call.id)
        return message


def name_recording(message_id: str, sid: str) -> bool:
    """Remember the recording of a message. False: it, or another message, has another one."""
    with transaction.atomic():
        message = _locked(message_id)
        if message.recording_sid or Voicemail.objects.filter(recording_sid=sid).exists():
            return message.recording_sid == sid
        Voicemail.objects.filter(id=message_id).update(recording_sid=sid)
        return True


def move_message(
    message_id: str, to: VoicemailStatus, happening: Happening, **columns: Any
) -> Recorded:
    """Move a voicemail, if its table allows; `columns` are written only with the move."""
    with transaction.atomic():
        message = _locked(message_id)
        moves = message.status in VOICEMAIL_MOVES.get(to, ())
        if not note(happening, call_id=message.call_id, applied=moves or message.status == to):
            return Recorded.DUPLICATE
        if not moves:
            return Recorded.NOT_APPLIED
        Voicemail.objects.filter(id=message.id).update(status=to, **columns)
        if to is VoicemailStatus.FETCHING:
            message_left(message.call_id, happening.at)
        return Recorded.APPLIED


def message_heard(message_id: str, *, heard: bool, by: Any, happening: Happening) -> bool:
    """Mark a message as heard, by that user, or as new again. False: it was so already."""
    with transaction.atomic():
        message = _locked(message_id)
        if (message.heard_at is not None) == heard or not note(happening, call_id=message.call_id):
            return False
        message.heard_at = timezone.now() if heard else None
        message.heard_by = by if heard else None
        message.save(update_fields=["heard_at", "heard_by"])
        return True


def write_on_message(message_id: str, happening: Happening, **texts: str) -> bool:
    """Keep a message's `note` or `transcription`. False: it stood there already."""
    with transaction.atomic():
        message = _locked(message_id)
        same = all(getattr(message, name) == text for name, text in texts.items())
        if same or message.status == VoicemailStatus.DELETED:
            return False
        note(happening, call_id=message.call_id)
        Voicemail.objects.filter(id=message_id).update(**texts)
        return True


def _locked(message_id: str) -> Voicemail:
    return Voicemail.objects.select_for_update(no_key=True).get(id=message_id)
