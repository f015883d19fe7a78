from django.conf import settings
from django.db import models
from django.utils import timezone

from calls import ids
from calls.models.base import KeyField, legal, our_id, word
from calls.models.call import Call
from calls.states import VoicemailStatus


class Voicemail(models.Model):
    """A message that a caller left: asked for before the beep, kept when we have its audio."""

    id = our_id(ids.voicemail_id)
    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="voicemail")
    recording_sid = KeyField(max_length=40, null=True, blank=True, unique=True)
    status = word(VoicemailStatus, default=VoicemailStatus.RECORDING)
    duration = models.PositiveIntegerField(null=True, blank=True, help_text="seconds")
    audio = models.FileField(upload_to="voicemails/%Y/%m", blank=True)
    content_type = models.CharField(max_length=40, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    transcription = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    heard_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True
    )
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            legal("status", VoicemailStatus, name="voicemail_status_legal"),
            models.CheckConstraint(
                condition=~models.Q(status=VoicemailStatus.KEPT)
                | (~models.Q(audio="") & ~models.Q(sha256="")),
                name="voicemail_kept_has_audio",
            ),
        ]
        indexes = [
            models.Index(
                fields=["status", "-id"],
                condition=models.Q(heard_at__isnull=True),
                name="voicemail_not_heard",
            ),
            models.Index(
                fields=["status", "-id"],
                condition=models.Q(heard_at__isnull=False),
                name="voicemail_heard",
            ),
            models.Index(  # in the order of the feed, which is that of the calls
                fields=["status", "-call"],
                condition=models.Q(status=VoicemailStatus.KEPT, heard_at=None),
                name="voicemail_unheard_of_call",
            ),
        ]

    def __str__(self) -> str:
        return f"message of {self.duration or 0} s"
