from django.db import models
from django.utils import timezone


class Heartbeat(models.Model):
    """When a part of the service last showed that it lives."""

    name = models.CharField(primary_key=True, max_length=24)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"
