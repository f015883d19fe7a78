from django.db import models
from django.utils import timezone

from calls.models import Call, Conference


class Guess(models.Model):
    """That somebody typed a code. Never which: wrong digits are stored nowhere.

    One row a try, with `conference` empty: `risk` is the chance that it would have hit an open
    conference, and a right one gives it back. Where an invited caller missed the code of his own
    conferences, one more row for each of them.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="guesses")
    caller = models.CharField(max_length=64, blank=True)
    invited = models.BooleanField(default=False, help_text="is on an open conference's list")
    conference = models.ForeignKey(Conference, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField(default=timezone.now)
    risk = models.FloatField(default=0.0)
    trouble = models.CharField(
        max_length=24, blank=True, default="", help_text="why it did not do; empty: it did"
    )

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="guess_at", condition=models.Q(risk__gt=0)),
            models.Index(fields=["caller", "at"], name="guess_of_caller"),
        ]

    def __str__(self) -> str:
        return f"guess at {self.at}"


class GuessBudget(models.Model):
    """The one row that is locked while the day's guesses are summed up and one is added."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    def __str__(self) -> str:
        return "guess budget"
