"""Voicemails: asked for, told of by the network, kept."""

from typing import Any

from django.db import transaction

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


def move_message(
    message_id: str, to: VoicemailStatus, happening: Happening, **columns: Any
) -> Recorded:
    """Move a voicemail, if its table allows; `columns` are written only with the move."""
    with transaction.atomic():
        message = Voicemail.objects.select_for_update(no_key=True).get(id=message_id)
        moves = message.status in VOICEMAIL_MOVES.get(to, ())
        if not note(happening, call_id=message.call_id, applied=moves or message.status == to):
            return Recorded.DUPLICATE
        if not moves:
            return Recorded.NOT_APPLIED
        Voicemail.objects.filter(id=message.id).update(status=to, **columns)
        if to is VoicemailStatus.FETCHING:
            message_left(message.call_id, happening.at)
        return Recorded.APPLIED
