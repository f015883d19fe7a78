from django.db import models
from django.utils import timezone

from calls import ids


class IdempotencyKey(models.Model):
    """The answer that was given to a POST with an `Idempotency-Key`, without the code's digits."""

    owner = models.CharField(max_length=ids.MAX_LENGTH, help_text="id of the API key")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(default=0, help_text="HTTP status of the answer")
    answer = models.TextField(
        blank=True, default="", help_text="JSON, without the code, which stands in the conference"
    )
    conference_id = models.CharField(max_length=ids.MAX_LENGTH, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return self.key
