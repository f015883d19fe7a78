"""Admin lists of records: read-only, exact search, and never a COUNT over all rows."""

import re
from typing import TYPE_CHECKING, Any, cast

import phonenumbers
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from calls import ids
from calls.states import ConferenceStatus

if TYPE_CHECKING:  # Django's own classes take no [type] when the program runs
    ModelAdmin = admin.ModelAdmin[Any]
    RecordPaginator = Paginator[Any]
else:
    ModelAdmin = admin.ModelAdmin
    RecordPaginator = Paginator

_OUR_ID = re.compile(ids.PATTERN)
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


class CappedPaginator(RecordPaginator):
    """Pages through the newest rows only. What is older is found by searching for it.

    Counting a million rows takes longer than showing fifty, so only MOST of them are looked at.
    """

    MOST = 1000

    @cached_property
    def count(self) -> int:
        rows = cast("QuerySet[Any]", self.object_list)
        return len(rows.values_list("pk")[: self.MOST])


class Records(ModelAdmin):
    """What happened, to look at. Only the journal writes it."""

    paginator = CappedPaginator
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("id",)  # shows the box; what is typed is judged by `matching`
    search_help_text = "A phone number in any format, an id of ours, or a SID"
    actions = None

    class Media:
        css = {"all": ["calls/records.css"]}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        match = self.matching(as_sid(term), as_our_id(term), as_number(term))
        return (queryset.filter(match) if match else queryset.none()), False

    def matching(self, sid: str | None, our_id: str | None, number: str | None) -> Q | None:
        """What a search finds; exactly one of the three is given, or none. None: nothing."""
        raise NotImplementedError


def of_number(number: str) -> list[Q]:
    """The calls from a number, and those to it: for `Newest`."""
    return [Q(from_number=number), Q(to_number=number)]


def in_state(status: str) -> Q:
    """Of conferences; those that are open have an index of their own."""
    return Q(status=status) & (Q() if status == ConferenceStatus.ENDED else Q(ended_at=None))


def as_sid(term: str) -> str | None:
    return term if _SID.fullmatch(term) else None


def as_our_id(term: str) -> str | None:
    return term if "_" in term and _OUR_ID.fullmatch(term) else None


def as_number(term: str) -> str | None:
    """E.164, from whatever a person types; without a country code, ours is meant."""
    countries = sorted(settings.ALLOWED_COUNTRIES)
    for country in [None, *countries]:
        try:
            number = phonenumbers.parse(term, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None
