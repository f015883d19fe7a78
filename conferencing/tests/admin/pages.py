"""Where the admin's pages are."""

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.urls import reverse


def page_of(row: Model) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[quote(row.pk)])


def list_of(model: type[Model]) -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")


def ask_of(row: Model, command: str) -> str:
    return reverse("admin:calls_conference_ask", args=[quote(row.pk), command])


def end_of(row: Model) -> str:
    return ask_of(row, "end")


def live_of(row: Model) -> str:
    return reverse("admin:calls_conference_live", args=[quote(row.pk)])


def ledger_of(row: Model) -> str:
    return reverse("admin:calls_conference_ledger", args=[quote(row.pk)])


def ledger_csv_of(row: Model) -> str:
    return reverse("admin:calls_conference_ledger_csv", args=[quote(row.pk)])
