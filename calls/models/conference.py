from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls import ids
from calls.models.base import legal, our_id, word
from calls.states import ConferenceStatus, EndReason


class Conference(models.Model):
    """People who are to talk with each other, from the invitation to the end."""

    id = our_id(ids.conference_id)
    name = models.CharField(max_length=100, blank=True)
    status = word(ConferenceStatus, default=ConferenceStatus.WAITING)
    end_reason = word(EndReason, blank=True, default="")
    owner = models.CharField(
        max_length=ids.MAX_LENGTH, blank=True, default="", help_text="id of the API key"
    )
    code = models.CharField(max_length=8)
    code_held = models.BooleanField(
        default=True, help_text="nobody else may have this code: open, or ended a short while ago"
    )
    dial_in_number = models.CharField(max_length=16, help_text="E.164")
    max_duration = models.PositiveIntegerField(help_text="seconds from the first entry")
    room_sid = models.CharField(
        max_length=40, blank=True, default="", help_text="the network's id of the room it now has"
    )
    wait_for_organiser = models.BooleanField(
        default=False, help_text="the others hear music until an organiser has come"
    )
    ends_with_organiser = models.BooleanField(
        default=False, help_text="it ends for all when the last organiser has left"
    )
    locked_at = models.DateTimeField(null=True, blank=True, help_text="since then nobody new")
    lock_reason = models.CharField(
        max_length=200, blank=True, default="", help_text="is said to those who are turned away"
    )
    ended_by = models.CharField(
        max_length=100, blank=True, default="", help_text="who asked for its end, in words"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    no_show_at = models.DateTimeField(help_text="when it ends if nobody has come")
    started_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ending_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            legal("status", ConferenceStatus, name="conference_status_legal"),
            legal("end_reason", ["", *EndReason], name="conference_end_reason_legal"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(code_held=True), name="conference_one_open_code"
            ),
            models.CheckConstraint(
                condition=~Q(status=ConferenceStatus.LIVE)
                | Q(started_at__isnull=False, ends_at__isnull=False),
                name="conference_live_has_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[ConferenceStatus.WAITING, ConferenceStatus.LIVE])
                | Q(end_reason="", code_held=True),
                name="conference_open_holds_code",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConferenceStatus.ENDED)
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="conference_ended_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="conference_of_owner"),
            models.Index(fields=["end_reason", "-id"], name="conference_end_reason"),
            # Lists by status: of the ended ones they read all conferences, which nearly all are.
            models.Index(
                fields=["status", "-id"],
                condition=Q(ended_at__isnull=True),
                name="conference_open",
            ),
            models.Index(
                fields=["owner", "status", "-id"],
                condition=Q(ended_at__isnull=True),
                name="conference_open_of_owner",
            ),
            # The sweep reads these each second: they hold the open conferences only.
            models.Index(
                fields=["ends_at"],
                condition=Q(status=ConferenceStatus.LIVE),
                name="conference_live_due",
            ),
            models.Index(
                fields=["no_show_at"],
                condition=Q(status=ConferenceStatus.WAITING),
                name="conference_waiting_due",
            ),
            models.Index(
                fields=["ending_at"],
                condition=Q(status=ConferenceStatus.ENDING),
                name="conference_ending_due",
            ),
            models.Index(
                fields=["ended_at"],
                condition=Q(status=ConferenceStatus.ENDED, code_held=True),
                name="conference_code_to_free",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.id
