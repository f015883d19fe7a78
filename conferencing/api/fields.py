"""Fields that take a value as JSON has it, or say what to write instead; and strict bodies."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

import phonenumbers
from django.conf import settings
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from conferencing.errors import BadNumber
from conferencing.numbers import invitable, own_lines

LONGEST_CONFERENCE = 14_400  # seconds: Twilio's limit for a call
_MOST_COMPLAINTS = 20
_LONGEST_NUMBER = 40  # characters, however it is formatted
# Control characters, halves of surrogate pairs, and line breaks by other names.
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
_NO_CHARACTERS = "\ufffe\uffff"  # XML, in which texts are said, cannot hold them


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know, by name: a misspelt field would be lost without a word."""

    default_error_messages = {
        "invalid": "Send a JSON object: names and values in braces.",
        "null": "Send a JSON object: names and values in braces.",
    }

    def checked(self, data: Any) -> dict[str, Any]:
        """What was sent, as it is meant. Raises ValidationError; may be asked again and again."""
        self.__dict__.pop("own_lines", None)
        # An absent body would be nothing to check.
        return dict(self.run_validation("null" if data is None else data))

    @cached_property
    def own_lines(self) -> frozenset[str]:
        """Asked for once, for all people of a body."""
        return own_lines()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        unknown = self._unknown(data) if isinstance(data, Mapping) else {}
        try:
            value: dict[str, Any] = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**_as_dict(error.detail), **unknown}) from None
        if unknown:
            raise ValidationError(unknown)
        return value

    def _unknown(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        known = ", ".join(self.fields) or "none"
        strangers = [name for name in data if name not in self.fields][:_MOST_COMPLAINTS]
        return {
            printable(name): [
                serializers.ErrorDetail(f"This field is unknown; known are: {known}.", "unknown")
            ]
            for name in strangers
        }


def _as_dict(detail: Any) -> dict[str, Any]:
    return detail if isinstance(detail, dict) else {"non_field_errors": detail}


def printable(text: str) -> str:
    """For an error message: no half of a surrogate pair, and no novel."""
    return text[:100].encode("utf-8", "backslashreplace").decode()


def _is_unprintable(character: str) -> bool:
    return unicodedata.category(character) in _UNPRINTABLE or character in _NO_CHARACTERS


class TextField(serializers.CharField):
    """A string, without control characters."""

    default_error_messages = {"invalid": "Write a string, in quotes."}

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and any(map(_is_unprintable, data)):
            raise ValidationError("Leave out control characters and line breaks.", "unprintable")
        return super().run_validation(data)


class PhoneNumberField(TextField):
    """A number that we may text or call, written in any way; becomes E.164."""

    @property
    def _own_lines(self) -> frozenset[str]:
        body = self.root
        assert isinstance(body, StrictSerializer), "a number is a field of a body"
        return body.own_lines

    def to_internal_value(self, data: Any) -> str:
        written = super().to_internal_value(data)
        if len(written) > _LONGEST_NUMBER:
            raise ValidationError(f"Write at most {_LONGEST_NUMBER} characters.", "max_length")
        try:
            return invitable(written, self._own_lines)
        except BadNumber as error:
            raise ValidationError(error.detail, error.code) from None


def words(of: type[StrEnum]) -> list[tuple[str, str]]:
    """The choices; in pairs, as the names in ENUM_NAME_OVERRIDES are matched by them."""
    return [(word.value, word.name) for word in of]


class WordField(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or data not in self.choices:
            words = ", ".join(f'"{word}"' for word in self.choices)
            raise ValidationError(f"Write one of {words}.", "invalid_choice")
        return data


class FlagField(serializers.BooleanField):
    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise ValidationError("Write true or false, without quotes.", "invalid")
        return data


class QueryFlagField(TextField):
    """true or false in a query, where nothing stands in quotes."""

    def to_internal_value(self, data: Any) -> Any:
        flag = {"true": True, "1": True, "false": False, "0": False}.get(str(data).lower())
        if flag is None:
            raise ValidationError("Write true or false.", "invalid")
        return flag


class SecondsField(serializers.IntegerField):
    """Whole seconds, up to the longest that a conference may last."""

    def __init__(self, *, min_value: int = 1, **options: Any) -> None:
        self._shortest = min_value
        limits = {"min_value": min_value, "max_value": LONGEST_CONFERENCE}
        super().__init__(**{**limits, **options})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        whole = type(data) is int or (isinstance(data, float) and data.is_integer())
        if data is serializers.empty or (whole and self._fits(data)):
            return super().run_validation(data)
        limits = f"{self._shortest:,} to {LONGEST_CONFERENCE:,}"
        raise ValidationError(f"Give whole seconds from {limits}, without quotes.", "invalid")

    def _fits(self, seconds: float) -> bool:
        return self._shortest <= seconds <= LONGEST_CONFERENCE


class DurationField(SecondsField):
    """Whole seconds, within what a conference may last."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": settings.CONFERENCE_MIN_DURATION, **options})


class FilterNumberField(TextField):
    """A number to search for, in any format; one without a country code is one of our country."""

    def to_internal_value(self, data: Any) -> str:
        written = super().to_internal_value(data)
        home = phonenumbers.region_code_for_number(phonenumbers.parse(settings.SERVER_PHONE))
        # An unescaped + in a query arrives as a space.
        text = f"+{written}" if str(data).startswith(" ") else written
        try:
            number = phonenumbers.parse(text, home)
        except phonenumbers.NumberParseException:
            raise ValidationError("Write a phone number, such as +12125550101.") from None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
