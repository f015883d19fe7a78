"""Where a ledger comes from: six queries, however many took part and whatever they did."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from calls.ledger.composing import DEEDS, TEXTS, compose
from calls.ledger.shapes import Ledger
from calls.models import Announcement, Call, CallEvent, Conference, Participant
from calls.sightings import SIGHTINGS


@transaction.atomic
def ledger(conference_id: str) -> Ledger:
    """Raises Conference.DoesNotExist."""
    of_it = {"conference_id": conference_id}
    return compose(
        Conference.objects.get(id=conference_id),
        Participant.objects.filter(**of_it).order_by("id"),
        Call.objects.filter(**of_it, participant__isnull=False).order_by("id"),
        sightings_of(conference_id),
        events_of(conference_id),
        Announcement.objects.filter(**of_it).order_by("id"),
        now=timezone.now(),
    )


def sightings_of(conference_id: str) -> QuerySet[CallEvent]:
    """Not by their conference: a leg may be seen in the room before we know that it was let in."""
    return CallEvent.objects.filter(call__conference_id=conference_id, kind__in=SIGHTINGS)


def events_of(conference_id: str) -> QuerySet[CallEvent]:
    """How the texts fared, and what was done."""
    events = CallEvent.objects.filter(conference_id=conference_id, kind__in=TEXTS | DEEDS)
    return events.select_related("call").order_by("id")
