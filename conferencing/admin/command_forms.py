"""What people type at the control desk, in any way they like; what is wrong is said in words."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from calls import ids
from calls.models.announcement import LONGEST
from calls.records import as_number
from calls.states import Mode
from conferencing import numbers
from conferencing.errors import BadNumber

LONGEST_NAME = 100
LONGEST_REASON = 200
_DAY = 86_400  # seconds; how much more may be had is for the conference to say
# Control characters, halves of surrogate pairs, and line breaks by other names.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}


class OneLine(forms.CharField):
    """Words to be said or shown; blanks and line breaks are worth one blank."""

    def to_python(self, value: Any) -> str:
        return super().to_python(" ".join(str(value or "").split())) or ""

    def validate(self, value: str) -> None:
        super().validate(value)
        if any(unicodedata.category(letter) in _UNPRINTABLE for letter in value):
            raise ValidationError("Leave out control characters.")


class Nothing(forms.Form):
    """A button says it all."""


class Whom(forms.Form):
    person = forms.RegexField(f"^{ids.PATTERN}$")


class NewName(Whom):
    name = OneLine(max_length=LONGEST_NAME, required=False)


class Words(forms.Form):
    text = OneLine(max_length=LONGEST, error_messages={"required": "Write what is to be said."})


class WordsToOne(Words, Whom):
    pass


class Reason(forms.Form):
    reason = OneLine(max_length=LONGEST_REASON, required=False)


class MoreTime(forms.Form):
    seconds = forms.IntegerField(min_value=1, max_value=_DAY)


class Newcomer(forms.Form):
    phone_number = OneLine(
        label="Phone number",
        max_length=40,
        error_messages={"required": "Write the number of the phone."},
    )
    mode = forms.ChoiceField(choices=[(mode.value, mode.value) for mode in Mode])
    name = OneLine(max_length=LONGEST_NAME, required=False)

    def clean_phone_number(self) -> str:
        """E.164. Without a country code, one of ours is meant."""
        written = self.cleaned_data["phone_number"]
        try:
            return numbers.invitable(as_number(written) or written, numbers.own_lines())
        except BadNumber as problem:
            raise ValidationError(problem.detail) from None


def complaints(form: forms.Form) -> str:
    """What is wrong, each beside the name of its field."""
    wrong = ((form[name].label, errors) for name, errors in form.errors.items())
    return " ".join(f"{label}: {error}" for label, errors in wrong for error in errors)
