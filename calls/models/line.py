from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

from calls import ids
from calls.models.base import legal, our_id, word
from calls.states import LineAction, LineRoute, Weekday


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone: write it like Europe/Berlin.")


class Line(models.Model):
    """A phone number that we own and answer: what callers hear, and where their keys lead."""

    id = our_id(ids.line_id)
    number = models.CharField(max_length=16, unique=True, help_text="E.164")
    label = models.CharField(max_length=80, blank=True)
    greeting = models.CharField(
        max_length=400, blank=True, help_text="Said before the menu, or before the only action."
    )
    language = models.CharField(
        max_length=16,
        default="en-US",
        validators=[
            RegexValidator(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "Write it like en-US or de-DE.")
        ],
        help_text="Of the texts that you write here, such as en-US.",
    )
    voice = models.CharField(
        max_length=40,
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9.-]+$", "Write it like Polly.Joanna or man.")],
        help_text="Such as Polly.Joanna. Empty: the account's own.",
    )
    default_action = word(
        LineRoute,
        default=LineRoute.VOICEMAIL,
        help_text="Without a menu, and for callers who press nothing or wrong keys three times.",
    )
    ring_seconds = models.PositiveSmallIntegerField(
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(120)],
        help_text="How long each phone rings when a call is forwarded.",
    )
    ring_together = models.BooleanField(
        default=False, help_text="All phones at once, not one after another."
    )
    confirm_forward = models.BooleanField(
        default=True,
        help_text="Whoever picks up must press a key to take the call, so a mailbox never does.",
    )
    show_caller = models.BooleanField(
        default=False, help_text="Forwarded calls show the caller's number instead of the line's."
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    closed_text = models.CharField(
        max_length=400, blank=True, default="", help_text="Said outside of the opening hours."
    )
    closed_action = word(
        LineRoute, default=LineRoute.VOICEMAIL, help_text="What happens outside of them."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            legal("default_action", LineRoute, name="line_default_legal"),
            legal("closed_action", LineRoute, name="line_closed_legal"),
        ]

    def __str__(self) -> str:
        return self.label or self.number

    def is_open(self, at: datetime, hours: "list[OpeningHours] | None" = None) -> bool:
        """Always, if no opening hours are set. `hours`: the line's own, where they are read."""
        hours = list(self.opening_hours.all()) if hours is None else hours
        local = at.astimezone(ZoneInfo(self.time_zone))
        return not hours or any(each.covers(local) for each in hours)


class LineOption(models.Model):
    """What a key of the menu does."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="options")
    digit = models.CharField(max_length=1, choices=[(d, d) for d in "1234567890"])
    action = word(LineAction)
    text = models.CharField(
        max_length=400, blank=True, help_text='What "say something and return" says.'
    )

    class Meta:
        ordering = ["line", "digit"]
        constraints = [
            models.UniqueConstraint(fields=["line", "digit"], name="line_option_once"),
            legal("action", LineAction, name="line_option_legal"),
        ]

    def __str__(self) -> str:
        return f"{self.digit}: {self.action}"


class ForwardTarget(models.Model):
    """A person's phone that a line's calls are forwarded to."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="targets")
    number = models.CharField(max_length=16, help_text="E.164")
    name = models.CharField(max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(default=1, help_text="The lowest rings first.")

    class Meta:
        ordering = ["line", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="forward_target_once")
        ]

    def __str__(self) -> str:
        return self.name or self.number


class OpeningHours(models.Model):
    """On one day of the week, by the line's own clock."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00: until midnight.")

    class Meta:
        ordering = ["line", "weekday", "opens"]
        verbose_name_plural = "opening hours"

    def __str__(self) -> str:
        day = Weekday(self.weekday).label
        return f"{day} {self.opens:%H:%M} to {self.closes:%H:%M}"

    def covers(self, local: datetime) -> bool:
        now, midnight = local.time(), self.closes.hour == self.closes.minute == 0
        return local.weekday() == self.weekday and (
            self.opens <= now and (midnight or now < self.closes)
        )
