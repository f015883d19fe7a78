from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls import ids
from calls.models.base import KeyField, legal, our_id, word
from calls.models.conference import Conference
from calls.models.line import Line
from calls.models.participant import Participant
from calls.states import LEG_OPEN, Direction, LegStatus, Outcome


class Call(models.Model):
    """One leg: a telephone connection between us and one phone, tried or made."""

    id = our_id(ids.call_id)
    sid = KeyField(
        max_length=40, null=True, blank=True, unique=True, help_text="the network's id of the leg"
    )
    direction = word(Direction)
    from_number = models.CharField(max_length=64, blank=True, help_text="as the network sent it")
    to_number = models.CharField(max_length=64)
    line = models.ForeignKey(Line, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    conference = models.ForeignKey(
        Conference,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="legs",
        db_index=False,
    )
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="legs"
    )
    owner = models.CharField(  # noqa: DJ001 - a call of nobody's is in no index
        max_length=ids.MAX_LENGTH,
        null=True,
        blank=True,
        help_text="that of its conference, so that a key's calls stand in one index",
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="forwarded_legs",
        help_text="the inbound leg that this one was made for",
    )
    status = word(LegStatus, default=LegStatus.QUEUED)
    outcome = word(Outcome, default=Outcome.LIVE)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.CharField(max_length=400, blank=True, default="")
    menu_path = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ringing_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    duration = models.PositiveIntegerField(null=True, blank=True, help_text="seconds, as billed")
    forwarded_at = models.DateTimeField(
        null=True, blank=True, help_text="an inbound call: when a person's phone began to ring"
    )
    message_left_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(
        null=True, blank=True, help_text="when a person took the forwarded call: both legs say so"
    )
    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="we ended it, before it was let in anywhere"
    )
    admitted_at = models.DateTimeField(null=True, blank=True, help_text="was told to join")
    joined_at = models.DateTimeField(null=True, blank=True, help_text="first entry")
    left_at = models.DateTimeField(null=True, blank=True, help_text="last exit")
    in_room_since = models.DateTimeField(null=True, blank=True, help_text="null: not in the room")
    muted = models.BooleanField(default=False, help_text="in the room, as the network says")
    on_hold = models.BooleanField(default=False, help_text="in the room, as the network says")
    talk_seconds = models.PositiveIntegerField(default=0, help_text="of the finished stays")

    class Meta:
        constraints = [
            legal("status", LegStatus, name="call_status_legal"),
            legal("direction", Direction, name="call_direction_legal"),
            legal("outcome", Outcome, name="call_outcome_legal"),
        ]
        indexes = [
            models.Index(fields=["outcome", "-id"], name="call_outcome"),
            models.Index(fields=["direction", "-id"], name="call_direction"),
            models.Index(fields=["line", "-id"], name="call_line"),
            models.Index(fields=["status", "-id"], name="call_status"),
            # Two filters at once that fit many calls each, and together none, would read them all.
            models.Index(fields=["outcome", "direction", "-id"], name="call_outcome_direction"),
            models.Index(fields=["line", "outcome", "-id"], name="call_line_outcome"),
            models.Index(fields=["line", "direction", "-id"], name="call_line_direction"),
            models.Index(
                fields=["owner", "-id"], condition=Q(owner__isnull=False), name="call_of_owner"
            ),
            # With the status: else PostgreSQL reads all open calls to find those of a conference.
            models.Index(fields=["conference", "status"], name="call_of_conference"),
            models.Index(fields=["from_number", "-id"], name="call_from"),
            models.Index(fields=["to_number", "-id"], name="call_to"),
            models.Index(
                fields=["created_at"],
                condition=Q(status__in=sorted(LEG_OPEN)),
                name="call_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.from_number} → {self.to_number}"

    @property
    def their_number(self) -> str:
        """Of the person at the other end, as the network wrote it."""
        return self.from_number if self.direction == Direction.INBOUND else self.to_number
