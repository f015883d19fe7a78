"""What may be written into a line: no key and no route of it leads nowhere."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from calls.models import ForwardTarget, Line, LineOption, OpeningHours
from calls.records import as_number
from calls.states import LineAction
from conferencing import numbers
from conferencing.errors import BadNumber

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
    InlineFormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    ModelForm = forms.ModelForm
    InlineFormSet = forms.BaseInlineFormSet

_NO_PHONE = "Calls are forwarded, but to no phone: add one below, or choose another way."


def _e164(written: str) -> str:
    number = as_number(written)
    if number is None:
        raise ValidationError(
            f"{written} is not a phone number: write it with + and the country code."
        )
    return number


class LineForm(ModelForm):
    number = forms.CharField(
        max_length=32, help_text="One of your numbers at the telephone network, such as +1 …"
    )

    class Meta:
        model = Line
        fields = "__all__"
        widgets = {
            "greeting": forms.Textarea(attrs={"rows": 2}),
            "closed_text": forms.Textarea(attrs={"rows": 2}),
        }

    def clean_number(self) -> str:
        number = _e164(self.cleaned_data["number"])
        if ForwardTarget.objects.filter(number=number).exists():
            raise ValidationError(
                f"Calls are forwarded to {number}: were it a line, they would ring in circles."
            )
        return number


class OptionForm(ModelForm):
    class Meta:
        model = LineOption
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("action") == LineAction.SAY and not cleaned.get("text", "").strip():
            self.add_error("text", "Write what is to be said.")
        return cleaned


class OptionFormSet(InlineFormSet):
    def clean(self) -> None:
        super().clean()
        # The phones are checked next, and must know whether they are wanted.
        self.instance.actions_of_keys = {
            form.cleaned_data["action"]
            for form in self.forms
            if form.cleaned_data.get("action") and not form.cleaned_data.get("DELETE")
        }


class TargetForm(ModelForm):
    number = forms.CharField(max_length=32, help_text="A person's phone")

    class Meta:
        model = ForwardTarget
        fields = "__all__"

    def clean_number(self) -> str:
        written = _e164(self.cleaned_data["number"])
        try:
            return numbers.invitable(written, numbers.own_lines())
        except BadNumber as problem:
            raise ValidationError(str(problem)) from None


class TargetFormSet(InlineFormSet):
    def clean(self) -> None:
        super().clean()
        line = self.instance
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get("number") and not form.cleaned_data.get("DELETE")
        ]
        if any(target["number"] == line.number for target in kept):
            raise ValidationError("The line would forward to itself: calls would ring in circles.")
        wanted = {line.default_action, line.closed_action, *getattr(line, "actions_of_keys", ())}
        if LineAction.FORWARD in wanted and not kept and not any(self.errors):
            raise ValidationError(_NO_PHONE)


class HoursForm(ModelForm):
    class Meta:
        model = OpeningHours
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens is not None and closes is not None and closes <= opens and any(_clock(closes)):
            self.add_error(
                "closes",
                "It closes before it opens: for hours over midnight write one row until 00:00"
                " and one from 00:00 on the next day.",
            )
        return cleaned


def _clock(moment: Any) -> tuple[int, int]:
    return moment.hour, moment.minute
