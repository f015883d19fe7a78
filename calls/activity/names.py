"""Who a phone number belongs to, as far as somebody has told us."""

from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    F,
    Lookup,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from calls.models import Call, ForwardTarget, Participant
from calls.states import Direction

if TYPE_CHECKING:  # Django's own class takes no [type] when the program runs
    TextLookup = Lookup[str]
else:
    TextLookup = Lookup

_EMPTY = Value("")
_LOOKED_AT = 200  # people whose names begin alike: one may be in any number of conferences


def with_names(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Each call with `other_number`, `name`, and who took it: `taker_number`, `taker_name`.

    The name of the other side is the one in this conference, else that of a phone which we forward
    to, else the newest by which anybody was ever invited at this number.
    """
    inbound = When(direction=Direction.INBOUND, then=F("from_number"))
    taken = Call.objects.filter(parent=OuterRef("pk"), taken_at__isnull=False)
    return calls.annotate(
        other_number=Case(inbound, default=F("to_number")),
        taker_number=Subquery(taken.order_by("id").values("to_number")[:1]),
    ).annotate(
        name=Coalesce(
            NullIf("participant__name", _EMPTY),
            _target_at("other_number"),
            _invited_at("other_number"),
            _EMPTY,
        ),
        taker_name=Coalesce(_target_at("taker_number"), _EMPTY),
    )


def _target_at(number: str) -> Subquery:
    named = ForwardTarget.objects.filter(number=OuterRef(number)).exclude(name="")
    return Subquery(named.order_by("id").values("name")[:1])


def _invited_at(number: str) -> Subquery:
    named = Participant.objects.filter(phone_number=OuterRef(number)).exclude(name="")
    return Subquery(named.order_by("-id").values("name")[:1])


def numbers_of(name: str) -> tuple[str, ...]:
    """The numbers of those whose name begins so, the phones that we forward to first."""
    targets = ForwardTarget.objects.filter(name__istartswith=name).values_list("number", flat=True)
    spelt = {name, name.lower(), name.upper(), name.capitalize(), name.title()}
    alike = Q()
    for each in sorted(spelt):
        alike |= Q(name__begins=each)
    people = Participant.objects.filter(alike, phone_number__isnull=False)
    found = people.values_list("phone_number", flat=True)[:_LOOKED_AT]
    return tuple(dict.fromkeys([*targets, *filter(None, found)]))


@CharField.register_lookup
class Begins(TextLookup):
    """The column begins with these letters, found by its index on both databases.

    Django's own `startswith` is a LIKE with an ESCAPE on SQLite, for which no index is used.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        escaped = "".join(f"\\{letter}" if letter in "\\%_" else letter for letter in self.rhs)
        return f"{column} LIKE %s", (*params, f"{escaped}%")

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        """As a range: letters are ordered by their code, and none comes after U+10FFFF."""
        column, params = self.process_lhs(compiler, connection)
        beyond = f"{self.rhs}\U0010ffff"
        return f"({column} >= %s AND {column} < %s)", (*params, self.rhs, *params, beyond)
