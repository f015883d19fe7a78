from typing import Final

from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a part of the service last showed that it lives."""

    SWEEP: Final = "sweep"  # beat asked for it and a worker of its queue did it
    WORKER: Final = "worker"  # one that texts and calls

    name = models.CharField(primary_key=True, max_length=24)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"

    @classmethod
    def seen(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})
