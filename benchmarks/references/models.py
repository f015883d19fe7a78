from django.db import models
from django.utils import timezone


class Leg(models.Model):
    sid = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=24, default="queued")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "references"

    def __str__(self) -> str:
        return self.sid


class Told(models.Model):
    leg = models.ForeignKey(Leg, on_delete=models.CASCADE)
    key = models.CharField(max_length=80, unique=True)
    status = models.CharField(max_length=24)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "references"

    def __str__(self) -> str:
        return self.key
