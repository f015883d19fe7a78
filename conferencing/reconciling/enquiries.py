"""What we remember of what was asked: when, how often, and since when something is missing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from conferencing.models import Enquiry

_AT_ONCE = 500


def asked_at(of: str = "pk") -> Subquery:
    """For a queryset: when its row was last asked after."""
    return Subquery(Enquiry.objects.filter(about=OuterRef(of)).values("asked_at")[:1])


def times(of: str = "pk") -> Subquery:
    return Subquery(Enquiry.objects.filter(about=OuterRef(of)).values("times")[:1])


def asked(about: Iterable[str]) -> None:
    """These were asked after just now."""
    ids = sorted(set(about))  # in one order, so that two rounds at once do not wait in a ring
    now = timezone.now()
    Enquiry.objects.bulk_create(
        [Enquiry(about=each, asked_at=now) for each in ids],
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=["about"],
        update_fields=["asked_at"],
    )
    for start in range(0, len(ids), _AT_ONCE):
        some = Enquiry.objects.filter(about__in=ids[start : start + _AT_ONCE])
        some.update(times=F("times") + 1)


def missing_since(about: str, for_at_least: timedelta) -> datetime | None:
    """It was missing from a list. Since when, if that was seen before, so long ago; else None."""
    now = timezone.now()
    enquiry, _ = Enquiry.objects.get_or_create(about=about, defaults={"asked_at": now})
    if enquiry.missing_since is None:
        Enquiry.objects.filter(about=about).update(missing_since=now)
        return None
    return enquiry.missing_since if now - enquiry.missing_since >= for_at_least else None


def seen(about: Iterable[str]) -> None:
    """They are not missing."""
    Enquiry.objects.filter(about__in=list(about), missing_since__isnull=False).update(
        missing_since=None
    )


def forget(before: datetime) -> None:
    """What was asked so long ago is settled."""
    Enquiry.objects.filter(asked_at__lt=before).delete()
