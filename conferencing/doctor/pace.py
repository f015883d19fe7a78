"""CALLS_PER_SECOND against the number of people whom a conference calls."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count

from calls.models import Conference, Participant
from calls.states import Mode
from conferencing.doctor.findings import Finding, ok, warning

_LOOKED_AT = 500  # of the newest conferences
_TOO_LONG = 30  # seconds that the first to answer waits for the last to be called


def findings() -> Iterator[Finding]:
    pace = settings.CALLS_PER_SECOND
    called = _most_called()
    if not called:
        yield ok(f"{pace:g} call(s) a second; nobody has been called so far.")
        return
    seconds = called / pace
    says = (
        f"The largest of the last conferences called {called} people: at {pace:g} call(s) a second"
        f" that takes {seconds:.0f} seconds"
    )
    if seconds <= _TOO_LONG:
        yield ok(f"{says}.")
    else:
        yield warning(
            f"{says}, and the first waits for the last.",
            "Have Twilio raise the account's calls per second, then CALLS_PER_SECOND.",
        )


def _most_called() -> int:
    newest = list(Conference.objects.order_by("-id").values_list("id", flat=True)[:_LOOKED_AT])
    people = Participant.objects.filter(conference__in=newest, mode=Mode.DIAL_OUT)
    sizes = people.values("conference").annotate(called=Count("id")).order_by("-called")
    return int(sizes[0]["called"]) if sizes else 0
