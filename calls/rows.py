"""Rows read under their lock and written back, by statements that are put together only once.

The ORM spells each statement anew, which takes it longer than the database takes to answer. The
journal writes so often that it is worth it; whatever is asked only now and then stays with the ORM.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import AutoField, Field, JSONField, Model

from calls import statements
from calls.statements import Write

M = TypeVar("M", bound=Model)

_AS_THEY_ARE = frozenset({str, int, bool, type(None)})  # what every database takes
_AS_READ = "_as_read"  # the columns of a row as they are in the database


class Table(Generic[M]):
    """The statements of one model, for the database that is used. Make it by `table`."""

    def __init__(self, model: type[M]) -> None:
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's fields
        fields: list[Field[Any, Any]] = list(meta.concrete_fields)
        self._model = model
        self._name = connection.ops.quote_name(meta.db_table)
        self._fields = {field.attname: field for field in fields}
        self._quoted = {field.attname: _quoted(str(field.column)) for field in fields}
        self._converters = [
            (place, convert, field)
            for place, field in enumerate(fields)
            for convert in _converters(field)
        ]
        key = self._quoted[str(meta.pk.attname)]
        lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
        columns = ", ".join(self._quoted.values())
        self._read = f"SELECT {columns} FROM {self._name} WHERE {key} = %s"  # noqa: S608
        self._lock = lock
        # The database itself counts rows that have no id of ours.
        self._given = [
            (field, frozenset() if isinstance(field, JSONField) else _AS_THEY_ARE)
            for field in fields
            if not isinstance(field, AutoField)
        ]
        given = ", ".join(self._quoted[field.attname] for field, _ in self._given)
        marks = ", ".join(["%s"] * len(self._given))
        self._insert = f"INSERT INTO {self._name} ({given}) VALUES ({marks})"  # noqa: S608
        self._insert_once = f"{self._insert} ON CONFLICT DO NOTHING"
        self._updates: dict[tuple[str, ...], str] = {}

    def locked(self, key: str) -> M:
        """The row, locked until the transaction ends. Raises the model's DoesNotExist."""
        return self._row(self._read + self._lock, key)

    def row(self, key: str) -> M:
        """The row as it is now, unlocked. Raises the model's DoesNotExist."""
        return self._row(self._read, key)

    def _row(self, statement: str, key: str) -> M:
        found = statements.read(statement, [key])
        if not found:
            raise self._model.DoesNotExist(  # type: ignore[attr-defined]
                f"There is no {self._model.__name__} {key}."
            )
        values = list(found[0])
        for place, convert, field in self._converters:
            values[place] = convert(values[place], field.cached_col, connection)
        row = self._model.from_db(connection.alias, list(self._fields), values)
        row.__dict__[_AS_READ] = dict(zip(self._fields, values, strict=True))
        return row

    def save_changes(self, row: M) -> None:
        """Write what differs from what `locked` has read."""
        changes = self.changes(row)
        if changes:
            statements.write(*changes)

    def changes(self, row: M) -> Write | None:
        """How to write what differs from what `locked` has read. None: nothing does."""
        changed = {
            name: row.__dict__[name]
            for name, value in row.__dict__[_AS_READ].items()
            if row.__dict__[name] != value
        }
        return self.change(changed, id=row.pk) if changed else None

    def update(self, values: Mapping[str, Any], **where: str | None) -> bool:
        """Set these columns wherever those have their values. Names are those of attributes."""
        return bool(statements.write(*self.change(values, **where)))

    def change(self, values: Mapping[str, Any], **where: str | None) -> Write:
        """How to `update`."""
        spelt = (*values, "WHERE", *where)
        if spelt not in self._updates:
            self._updates[spelt] = self._spelt(list(values), list(where))
        given = [self._prepared(name, value) for name, value in values.items()]
        return Write(self._updates[spelt], [*given, *where.values()])

    def insert_once(self, row: M) -> bool:
        """INSERT unless a unique key stands against it; the ORM does not tell which of the two."""
        return statements.write(*self.insertion(row)) == 1

    def insertion(self, row: M) -> Write:
        """How to `insert_once`."""
        return Write(self._insert_once, self._values(row))

    def insert_each_once(self, rows: Iterable[M]) -> None:
        statements.write_each(self._insert_once, list(map(self._values, rows)))

    def insert(self, rows: Collection[M]) -> None:
        """Raises IntegrityError where a unique key stands against one of them."""
        statements.write_each(self._insert, list(map(self._values, rows)))
        for row in rows:
            row._state.adding = False  # noqa: SLF001 - as the ORM leaves it

    def _values(self, row: M) -> list[Any]:
        return [
            value
            if type(value := field.pre_save(row, add=True)) in taken
            else field.get_db_prep_save(value, connection)
            for field, taken in self._given
        ]

    def _spelt(self, values: list[str], where: list[str]) -> str:
        sets = ", ".join(f"{self._quoted[name]} = %s" for name in values)
        those = " AND ".join(f"{self._quoted[name]} = %s" for name in where)
        return f"UPDATE {self._name} SET {sets} WHERE {those}"  # noqa: S608

    def _prepared(self, name: str, value: Any) -> Any:
        return self._fields[name].get_db_prep_save(value, connection)


def table(model: type[M]) -> Table[M]:
    return _table(model, connection.vendor)


@cache
def _table(model: type[M], _vendor: str) -> Table[M]:
    return Table(model)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _converters(field: "Field[Any, Any]") -> list[Callable[..., Any]]:
    """From what the database gives to what Python wants, as the ORM does."""
    of_database = connection.ops.get_db_converters(field.cached_col)
    return [*of_database, *field.get_db_converters(connection)]
