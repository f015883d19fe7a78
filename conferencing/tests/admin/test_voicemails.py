"""Voicemails in the admin: heard, noted, deleted; not by everybody."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from calls import journal
from calls.journal import Happening
from calls.models import Call, Voicemail
from calls.states import Direction, EventKind, LegStatus, VoicemailStatus
from conferencing.models import Lane

LIST = "/admin/calls/voicemail/"


@pytest.fixture
def message(db: None, settings: Any, tmp_path: Any) -> Voicemail:
    """Somebody has left one, and we keep its audio."""
    settings.MEDIA_ROOT = tmp_path
    call = Call(
        sid="CA" + "1" * 32,
        direction=Direction.INBOUND,
        from_number="+12125550103",
        to_number="+12125550101",
        status=LegStatus.IN_PROGRESS,
    )
    journal.new_leg(call)
    left = journal.ask_message(call)
    stored = left.audio.storage.save("vm.wav", ContentFile(b"RIFF"))
    for status, columns in [
        (VoicemailStatus.FETCHING, {}),
        (VoicemailStatus.KEPT, {"audio": stored, "sha256": "0" * 64}),
    ]:
        told = Happening(kind=EventKind.MESSAGE_LEFT, key=f"{left.id}:{status}")
        journal.move_message(left.id, status, told, **columns)
    left.refresh_from_db()
    return left


def test_it_is_listed_and_can_be_played(chief: Client, message: Voicemail) -> None:
    assert "+1 212-555-0103" in chief.get(LIST).content.decode()

    page = chief.get(f"{LIST}{message.id}/change/").content.decode()

    assert f"/admin/activity/voicemails/{message.id}/audio" in page


def test_a_note_is_kept_and_told_of(chief: Client, message: Voicemail) -> None:
    chief.post(f"{LIST}{message.id}/change/", {"note": "<b>Call back</b>"})

    message.refresh_from_db()
    assert message.note == "<b>Call back</b>"
    assert message.call.events.filter(kind=EventKind.MESSAGE_NOTED).exists()
    assert "<b>Call" not in chief.get(LIST).content.decode()


def test_deleting_leaves_the_row(chief: Client, message: Voicemail, nudges: list[Lane]) -> None:
    answer = chief.post(f"{LIST}{message.id}/delete/", {"post": "yes"})

    assert answer.status_code == 302
    message.refresh_from_db()
    assert (message.status, message.audio.name) == (VoicemailStatus.DELETED, "")
    page = chief.get(f"{LIST}{message.id}/change/").content.decode()
    assert "There is no audio" in page
    assert chief.post(f"{LIST}{message.id}/delete/", {"post": "yes"}).status_code == 403


def test_who_may_only_look_changes_nothing(viewer: Client, message: Voicemail) -> None:
    assert viewer.get(f"{LIST}{message.id}/change/").status_code == 200
    assert viewer.post(f"{LIST}{message.id}/change/", {"note": "x"}).status_code == 403
    assert viewer.post(f"{LIST}{message.id}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("term", ["(212) 555-0103", "id", "CA" + "1" * 32])
def test_it_is_found(chief: Client, message: Voicemail, term: str) -> None:
    found = chief.get(LIST, {"q": message.id if term == "id" else term})

    assert "+1 212-555-0103" in found.content.decode()
    assert "+1 212-555-0103" not in chief.get(LIST, {"q": "+12125550104"}).content.decode()
