"""What the database itself promises, each promise provoked."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from calls.models import Announcement, Call, CallEvent, Line, Voicemail
from calls.states import ConferenceStatus, EndReason, EventKind, LineAction, Mode, VoicemailStatus
from calls.tests import rows

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@contextmanager
def refused(constraint: str = "") -> Iterator[None]:
    """The database refuses what happens inside. SQLite does not name unique constraints."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    text = str(error.value)
    assert constraint in text or "UNIQUE constraint failed" in text


WAITING = {"status": ConferenceStatus.WAITING}
LIVE = {"status": ConferenceStatus.LIVE, "started_at": rows.NINE, "ends_at": rows.after(300)}
ENDED = {
    "status": ConferenceStatus.ENDED,
    "end_reason": EndReason.NO_SHOW,
    "ended_at": rows.after(600),
}


@pytest.mark.parametrize("state", [WAITING, LIVE, ENDED])
def test_a_conference_as_it_should_be(state: dict[str, Any]) -> None:
    assert rows.a_conference(**state).pk


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("conference_status_legal", {"status": "paused"}),
        ("conference_end_reason_legal", ENDED | {"end_reason": "bored"}),
        ("conference_live_has_deadline", LIVE | {"ends_at": None}),
        ("conference_live_has_deadline", LIVE | {"started_at": None}),
        ("conference_open_holds_code", WAITING | {"code_held": False}),
        ("conference_open_holds_code", LIVE | {"end_reason": EndReason.TIME_LIMIT}),
        ("conference_ended_says_why", ENDED | {"end_reason": ""}),
        ("conference_ended_says_why", ENDED | {"ended_at": None}),
    ],
)
def test_a_conference_as_it_must_not_be(constraint: str, columns: dict[str, Any]) -> None:
    with refused(constraint):
        rows.a_conference(**columns)


def test_two_open_conferences_never_have_one_code() -> None:
    rows.a_conference(code="4711")
    with refused("conference_one_open_code"):
        rows.a_conference(code="4711")


def test_nor_does_one_take_the_code_of_one_that_ended_a_short_while_ago() -> None:
    rows.a_conference(code="4711", **ENDED)
    with refused("conference_one_open_code"):
        rows.a_conference(code="4711")


def test_a_code_that_was_released_can_be_drawn_again_and_again() -> None:
    for _ in range(2):
        rows.a_conference(code="4711", code_held=False, **ENDED)
    assert rows.a_conference(code="4711").pk


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("participant_status_legal", {"status": "asleep"}),
        ("participant_mode_legal", {"mode": "dial_around"}),
        ("participant_text_legal", {"text_status": "lost"}),
    ],
)
def test_a_participant_has_legal_words_only(constraint: str, columns: dict[str, Any]) -> None:
    with refused(constraint):
        rows.a_participant(**columns)


def test_a_number_is_in_a_conference_once_per_mode() -> None:
    conference = rows.a_conference()
    rows.a_participant(conference, mode=Mode.DIAL_OUT)
    rows.a_participant(conference, mode=Mode.DIAL_IN)
    rows.a_participant(mode=Mode.DIAL_OUT)  # in another conference
    with refused("participant_once_per_mode"):
        rows.a_participant(conference, mode=Mode.DIAL_OUT)


def test_any_number_of_people_may_withhold_theirs() -> None:
    conference = rows.a_conference()
    for _ in range(2):
        rows.a_participant(conference, phone_number=None, mode=Mode.DIAL_IN, invited=False)


def test_a_text_belongs_to_one_person() -> None:
    rows.a_participant(text_sid="SM1")
    with refused():
        rows.a_participant(text_sid="SM1")


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("call_status_legal", {"status": "in-progress"}),  # Twilio's word, not ours
        ("call_direction_legal", {"direction": "outbound-api"}),
        ("call_outcome_legal", {"outcome": "nice"}),
    ],
)
def test_a_leg_has_legal_words_only(constraint: str, columns: dict[str, Any]) -> None:
    with refused(constraint):
        Call.objects.create(**{"direction": "inbound", "to_number": rows.DIAL_IN} | columns)


def test_an_external_id_belongs_to_one_leg() -> None:
    rows.a_leg_from(sid="CA1")
    with refused():
        Call.objects.create(sid="CA1", direction="inbound", to_number=rows.DIAL_IN)
    for _ in range(2):  # but many may have none yet
        Call.objects.create(direction="outbound", to_number=rows.GUEST)


def test_an_event_has_a_key_of_its_own() -> None:
    CallEvent.objects.create(key="once", kind=EventKind.MENU, at=rows.NINE)
    with refused():
        CallEvent.objects.create(key="once", kind=EventKind.OPENED, at=rows.NINE)


def test_an_announcement_has_a_legal_status() -> None:
    with refused("announcement_status_legal"):
        Announcement.objects.create(conference=rows.a_conference(), text="Hush.", status="sung")


def test_an_event_has_a_legal_kind() -> None:
    with refused("event_kind_legal"):
        CallEvent.objects.create(key="odd", kind="sneezed", at=rows.NINE)


def test_a_number_is_one_line() -> None:
    Line.objects.create(number=rows.DIAL_IN)
    with refused():
        Line.objects.create(number=rows.DIAL_IN)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("line_default_legal", {"default_action": "dance"}),
        ("line_closed_legal", {"closed_action": "dance"}),
    ],
)
def test_a_line_has_legal_words_only(constraint: str, columns: dict[str, Any]) -> None:
    with refused(constraint):
        Line.objects.create(number=rows.DIAL_IN, **columns)


def test_a_key_does_one_thing_and_a_phone_rings_once() -> None:
    line = Line.objects.create(number=rows.DIAL_IN)
    line.options.create(digit="1", action=LineAction.FORWARD)
    line.targets.create(number=rows.GUEST)
    with refused("line_option_once"):
        line.options.create(digit="1", action=LineAction.VOICEMAIL)
    with refused("line_option_legal"):
        line.options.create(digit="2", action="dance")
    with refused("forward_target_once"):
        line.targets.create(number=rows.GUEST)


@pytest.mark.parametrize(
    ("constraint", "columns"),
    [
        ("voicemail_status_legal", {"status": "singing"}),
        ("voicemail_kept_has_audio", {"status": VoicemailStatus.KEPT}),
        ("voicemail_kept_has_audio", {"status": VoicemailStatus.KEPT, "audio": "a.wav"}),
    ],
)
def test_a_voicemail_has_legal_words_and_its_audio(
    constraint: str, columns: dict[str, Any]
) -> None:
    with refused(constraint):
        Voicemail.objects.create(call=rows.a_leg_from(), **columns)


def test_what_happened_cannot_be_deleted_from_under_its_events() -> None:
    person = rows.a_participant()
    rows.a_leg_to(person)
    for record in (person, person.conference):
        with pytest.raises(ProtectedError):
            record.delete()


def test_every_constraint_of_ours_is_provoked_here(request: pytest.FixtureRequest) -> None:
    """A new constraint without its test fails here."""
    source = request.path.read_text()
    named = {
        constraint.name
        for model in apps.get_app_config("calls").get_models()
        for constraint in model._meta.constraints
    }
    assert {name for name in named if f'"{name}"' not in source} == set()
