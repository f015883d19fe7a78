from django.db import models


class Enquiry(models.Model):
    """What we remember of asking the network after a leg or a text that nobody tells us of."""

    about = models.CharField(primary_key=True, max_length=40, help_text="our id of a leg or person")
    asked_at = models.DateTimeField(help_text="when the network last said how it stands")
    times = models.PositiveIntegerField(default=0, help_text="how often it has been asked")
    missing_since = models.DateTimeField(
        null=True, help_text="since when no listing has shown what we believe in"
    )

    def __str__(self) -> str:
        return f"{self.about}, asked at {self.asked_at}"
