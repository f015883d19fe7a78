from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db import models

from calls import ids

_ST_contra = TypeVar("_ST_contra", contravariant=True)
_GT_co = TypeVar("_GT_co", covariant=True)

if TYPE_CHECKING:  # Django's own class takes no [type] when the program runs

    class TextField(models.CharField[_ST_contra, _GT_co], Generic[_ST_contra, _GT_co]): ...
else:

    class TextField(models.CharField):
        def __class_getitem__(cls, _: Any) -> Any:
            return cls


class KeyField(TextField[_ST_contra, _GT_co]):
    """A key that is text, and is only ever asked for as a whole.

    Django would give it, and each key that refers to it, one more index on PostgreSQL, `…_like`,
    for questions about how it begins: a fifth of all that is written, and nothing reads it. It
    goes by the type's short name; under its full name, the type is the same.
    """

    def db_type(self, connection: Any) -> str | None:
        name: str | None = super().db_type(connection)
        postgresql = connection.vendor == "postgresql"
        return name.replace("varchar", "character varying") if name and postgresql else name


def our_id(make: Callable[[], str]) -> Any:
    """The primary key: an id of ours, known before the row is written."""
    return KeyField(primary_key=True, max_length=ids.MAX_LENGTH, default=make, editable=False)


def word(words: type[StrEnum], **options: Any) -> Any:
    """A column for one of our words; `legal` makes the database insist on it."""
    choices = [(each.value, each.value.replace("_", " ")) for each in words]
    return models.CharField(max_length=24, choices=choices, **options)


def legal(field: str, words: Iterable[str], *, name: str) -> models.CheckConstraint:
    """A constraint that the column holds one of these words."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": sorted(words)}), name=name)
