"""What a key may see: its own conferences and all their calls; a staff key sees everything."""

from django.db.models import Prefetch, QuerySet

from calls.models import Call, CallEvent, Conference, Participant, Voicemail
from calls.states import LEFT_A_MESSAGE
from conferencing.models import ApiKey


def conferences(key: ApiKey) -> QuerySet[Conference]:
    """With their people, in a fixed number of queries."""
    rows = Conference.objects.all() if key.staff else Conference.objects.filter(owner=key.id)
    people = Participant.objects.select_related("current_call").order_by("id")
    inside = Call.objects.filter(in_room_since__isnull=False)
    return rows.prefetch_related(
        Prefetch("participants", people), Prefetch("legs", inside, to_attr="legs_inside")
    )


def calls(key: ApiKey) -> QuerySet[Call]:
    """A call that belongs to no conference is seen by staff keys only."""
    rows = Call.objects.select_related("line", "voicemail")
    return rows if key.staff else rows.filter(conference__owner=key.id)


def voicemails(key: ApiKey) -> QuerySet[Voicemail]:
    """Messages that somebody left: those of which the network has, or had, a recording."""
    rows = Voicemail.objects.filter(status__in=LEFT_A_MESSAGE).select_related("call__line")
    return rows if key.staff else rows.filter(call__conference__owner=key.id)


def events(key: ApiKey) -> QuerySet[CallEvent]:
    rows = CallEvent.objects.all()
    return rows if key.staff else rows.filter(conference__owner=key.id)
