"""What a key may see: its own conferences and all their calls; a staff key sees everything."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from calls.models import Call, CallEvent, Conference, Participant, Voicemail
from calls.states import LEFT_A_MESSAGE, LEG_OPEN
from conferencing.models import ApiKey, Order, OrderKind


def messages(*, heard: bool) -> tuple[Q, ...]:
    """What the network has, or had, a recording of: conditions that an index answers each."""
    return tuple(Q(status=each, heard_at__isnull=not heard) for each in sorted(LEFT_A_MESSAGE))


def conferences(key: ApiKey) -> QuerySet[Conference]:
    """With their people, in a fixed number of queries."""
    rows = Conference.objects.all() if key.staff else Conference.objects.filter(owner=key.id)
    people = Participant.objects.select_related("current_call").order_by("id")
    hung_up = Order.objects.filter(kind=OrderKind.HANG_UP, call=OuterRef("pk"))
    open_legs = Call.objects.filter(status__in=LEG_OPEN).annotate(to_be_hung_up=Exists(hung_up))
    return rows.prefetch_related(
        Prefetch("participants", people, to_attr="people"),
        Prefetch("legs", open_legs, to_attr="open_legs"),
    )


def just_opened(conference: Conference, everybody: list[Participant]) -> Conference:
    """A conference as `conferences` reads it, from the rows that have just been written."""
    conference.people = everybody  # type: ignore[attr-defined]
    conference.open_legs = []  # type: ignore[attr-defined]
    return conference


def people(conference: Conference) -> list[Participant]:
    """Of a conference that was read by `conferences`."""
    everybody: list[Participant] = conference.people  # type: ignore[attr-defined]
    return everybody


def calls(key: ApiKey) -> QuerySet[Call]:
    """A call that belongs to no conference is seen by staff keys only."""
    rows = Call.objects.select_related("line", "voicemail")
    return rows if key.staff else rows.filter(owner=key.id)


def legs_of(key: ApiKey, conference: Conference) -> QuerySet[Call]:
    """The calls to and from its people, the first one first."""
    return calls(key).filter(conference=conference, participant__isnull=False).order_by("id")


def voicemails(key: ApiKey) -> QuerySet[Voicemail]:
    """Also those that are no `messages`: of which nothing is known yet, or that were not left."""
    rows = Voicemail.objects.select_related("call__line")
    return rows if key.staff else rows.filter(call__owner=key.id)


def events(key: ApiKey) -> QuerySet[CallEvent]:
    rows = CallEvent.objects.all()
    return rows if key.staff else rows.filter(conference__owner=key.id)
