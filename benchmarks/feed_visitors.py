"""Who asks both databases: somebody in the office, two programs, and the telephone network."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from benchmarks import forms
from benchmarks.feed_databases import Databases, Size
from benchmarks.feed_rows import MAIN, OWNER, RARE
from benchmarks.letters import Letter, Sender
from calls.models import Call, Conference
from calls.states import Direction, LegStatus
from conferencing.models import ApiKey


def client(databases: Databases, size: Size) -> Client:
    with databases.using(size):
        client = Client()
        client.force_login(User.objects.get(username="chief"))
        return client


def a_conference(databases: Databases, size: Size) -> str:
    with databases.using(size):
        ended = Conference.objects.filter(ended_at__isnull=False).order_by("-id")
        return str(ended[0].id)


def keys(databases: Databases, size: Size) -> dict[bool, str]:
    """One that sees everything, and one that sees its own: every second conference."""
    with databases.using(size):
        ApiKey.objects.filter(name="benchmark").delete()
        keys = {staff: ApiKey.issue("benchmark", staff=staff) for staff in (True, False)}
        ApiKey.objects.filter(digest=ApiKey.digest_of(keys[False])).update(id=OWNER)
        return keys


def webhooks(databases: Databases, clients: dict[Size, Client], rounds: int) -> Callable[[], None]:
    """Each look is the end of another call, which came in just now."""
    sender = Sender(settings.PUBLIC_BASE_URL, settings.TWILIO_AUTH_TOKEN)
    waiting = {size: _calls_under_way(databases, size, rounds + 5) for size in Size}

    def end_one() -> None:
        sid, caller = waiting[databases.now].pop()
        form = forms.call(0, caller, MAIN, "completed", "inbound")
        form |= {"CallSid": sid, "CallDuration": "31"}
        answer = clients[databases.now].post(
            "/twilio/status",
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": sender.signature(Letter("/twilio/status", form))},
        )
        assert answer.status_code == 204, answer

    return end_one


def _calls_under_way(databases: Databases, size: Size, count: int) -> list[tuple[str, str]]:
    """Their SIDs and callers."""
    start, now = int(timezone.now().timestamp() * 1_000_000), timezone.now()
    with databases.using(size):
        Call.objects.bulk_create(
            Call(
                sid=forms.sid(start + number),
                direction=Direction.INBOUND,
                from_number=RARE,
                to_number=MAIN,
                line_id="line_main",
                status=LegStatus.IN_PROGRESS,
                answered_at=now,
            )
            for number in range(count)
        )
    return [(forms.sid(start + number), RARE) for number in range(count)]
