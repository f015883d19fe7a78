from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls import ids
from calls.models.base import KeyField, legal, our_id, word
from calls.models.conference import Conference
from calls.states import Mode, ParticipantStatus, TextStatus


class Participant(models.Model):
    """One person of a conference; shows the newest of his or her legs."""

    id = our_id(ids.participant_id)
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, related_name="participants"
    )
    phone_number = models.CharField(  # noqa: DJ001 - withheld is not an empty number
        max_length=16, null=True, blank=True, help_text="E.164; null if withheld"
    )
    name = models.CharField(max_length=100, blank=True, default="")
    mode = word(Mode)
    status = word(ParticipantStatus, default=ParticipantStatus.PENDING)
    invited = models.BooleanField(default=True, help_text="false: only knew the code")
    confirm = models.BooleanField(default=True, help_text="a called person must press 1")
    organiser = models.BooleanField(default=False)
    muted = models.BooleanField(default=False, help_text="as the network says")
    on_hold = models.BooleanField(default=False, help_text="as the network says")
    to_be_muted = models.BooleanField(default=False, help_text="as somebody asked for")
    to_be_held = models.BooleanField(default=False, help_text="as somebody asked for")
    attempt = models.PositiveSmallIntegerField(default=1, help_text="to text or to call, so far")
    current_call = models.ForeignKey(
        "calls.Call", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text_sid = KeyField(max_length=40, null=True, blank=True, unique=True)
    text_status = word(TextStatus, blank=True, default="")
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.CharField(max_length=400, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(null=True, blank=True, help_text="first entry")
    left_at = models.DateTimeField(null=True, blank=True, help_text="last exit; null while in")
    talk_seconds = models.PositiveIntegerField(default=0, help_text="of the finished stays")

    class Meta:
        constraints = [
            legal("status", ParticipantStatus, name="participant_status_legal"),
            legal("mode", Mode, name="participant_mode_legal"),
            legal("text_status", ["", *TextStatus], name="participant_text_legal"),
            models.UniqueConstraint(
                fields=["conference", "phone_number", "mode"],
                condition=Q(phone_number__isnull=False),
                name="participant_once_per_mode",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_number", "-id"], name="participant_phone"),
            # The feed asks for each number whether anybody has told us a name.
            models.Index(
                fields=["phone_number", "-id"],
                condition=~Q(name=""),
                name="participant_known",
            ),
            models.Index(
                fields=["name"], opclasses=["varchar_pattern_ops"], name="participant_by_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.phone_number or "withheld number"
