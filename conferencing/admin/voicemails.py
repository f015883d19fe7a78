"""Voicemails: to hear, to write a note beside, to delete. The feed is where they come in."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from calls import wording
from calls.models import Call, Voicemail
from calls.records import ModelAdmin, Records
from calls.states import VoicemailStatus
from conferencing import voicemails
from conferencing.models import Lane
from conferencing.tasks import nudge

_NO_MESSAGE = (VoicemailStatus.ABSENT, VoicemailStatus.RECORDING)


@admin.register(Voicemail)
class VoicemailAdmin(Records):
    """The row of a deleted message stays, and tells that there was one."""

    list_display = ("__str__", "caller", "created_at", "status", "heard_at", "heard_by", "note")
    list_select_related = ("call", "heard_by")
    fields = (
        *("caller", "created_at", "status", "duration", "player", "transcription", "note"),
        *("heard_at", "heard_by"),
    )
    readonly_fields = tuple(name for name in fields if name != "note")
    search_help_text = "The caller's number in any format, an id of ours, or a SID"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # Said by what is left out, so that no database reads all by their status and sorts them.
        return super().get_queryset(request).exclude(status__in=_NO_MESSAGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        gone = obj is not None and obj.status == VoicemailStatus.DELETED
        return not gone and ModelAdmin.has_delete_permission(self, request, obj)

    def save_model(self, request: HttpRequest, obj: Voicemail, _form: Any, _change: bool) -> None:
        voicemails.write_note(obj, obj.note, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Voicemail) -> None:
        voicemails.delete(obj, by=request.user)
        nudge(Lane.KEEPING)

    @admin.display(description="caller")
    def caller(self, message: Voicemail) -> str:
        return wording.number(message.call.from_number)

    @admin.display(description="audio")
    def player(self, message: Voicemail) -> SafeString | str:
        if message.status != VoicemailStatus.KEPT:
            return "There is no audio of this message."
        audio = reverse("activity:audio", args=[message.id])
        return format_html('<audio controls preload="metadata" src="{}"></audio>', audio)

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:
        if sid:
            # Both in one condition would make the database read every row.
            of_call = Call.objects.filter(sid=sid).values_list("id", flat=True)
            return Q(call_id__in=list(of_call)) if of_call else Q(recording_sid=sid)
        if our_id:
            return Q(call_id=our_id) if our_id.startswith("call_") else Q(id=our_id)
        return Q(call__from_number=number) if number else None
