"""The question "what would a caller hear?" as a form, and its answer."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from calls.models import Line
from conferencing.carrier import twiml
from conferencing.rehearsal import KEYS, Rehearsal, Scene


@dataclass(frozen=True)
class Heard:
    """A scene, with its words as they would be said."""

    scene: Scene

    @property
    def words(self) -> str:
        return twiml.words(self.scene.step) if self.scene.step else ""


class RehearsalForm(forms.Form):
    at = forms.DateTimeField(
        label="When",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="By the line's own clock.",
    )
    press = forms.CharField(
        label="Keys",
        required=False,
        max_length=40,
        help_text="One after another, such as 1, or 92. A dash is a caller who waits.",
        widget=forms.TextInput(attrs={"size": 8, "autocomplete": "off"}),
    )
    caller = forms.CharField(
        label="Calling from",
        required=False,
        max_length=64,
        help_text="Empty: a withheld number.",
        widget=forms.TextInput(attrs={"size": 18, "autocomplete": "off"}),
    )
    line: Line

    @classmethod
    def asked(cls, line: Line, data: Any) -> "RehearsalForm":
        """With what was asked; unasked, it is about now."""
        now = timezone.now().astimezone(ZoneInfo(line.time_zone)).replace(tzinfo=None)
        form = cls(data or None, initial={"at": now})
        form.line = line
        return form

    def clean_press(self) -> str:
        keys: str = self.cleaned_data["press"].replace(" ", "")
        if strange := "".join(sorted(set(keys) - KEYS)):
            raise forms.ValidationError(f"{strange} is on no keypad: use 0-9, *, # and - to wait.")
        return keys

    def scenes(self) -> list[Heard]:
        """The answer; none to a question that makes no sense."""
        with timezone.override(ZoneInfo(self.line.time_zone)):
            asked = self.is_bound and self.is_valid()
            if self.is_bound and not asked:
                return []
        chosen = self.cleaned_data if asked else {}
        rehearsal = Rehearsal(
            self.line,
            chosen.get("at") or timezone.now(),
            chosen.get("press", ""),
            chosen.get("caller", ""),
        )
        return [Heard(scene) for scene in rehearsal.scenes()]
