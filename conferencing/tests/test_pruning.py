"""`manage.py prune`: what is settled goes, the ledger stays; old calls go only when asked for."""

from datetime import timedelta
from io import StringIO
from itertools import takewhile
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError
from django.utils import timezone

from calls.journal import removal
from calls.models import Call, CallEvent, Conference, Participant, Voicemail
from calls.states import ConferenceStatus, EndReason, LegStatus, VoicemailStatus
from conferencing import answers, pruning
from conferencing.models import (
    Enquiry,
    Guess,
    Heartbeat,
    IdempotencyKey,
    Order,
    OrderKind,
    OrderState,
)
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    STRANGER,
    called,
    dials_in,
    hangs_up,
    invited,
    leg_of,
    opened,
    person,
    rings_in,
    takes_part,
    texted,
    types,
    wrong,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

LEDGER = (Conference, Participant, Call, CallEvent, Voicemail)


def prune(*options: str) -> str:
    out = StringIO()
    call_command("prune", *options, stdout=out)
    return out.getvalue()


def about_calls(told: str) -> list[str]:
    """What was told of conferences and calls, without the noughts."""
    lines = takewhile(lambda line: "settled orders" not in line, told.splitlines())
    return [line for line in lines if not line.startswith("0 ")]


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in LEDGER}


def invitations() -> int:
    """Orders of the kinds that leave all they did in events."""
    return Order.objects.filter(kind__in=pruning._LEAVES_EVENTS).count()


def held(clock: time_machine.Traveller) -> Conference:
    """A conference of two that was held, and is over."""
    conference = invited(texted(ANNA), called(BERT))
    dialled = dials_in(ANNA, conference)
    rung = takes_part(leg_of(person(conference, BERT)))
    clock.shift(60)
    for leg in (dialled, rung):
        hangs_up(leg)
    Conference.objects.filter(id=conference.id).update(
        status=ConferenceStatus.ENDED,
        end_reason=EndReason.EVERYONE_LEFT,
        ended_at=timezone.now(),
        code_held=False,
    )
    Order.objects.exclude(state=OrderState.DONE).update(
        state=OrderState.DONE, settled_at=timezone.now()
    )
    return conference


def a_message(clock: time_machine.Traveller) -> Voicemail:
    """A call to the main line that left one, and is over."""
    call = Call.objects.create(direction="inbound", from_number=STRANGER, to_number="+12125550101")
    message = Voicemail.objects.create(
        call=call, status=VoicemailStatus.KEPT, sha256="0" * 64, audio=ContentFile(b"RIFF", "a.wav")
    )
    clock.shift(30)
    Call.objects.filter(id=call.id).update(status=LegStatus.COMPLETED, ended_at=timezone.now())
    return message


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# --- What goes by itself ------------------------------------------------------------------------


def test_settled_orders_go_and_the_ledger_stays(
    net: PaperNetwork, clock: time_machine.Traveller
) -> None:
    held(clock)
    before, orders = rows(), invitations()
    assert orders >= 2
    clock.shift(timedelta(days=29))
    prune()
    assert invitations() == orders, "settled less than thirty days ago"
    clock.shift(timedelta(days=2))
    assert f"{orders} settled orders deleted." in prune()
    assert invitations() == 0
    assert rows() == before


def test_orders_of_what_is_open_stay(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    """Their keys are what keeps a person from being called twice."""
    conference = invited(called(BERT))
    Order.objects.update(settled_at=timezone.now() - timedelta(days=90))
    prune()
    assert Order.objects.filter(conference=conference, state=OrderState.DONE).count() == 1


def test_an_order_that_is_due_stays_however_old(
    net: PaperNetwork, clock: time_machine.Traveller
) -> None:
    held(clock)
    Order.objects.update(state=OrderState.DUE, settled_at=None)
    clock.shift(timedelta(days=400))
    prune()
    assert Order.objects.exists()


def test_orders_that_leave_no_event_stay(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    """Of a new kind nobody has said yet that its deed stands elsewhere."""
    conference = held(clock)
    Order.to_do(
        OrderKind.MUTE,
        "part_1",
        conference_id=conference.id,
        state=OrderState.DONE,
        settled_at=timezone.now(),
    ).save()
    clock.shift(timedelta(days=400))
    prune()
    assert Order.objects.filter(kind=OrderKind.MUTE).exists()


def test_guesses_go_after_their_day(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    conference = invited(texted(ANNA))
    leg = rings_in(STRANGER)
    types(leg, wrong(conference.code))
    hangs_up(leg)
    clock.shift(timedelta(hours=23))
    prune()
    assert Guess.objects.count() == 1, "it still counts in the day's sum"
    clock.shift(timedelta(hours=2))
    assert "1 old guesses deleted." in prune()


def test_expired_answers_and_silent_programs_go(clock: time_machine.Traveller) -> None:
    answers.claim("key_1", "abc", "0" * 64)
    Heartbeat.seen(Heartbeat.WORKER)
    Enquiry.objects.create(about="call_1", asked_at=timezone.now())
    clock.shift(timedelta(hours=25))
    Heartbeat.seen(Heartbeat.SWEEP)
    prune()
    assert IdempotencyKey.objects.count() == 0
    assert Heartbeat.objects.count() == 2
    clock.shift(timedelta(days=30))
    Heartbeat.seen(Heartbeat.SWEEP)
    prune()
    assert [each.name for each in Heartbeat.objects.all()] == [Heartbeat.SWEEP]
    assert Enquiry.objects.count() == 0


def test_a_dry_run_deletes_nothing(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    held(clock)
    a_message(clock)
    clock.shift(timedelta(days=40))
    before, orders = rows(), invitations()
    day = timezone.now().date().isoformat()
    with pytest.raises(CommandError, match="not a day ago"):
        prune(
            "--dry-run", "--calls-before", (timezone.now() + timedelta(days=1)).date().isoformat()
        )
    clock.shift(timedelta(days=2))
    told = prune("--dry-run", "--calls-before", day)
    assert f"{orders} settled orders would be deleted." in told
    assert "1 conferences would be deleted." in told
    assert "2 participants would be deleted." in told
    assert "3 calls would be deleted." in told
    assert "1 voicemails would be deleted." in told
    assert (rows(), invitations()) == (before, orders)


# --- What goes when it is asked for -------------------------------------------------------------


def test_old_calls_go_whole(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    held(clock)
    rings = rings_in(STRANGER)
    types(rings, "0000")
    hangs_up(rings)
    message = a_message(clock)
    forwarded = Call.objects.create(
        direction="outbound", to_number=BERT, parent=message.call, status=LegStatus.COMPLETED
    )
    file = message.audio
    assert file.storage.exists(file.name)
    clock.shift(timedelta(days=100))
    kept = held(clock)
    kept_message = a_message(clock)
    clock.shift(timedelta(days=10))
    day = (timezone.now() - timedelta(days=30)).date().isoformat()
    promised = prune("--dry-run", "--calls-before", day)
    told = prune("--calls-before", day).replace("deleted", "would be deleted")
    assert about_calls(told) == about_calls(promised)
    assert list(Conference.objects.all()) == [kept]
    assert Participant.objects.count() == 2
    assert not Call.objects.filter(id=forwarded.id).exists()
    assert list(Voicemail.objects.all()) == [kept_message]
    assert not file.storage.exists(file.name)
    assert kept_message.audio.storage.exists(kept_message.audio.name)
    assert not CallEvent.objects.exclude(conference=kept).exclude(conference=None).exists()
    assert Call.objects.filter(conference=kept).count() == 2


def test_what_is_open_stays_however_old(net: PaperNetwork, clock: time_machine.Traveller) -> None:
    conference = opened()
    clock.shift(timedelta(days=400))
    ringing = Call.objects.create(direction="inbound", to_number="+12125550101", status="ringing")
    prune("--calls-before", "2026-06-01")
    assert Conference.objects.get() == conference
    assert Call.objects.get() == ringing


def test_it_goes_in_batches(
    net: PaperNetwork, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "_CONFERENCES_AT_ONCE", 1)
    monkeypatch.setattr(pruning, "_AT_ONCE", 1)
    for _ in range(3):
        held(clock)
    clock.shift(timedelta(days=60))
    told = prune("--calls-before", (timezone.now() - timedelta(days=30)).date().isoformat())
    assert "3 conferences deleted." in told
    assert rows() == dict.fromkeys(rows(), 0)


def test_audio_that_cannot_be_deleted_holds_up_nothing(
    net: PaperNetwork, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: Any) -> None:
        raise PermissionError("read-only")

    a_message(clock)
    monkeypatch.setattr("django.core.files.storage.FileSystemStorage.delete", refuses)
    clock.shift(timedelta(days=60))
    prune("--calls-before", (timezone.now() - timedelta(days=30)).date().isoformat())
    assert not Voicemail.objects.exists()


def test_nothing_is_left_that_would_protect_them(
    net: PaperNetwork, clock: time_machine.Traveller
) -> None:
    """Tables that refer to a conference go with it, whichever app they are of."""
    conference = held(clock)
    with pytest.raises(ProtectedError):
        conference.delete()
    assert removal.remove([conference.id], [])["orders"] >= 2
    assert Order.objects.count() == 0


@pytest.mark.parametrize("written", ["yesterday", "2026-13-01", "31.12.2025"])
def test_a_day_that_is_none_is_said(written: str) -> None:
    with pytest.raises(CommandError, match="write it like 2025-12-31"):
        prune("--calls-before", written)


def test_days_must_be_days() -> None:
    with pytest.raises(CommandError, match="--days"):
        prune("--days", "0")
