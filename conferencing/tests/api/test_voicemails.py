"""`/voicemails`: a message is listed, heard, sought in; only for those who may."""

import hashlib
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Voicemail
from calls.states import Direction, EventKind, LegStatus, VoicemailStatus
from conferencing.models import ApiKey
from conferencing.tests.api.conftest import Api

pytestmark = pytest.mark.django_db

AUDIO = bytes(range(256)) * 40


@pytest.fixture
def staff(settings: Any, tmp_path: Any) -> Api:
    settings.MEDIA_ROOT = tmp_path
    return Api(ApiKey.issue("staff", staff=True))


def message_left(status: VoicemailStatus = VoicemailStatus.KEPT) -> Voicemail:
    """A caller has left a message, which has come as far as `status`."""
    call = Call(
        sid="CA" + f"{Call.objects.count():032d}",
        direction=Direction.INBOUND,
        from_number="+12125550103",
        to_number="+12125550101",
        status=LegStatus.IN_PROGRESS,
    )
    journal.new_leg(call)
    message = journal.ask_message(call)
    route = [VoicemailStatus.FETCHING, VoicemailStatus.KEPT]
    for step in route[: route.index(status) + 1] if status in route else [status]:
        columns: dict[str, Any] = {}
        if step is VoicemailStatus.KEPT:
            stored = message.audio.storage.save("vm.wav", ContentFile(AUDIO))
            digest = hashlib.sha256(AUDIO).hexdigest()
            columns = {"audio": stored, "sha256": digest, "content_type": "audio/x-wav"}
        happening = Happening(kind=EventKind.MESSAGE_LEFT, key=f"{message.id}:{step}")
        journal.move_message(message.id, step, happening, **columns)
    message.refresh_from_db()
    return message


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in answer.json()["results"]]


def test_messages_are_listed_newest_first(staff: Api) -> None:
    first, second = message_left(), message_left(VoicemailStatus.FETCHING)

    assert ids(staff.get("voicemails")) == [second.id, first.id]


def test_a_caller_who_said_nothing_left_no_message(staff: Api) -> None:
    message = message_left(VoicemailStatus.ABSENT)

    assert ids(staff.get("voicemails")) == []
    assert staff.get(f"voicemails/{message.id}").status_code == 404
    assert staff.get(f"calls/{message.call_id}").json()["voicemail"] is None


def test_the_call_names_its_message(staff: Api) -> None:
    message = message_left()

    assert staff.get(f"calls/{message.call_id}").json()["voicemail"] == message.id


def test_heard_and_new_again(staff: Api) -> None:
    message = message_left()
    assert ids(staff.get("voicemails", heard="false")) == [message.id]

    told = staff.send("PATCH", f"voicemails/{message.id}", '{"heard": true}').json()

    assert told["heard"] is True
    assert told["heard_at"] <= timezone.now().isoformat()
    assert ids(staff.get("voicemails", heard="false")) == []
    assert ids(staff.get("voicemails", heard="true")) == [message.id]
    again = staff.send("PATCH", f"voicemails/{message.id}", '{"heard": false}').json()
    assert (again["heard"], again["heard_at"]) == (False, None)


@pytest.mark.parametrize("body", ["{}", '{"heard": "yes"}', '{"heard": true, "by": 1}', "[]", "{"])
def test_a_mark_that_makes_no_sense_is_refused(staff: Api, body: str) -> None:
    message = message_left()

    assert staff.send("PATCH", f"voicemails/{message.id}", body).status_code == 400


def test_a_filter_that_makes_no_sense_is_named(staff: Api) -> None:
    assert staff.get("voicemails", heard="perhaps").json()["errors"][0]["attr"] == "heard"


def test_a_part_of_the_audio(staff: Api) -> None:
    message = message_left()
    url = f"voicemails/{message.id}/audio"

    whole = staff.send("GET", url)
    part = staff.send("GET", url, headers={"Range": "bytes=300-399", "Accept": "audio/*"})

    assert b"".join(whole) == AUDIO
    assert (part.status_code, b"".join(part)) == (206, AUDIO[300:400])
    assert part["X-Content-Type-Options"] == "nosniff"


def test_audio_that_we_do_not_have_is_404_in_the_one_shape(staff: Api) -> None:
    message = message_left(VoicemailStatus.FETCHING)

    answer = staff.get(f"voicemails/{message.id}/audio")

    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_messages_are_for_staff(staff: Api, api: Api) -> None:
    message = message_left()

    assert ids(api.get("voicemails")) == []
    for path in ("", "/audio"):
        assert api.get(f"voicemails/{message.id}{path}").status_code == 404
    read_only = Api(ApiKey.issue("eyes", staff=True, read_only=True))
    assert read_only.get(f"voicemails/{message.id}").status_code == 200
    answer = read_only.send("PATCH", f"voicemails/{message.id}", '{"heard": true}')
    assert answer.status_code == 403


def test_a_list_costs_the_same_queries_for_any_number(
    staff: Api, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        message_left()

    with django_assert_num_queries(2):
        staff.get("voicemails")
