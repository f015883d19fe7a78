from django.db import models
from django.utils import timezone

from calls import ids
from calls.models.base import legal, our_id, word
from calls.models.conference import Conference
from calls.models.participant import Participant
from calls.states import AnnouncementStatus

LONGEST = 500  # characters; about half a minute of speech


class Announcement(models.Model):
    """A sentence that is said into a room, to all or to one."""

    id = our_id(ids.announcement_id)
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, related_name="announcements"
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, help_text="null: to all"
    )
    text = models.CharField(max_length=LONGEST)
    status = word(AnnouncementStatus, default=AnnouncementStatus.ASKED)
    asked_by = models.CharField(max_length=100, blank=True, default="", help_text="in words")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.CharField(max_length=400, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    said_at = models.DateTimeField(null=True, blank=True, help_text="when it was over")

    class Meta:
        constraints = [legal("status", AnnouncementStatus, name="announcement_status_legal")]
        indexes = [models.Index(fields=["conference", "created_at"], name="announcement_of")]

    def __str__(self) -> str:
        return self.text
