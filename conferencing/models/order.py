from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models import Announcement, Call, Conference, Participant
from calls.models.base import KeyField
from conferencing.models.slot import Turn


class Lane(StrEnum):
    """A queue of orders with workers of its own, so that ending never waits behind inviting."""

    INVITING = "inviting"
    ENDING = "ending"
    KEEPING = "keeping"
    ROOM = "room"  # what is asked of a room while people are in it


class OrderKind(StrEnum):
    TEXT = "text"
    CALL = "call"
    END_ROOM = "end_room"
    HANG_UP = "hang_up"
    SEE_OFF = "see_off"  # goodbye to who is outside of the room when it ends
    FETCH = "fetch"
    DELETE_RECORDING = "delete_recording"
    EMAIL = "email"
    MUTE = "mute"  # or unmute: as is wanted when it is done
    HOLD = "hold"  # or resume, likewise
    ANNOUNCE = "announce"
    WARN = "warn"  # that the time is nearly up


LANES = {
    OrderKind.TEXT: Lane.INVITING,
    OrderKind.CALL: Lane.INVITING,
    OrderKind.END_ROOM: Lane.ENDING,
    OrderKind.HANG_UP: Lane.ENDING,
    OrderKind.SEE_OFF: Lane.ENDING,
    OrderKind.FETCH: Lane.KEEPING,
    OrderKind.DELETE_RECORDING: Lane.KEEPING,
    OrderKind.EMAIL: Lane.KEEPING,
    OrderKind.MUTE: Lane.ROOM,
    OrderKind.HOLD: Lane.ROOM,
    OrderKind.ANNOUNCE: Lane.ROOM,
    OrderKind.WARN: Lane.ROOM,
}


class OrderState(StrEnum):
    DUE = "due"  # waits for its time, or for its turn
    CLAIMED = "claimed"  # a worker has it until its lease runs out
    ASKED = "asked"  # the network is being asked; once this stands, it may have been done
    DONE = "done"
    DROPPED = "dropped"  # no longer wanted
    FAILED = "failed"
    UNKNOWN = "unknown"  # asked, and the answer never came


class Order(models.Model):
    """Something that we owe the telephone network, or the people in the office.

    Celery only wakes those who read these rows.
    """

    key = KeyField(max_length=80, unique=True, help_text="the same order has the same key")
    kind = models.CharField(max_length=16, choices=[(k.value, k.value) for k in OrderKind])
    lane = models.CharField(max_length=16, choices=[(lane.value, lane.value) for lane in Lane])
    state = models.CharField(
        max_length=16, choices=[(s.value, s.value) for s in OrderState], default=OrderState.DUE
    )
    conference = models.ForeignKey(
        Conference, on_delete=models.PROTECT, null=True, related_name="orders"
    )
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True)
    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, null=True)
    due_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True)
    attempt = models.PositiveIntegerField(default=0, help_text="fences off who held it before")
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    turn: Turn | None = None  # of a claimed order that is paced

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(OrderState)), name="order_state_legal"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(OrderKind)), name="order_kind_legal"
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "due_at"], condition=Q(state="due"), name="order_due"),
            models.Index(
                fields=["lease_until"],
                condition=Q(state__in=["asked", "claimed"]),
                name="order_leased",
            ),
            models.Index(fields=["conference", "state"], name="order_of_conference"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def its_conference(self) -> Conference:
        """Of an order that is about a conference."""
        assert self.conference is not None, f"{self.key} is not about a conference"
        return self.conference

    @classmethod
    def to_do(cls, kind: OrderKind, key: str, **columns: Any) -> "Order":
        """An unsaved order; `key` names what is to be done, so that it is ordered only once."""
        return cls(kind=kind, lane=LANES[kind], key=f"{kind}:{key}", **columns)


class Pace(models.Model):
    """When the next of something may be done, for all workers together."""

    name = models.CharField(primary_key=True, max_length=24)
    next_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} from {self.next_at}"

    @classmethod
    def take_turn(cls, name: str, at_most: timedelta) -> bool:
        """Do it alone. False: somebody else is at it, and has not been for so long as `at_most`."""
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"next_at": now})
        mine = cls.objects.filter(name=name, next_at__lte=now).update(next_at=now + at_most)
        return bool(mine)

    @classmethod
    def next_please(cls, name: str) -> None:
        cls.objects.filter(name=name).update(next_at=timezone.now())
