"""The feed's filters as they stand in its address."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from calls.activity import CHOICES, Filters, conditions
from calls.models import Line
from calls.states import Direction

_DIRECTIONS = ((Direction.INBOUND, "Incoming"), (Direction.OUTBOUND, "Outgoing"))
_YEARS = (MinValueValidator(date(1971, 1, 1)), MaxValueValidator(date(2099, 12, 31)))
_A_DAY = forms.DateInput(attrs={"type": "date"})


def check_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("This is not a time zone: write it like Europe/Berlin.")


class FilterForm(forms.Form):
    """What is wrong is said beside its field, and filters nothing."""

    q = forms.CharField(
        label="Search",
        max_length=64,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": "Number or name", "autocomplete": "off"}
        ),
    )
    outcome = forms.ChoiceField(
        choices=[("", "Any outcome"), *CHOICES.items()],
        required=False,
    )
    direction = forms.ChoiceField(choices=[("", "In and out"), *_DIRECTIONS], required=False)
    line = forms.ModelChoiceField(
        Line.objects.order_by("number"),
        to_field_name="number",
        empty_label="All lines",
        required=False,
    )
    since = forms.DateField(label="From", required=False, widget=_A_DAY, validators=_YEARS)
    until = forms.DateField(label="To", required=False, widget=_A_DAY, validators=_YEARS)
    unheard = forms.BooleanField(label="Unheard", required=False)
    tz = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput, validators=[check_zone]
    )

    def clean(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        if chosen.get("since") and chosen.get("until") and chosen["until"] < chosen["since"]:
            self.add_error("until", "This day is before the first one: swap the two.")
        return chosen

    def filters(self) -> Filters:
        """Of all fields that are right."""
        self.is_valid()
        chosen = self.cleaned_data
        zone = ZoneInfo(chosen.get("tz") or settings.TIME_ZONE)
        since, until = chosen.get("since"), chosen.get("until")
        line = chosen.get("line")
        return Filters(
            outcome=chosen.get("outcome", ""),
            direction=chosen.get("direction", ""),
            line_id=line.id if line else "",
            unheard=bool(chosen.get("unheard")),
            since=datetime.combine(since, time(), zone) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
            **conditions(chosen.get("q", "")),
        )

    def query(self, **more: str) -> str:
        """The part of an address that says the same; empty if nothing is chosen."""
        given = {name: self.data.get(name, "") for name in self.fields}
        return urlencode({name: value for name, value in (given | more).items() if value})

    @property
    def complaints(self) -> list[str]:
        """What is wrong with the filters, each beside the name of its field."""
        found = self.errors.items()
        return [f"{self[name].label}: {each}" for name, errors in found for each in errors]

    @property
    def chosen(self) -> bool:
        """Whether any filter is set: the time zone alone is none."""
        return any(self.data.get(name) for name in self.fields if name != "tz")
