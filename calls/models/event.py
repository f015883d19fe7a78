from django.db import models
from django.utils import timezone

from calls import ids
from calls.models.base import KeyField, legal, our_id, word
from calls.models.call import Call
from calls.models.conference import Conference
from calls.models.participant import Participant
from calls.states import EventKind


class CallEvent(models.Model):
    """Something that happened, as it came in. Written once, never changed."""

    id = our_id(ids.event_id)
    key = KeyField(
        max_length=160, unique=True, help_text="the same happening told twice has the same key"
    )
    kind = word(EventKind)
    at = models.DateTimeField(help_text="when it happened, by the clock of who saw it")
    recorded_at = models.DateTimeField(default=timezone.now)
    conference = models.ForeignKey(
        Conference,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="events"
    )
    call = models.ForeignKey(
        Call,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        db_index=False,
    )
    stream = models.CharField(max_length=40, blank=True, default="", help_text="what counts it")
    sequence = models.PositiveIntegerField(null=True, blank=True, help_text="number in its stream")
    applied = models.BooleanField(default=True, help_text="false: came too late to move anything")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [legal("kind", EventKind, name="event_kind_legal")]
        indexes = [
            models.Index(fields=["conference", "at", "id"], name="event_of_conference"),
            models.Index(fields=["call", "at", "id"], name="event_of_call"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
