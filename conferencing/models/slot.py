from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils import timezone


class Slot(models.Model):
    """One of as many as the network may be asked in a second: see `conferencing.pacing`."""

    kind = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    free_at = models.DateTimeField(default=timezone.now, help_text="for the next request")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}, free at {self.free_at}"


@dataclass
class Turn:
    """A slot that an order holds, and the moment from which on it may be used."""

    slot: Slot
    at: datetime
    free_again: datetime | None = None  # None: it has not been used
