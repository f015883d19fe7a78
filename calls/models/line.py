from django.db import models
from django.utils import timezone

from calls import ids
from calls.models.base import our_id


class Line(models.Model):
    """A phone number that we own and answer."""

    id = our_id(ids.line_id)
    number = models.CharField(max_length=16, unique=True, help_text="E.164")
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.label or self.number
