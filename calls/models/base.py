from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from django.db import models

from calls import ids


def our_id(make: Callable[[], str]) -> Any:
    """The primary key: an id of ours, known before the row is written."""
    return models.CharField(
        primary_key=True, max_length=ids.MAX_LENGTH, default=make, editable=False
    )


def word(words: type[StrEnum], **options: Any) -> Any:
    """A column for one of our words; `legal` makes the database insist on it."""
    choices = [(each.value, each.value.replace("_", " ")) for each in words]
    return models.CharField(max_length=24, choices=choices, **options)


def legal(field: str, words: Iterable[str], *, name: str) -> models.CheckConstraint:
    """A constraint that the column holds one of these words."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": sorted(words)}), name=name)
