"""Questions that every webhook asks: the ORM spells each of them once, then only values change.

To put a query together takes the ORM longer than the database takes to answer it. What is asked
only now and then stays an ordinary query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from inspect import get_annotations
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

from calls import statements

P = ParamSpec("P")
T = TypeVar("T")

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class _Spelt:
    sql: str
    given: list[Any]
    holes: list[tuple[int, int]]  # place among what is given, number of the value
    converters: list[tuple[int, Callable[..., Any], Any]]
    model: tuple[type[Model], list[str]] | None  # and its columns, where rows are wanted


class Question(Generic[P, T]):
    """Make it by `question`; its arguments are texts and moments, in their order."""

    def __init__(self, ask: Callable[P, QuerySet[Any, T]]) -> None:
        update_wrapper(self, ask)
        self._ask = ask
        self._spelt: dict[tuple[str, int], _Spelt] = {}

    def __call__(self, *values: P.args, **_: P.kwargs) -> list[T]:
        spelling = (connection.vendor, len(values))
        spelt = self._spelt.get(spelling)
        if spelt is None:
            spelt = self._spelt[spelling] = self._spell(len(values))
        given = spelt.given.copy()
        for place, number in spelt.holes:
            given[place] = _written(values[number])
        return _read(spelt, statements.read(spelt.sql, given))

    def first(self, *values: P.args, **_: P.kwargs) -> T | None:
        return next(iter(self(*values)), None)  # type: ignore[call-arg]

    def any(self, *values: P.args, **_: P.kwargs) -> bool:
        """Whether there is something: the query itself asks for no more than one."""
        return bool(self(*values))  # type: ignore[call-arg]

    def _spell(self, count: int) -> _Spelt:
        """As it is written with values that stand nowhere else, which thus show their places."""
        wanted = [each for name, each in get_annotations(self._ask).items() if name != "return"]
        wanted += wanted[-1:] * (count - len(wanted))  # of `*values` there may be any number
        marks = [_mark(number, each) for number, each in enumerate(wanted)]
        asked = self._ask(*marks)  # type: ignore[call-arg]
        compiler = asked.query.get_compiler(connection.alias)
        statement, values = compiler.as_sql()
        written = [_written(mark) for mark in marks]
        sql, given = _with_constants(statement, values, written)
        spelt = _Spelt(
            sql=sql,
            given=given,
            holes=[(n, written.index(each)) for n, each in enumerate(given) if each in written],
            converters=[
                (place, convert, expression)
                for place, (converts, expression) in compiler.get_converters(
                    expression for expression, _, _ in compiler.select
                ).items()
                for convert in converts
            ],
            model=_model_of(asked, compiler.select),
        )
        assert {number for _, number in spelt.holes} == set(range(len(marks))), sql
        return spelt


def question(ask: Callable[P, QuerySet[Any, T]]) -> Question[P, T]:
    """Decorates a function that puts a query together from texts and moments alone.

    It is called once: it must not decide anything by their values. Rows come whole, without
    related ones, or as `values_list` has them.
    """
    return Question(ask)


def _mark(number: int, kind: type) -> Any:
    return _LONG_AGO + timedelta(days=number) if kind is datetime else f"?{number}?"


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _with_constants(sql: str, given: Iterable[Any], marks: list[Any]) -> tuple[str, list[Any]]:
    """With what never changes written out: a plan that is made once has to know them, or
    it cannot use the indexes that hold only the rows which have them."""
    first, *rest = sql.split("%s")
    written, left = first, []
    for value, then in zip(given, rest, strict=True):
        text = None if value in marks else _as_constant(value)
        written += (text or "%s") + then
        left += [] if text else [value]
    return written, left


def _as_constant(value: Any) -> str | None:
    if isinstance(value, str):
        return "'" + value.replace("'", "''").replace("%", "%%") + "'"
    return str(value) if type(value) is int else None


def _model_of(
    asked: QuerySet[Any, Any], select: Iterable[Any]
) -> tuple[type[Model], list[str]] | None:
    if asked.query.values_select or asked.query.annotation_select:
        return None
    return asked.model, [expression.target.attname for expression, _, _ in select]


def _read(spelt: _Spelt, found: list[Any]) -> list[Any]:
    rows = found
    if spelt.converters:
        rows = [list(row) for row in found]
        for place, convert, expression in spelt.converters:
            for row in rows:
                row[place] = convert(row[place], expression, connection)
    if spelt.model is None:
        return [tuple(row) for row in rows]
    model, columns = spelt.model
    return [model.from_db(connection.alias, columns, row) for row in rows]
