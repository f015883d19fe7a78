"""In the room, by REST: more time, a word to all, a lock, silence, hold, once more."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from calls.models import Announcement, Call, CallEvent, Conference, Participant
from calls.states import EventKind
from conferencing.models import Lane, Order
from conferencing.tests import people
from conferencing.tests.api.conftest import Api, problems, two_people
from conferencing.tests.network import PaperNetwork

pytestmark = pytest.mark.django_db

ANN, BOB = "+12125550103", "+12125550104"


class Meeting:
    """A conference that a test talks to; Ann dials in, Bob is called."""

    def __init__(self, api: Api, **more: Any) -> None:
        self.api = api
        self.id = api.post("conferences", {**two_people(), **more}).json()["id"]

    @property
    def row(self) -> Conference:
        return Conference.objects.get(id=self.id)

    def seen(self) -> dict[str, Any]:
        told: dict[str, Any] = self.api.get(f"conferences/{self.id}").json()
        return told

    def path_of(self, number: str) -> str:
        return f"conferences/{self.id}/participants/{people.person(self.row, number).id}"

    def told_of(self, number: str) -> dict[str, Any]:
        person = people.person(self.row, number).id
        return next(each for each in self.seen()["participants"] if each["id"] == person)

    def comes(self, number: str) -> Call:
        return people.dials_in(number, self.row)

    def ask(self, verb: str, body: Any = None, **headers: str) -> Any:
        return self.api.post(f"conferences/{self.id}/{verb}", body, **headers)

    def change(self, number: str, **changes: Any) -> Any:
        return self.api.patch(self.path_of(number), changes)


@pytest.fixture
def meeting(api: Api, net: PaperNetwork) -> Meeting:
    return Meeting(api)


@pytest.fixture
def live(meeting: Meeting) -> Meeting:
    """Ann is in the room."""
    people.work()
    meeting.comes(ANN)
    return meeting


def last_word(kind: EventKind) -> dict[str, Any]:
    detail: dict[str, Any] = CallEvent.objects.filter(kind=kind).latest("id").detail
    return detail


# --- More time ----------------------------------------------------------------------------------


def test_it_lasts_longer(live: Meeting) -> None:
    before = live.row.ends_at
    answer = live.ask("extend", {"seconds": 60})
    assert answer.status_code == 200, answer.content
    assert before
    assert live.row.ends_at == before + timedelta(seconds=60)
    assert answer.json() == {**answer.json(), "id": live.id, "ends_at": live.seen()["ends_at"]}
    assert last_word(EventKind.EXTENDED)["by"] == "API key a client"


def test_sent_again_with_its_key_it_is_extended_once(live: Meeting) -> None:
    key = {"Idempotency-Key": "more"}
    first, again = (live.ask("extend", {"seconds": 60}, **key) for _ in range(2))
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.json()["code"] == live.row.code
    assert CallEvent.objects.filter(kind=EventKind.EXTENDED).count() == 1


def test_not_before_it_began_nor_after_its_end_nor_for_ever(meeting: Meeting) -> None:
    assert "not begun" in refused(meeting.ask("extend", {"seconds": 60}))
    meeting.comes(ANN)
    before = meeting.row.ends_at
    assert "in all" in refused(meeting.ask("extend", {"seconds": 14_400}))
    assert meeting.row.ends_at == before
    meeting.ask("end")
    assert "over" in refused(meeting.ask("extend", {"seconds": 60}))


def refused(response: Any, status: int = 409) -> str:
    assert response.status_code == status, response.content
    return problems(response)[None]


# --- A word to all, or to one -------------------------------------------------------------------


def test_a_text_is_said_to_all(live: Meeting, net: PaperNetwork) -> None:
    said = 'Anna "the boss" says: 🎉 & <b>'
    answer = live.ask("announce", {"text": said})
    assert answer.status_code == 202, answer.content
    told = answer.json()
    assert told["id"].startswith("ann_")
    assert (told["text"], told["participant"], told["status"]) == (said, None, "asked")
    assert (told["conference"], told["asked_by"]) == (live.id, "API key a client")
    assert (told["said_at"], told["error"]) == (None, None)
    people.work()
    assert net.announced == [(told["id"], "")]


def test_a_text_is_said_to_one(live: Meeting, net: PaperNetwork) -> None:
    ann = people.person(live.row, ANN)
    told = live.ask("announce", {"text": "Only you.", "participant": ann.id}).json()
    assert told["participant"] == ann.id
    people.work()
    assert net.announced == [(told["id"], people.leg_of(ann).sid)]


def test_who_is_to_hear_it_must_be_of_this_conference(live: Meeting, api: Api) -> None:
    elsewhere = people.person(Meeting(api).row, ANN).id
    for stranger in (elsewhere, "part_nobody", live.id):
        answer = live.ask("announce", {"text": "Hello", "participant": stranger})
        assert answer.status_code == 400
        assert "participants" in problems(answer)["participant"]
    assert not Announcement.objects.exists()


def test_nobody_is_there_to_hear_it(meeting: Meeting) -> None:
    assert "Nobody" in refused(meeting.ask("announce", {"text": "Hello?"}))
    people.work()
    meeting.comes(ANN)
    bob = people.person(meeting.row, BOB).id
    assert BOB in refused(meeting.ask("announce", {"text": "Hello?", "participant": bob}))
    meeting.ask("end")
    assert "over" in refused(meeting.ask("announce", {"text": "Hello?"}))


def test_too_many_in_a_minute_are_told_when_to_come_again(
    live: Meeting, settings: Settings
) -> None:
    settings.ANNOUNCEMENTS_PER_MINUTE = 2
    key = {"Idempotency-Key": "third"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(2):
            assert live.ask("announce", {"text": "Hello"}).status_code == 202
        clock.shift(20)
        third = live.ask("announce", {"text": "Hello"}, **key)
        assert "2 announcements a minute" in refused(third, status=429)
        assert third.json()["errors"][0]["code"] == "too_often"
        assert third.headers["Retry-After"] == "40"
        clock.shift(41)
        assert live.ask("announce", {"text": "Hello"}, **key).status_code == 202


# --- The lock -----------------------------------------------------------------------------------


def test_nobody_new_while_it_is_locked(live: Meeting) -> None:
    locked = live.ask("lock", {"reason": "We have begun."})
    assert locked.status_code == 202
    assert (locked.json()["locked"], locked.json()["lock_reason"]) == (True, "We have begun.")
    cleo = {"phone_number": "+12125550105", "mode": "dial_out"}
    assert "locked" in refused(live.ask("participants", cleo))
    unlocked = live.ask("unlock")
    assert unlocked.status_code == 202
    assert (unlocked.json()["locked"], unlocked.json()["lock_reason"]) == (False, None)
    assert live.ask("participants", cleo).status_code == 201


def test_what_is_so_already_succeeds(live: Meeting) -> None:
    for verb in ("unlock", "lock", "lock", "mute", "mute", "unmute", "unmute"):
        assert live.ask(verb).status_code == 202
    assert CallEvent.objects.filter(kind=EventKind.LOCKED).count() == 1


@pytest.mark.parametrize("verb", ["lock", "unlock", "mute", "unmute"])
def test_what_is_over_is_over(live: Meeting, verb: str) -> None:
    live.ask("end")
    assert "over" in refused(live.ask(verb))


# --- Silence and music --------------------------------------------------------------------------


def test_asked_then_done(live: Meeting, net: PaperNetwork) -> None:
    answer = live.change(ANN, muted=True, on_hold=True)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["muted"], told["on_hold"], told["asked"]) == (False, False, ["mute", "hold"])
    assert live.told_of(ANN)["asked"] == told["asked"]
    people.work()
    sid = people.leg_of(people.person(live.row, ANN)).sid
    assert (net.muted, net.held) == ([(sid, True)], [(sid, True)])
    Participant.objects.filter(phone_number=ANN).update(muted=True, on_hold=True)
    told = live.told_of(ANN)
    assert (told["muted"], told["on_hold"], told["asked"]) == (True, True, [])
    told = live.change(ANN, muted=False, on_hold=False).json()
    assert told["asked"] == ["unmute", "resume"]


def test_all_but_organisers_are_muted(api: Api, net: PaperNetwork) -> None:
    body = two_people()
    body["participants"][0]["organiser"] = True
    meeting = Meeting(api, **body)
    people.work()
    meeting.comes(ANN)
    people.takes_part(people.leg_of(people.person(meeting.row, BOB)))
    ann, bob = meeting.ask("mute").json()["participants"]
    assert (ann["organiser"], ann["asked"]) == (True, [])
    assert (bob["organiser"], bob["asked"]) == (False, ["mute"])
    assert meeting.ask("unmute").json()["participants"][1]["asked"] == []


def test_to_somebody_who_is_not_in_it_is_too_late(live: Meeting) -> None:
    assert BOB in refused(live.change(BOB, muted=True))
    people.hangs_up(people.leg_of(people.person(live.row, ANN)))
    assert "Ann is not in the room" in refused(live.change(ANN, on_hold=True, name="Anna"))
    assert live.told_of(ANN)["name"] == "Ann", "all of it or nothing"
    assert live.told_of(ANN)["asked"] == []


def test_a_name_can_be_changed_at_any_time(live: Meeting) -> None:
    live.ask("end")
    answer = live.change(BOB, name='Bob "B" 🎉')
    assert (answer.status_code, answer.json()["name"]) == (200, 'Bob "B" 🎉')
    assert last_word(EventKind.RENAMED)["by"] == "API key a client"
    assert live.change(BOB, name="").json()["name"] == ""


def test_hanging_up_is_under_way_until_the_leg_is_over(live: Meeting) -> None:
    asked = live.api.delete(live.path_of(ANN))
    assert (asked.json()["status"], asked.json()["asked"]) == ("joined", ["hang_up"])
    assert last_word(EventKind.HANG_UP_ASKED)["by"] == "API key a client"
    people.hangs_up(people.leg_of(people.person(live.row, ANN)))
    assert live.told_of(ANN)["asked"] == []


# --- Once more ----------------------------------------------------------------------------------


def test_a_text_is_sent_again(meeting: Meeting, net: PaperNetwork) -> None:
    people.work()
    answer = meeting.api.post(f"{meeting.path_of(ANN)}/retry")
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    people.work()
    assert [text.to for text in net.texts] == [ANN, ANN]


def test_who_is_being_called_cannot_be_called_again(meeting: Meeting) -> None:
    people.work()
    assert "being called" in refused(meeting.api.post(f"{meeting.path_of(BOB)}/retry"))


def test_a_retry_sent_again_with_its_key_is_one(meeting: Meeting, net: PaperNetwork) -> None:
    people.work()
    key = {"Idempotency-Key": "once"}
    first = meeting.api.post(f"{meeting.path_of(ANN)}/retry", **key)
    people.work()
    again = meeting.api.post(f"{meeting.path_of(ANN)}/retry", **key)
    assert again.content == first.content
    assert len(net.texts) == 2


# --- Organisers ---------------------------------------------------------------------------------


def test_an_organiser_may_be_waited_for_and_end_it(api: Api) -> None:
    body = {**two_people(), "wait_for_organiser": True, "ends_with_organiser": True}
    body["participants"][1]["organiser"] = True
    told = api.post("conferences", body).json()
    assert (told["wait_for_organiser"], told["ends_with_organiser"]) == (True, True)
    assert [each["organiser"] for each in told["participants"]] == [False, True]
    row = Conference.objects.get()
    assert (row.wait_for_organiser, row.ends_with_organiser) == (True, True)


@pytest.mark.parametrize("role", ["wait_for_organiser", "ends_with_organiser"])
def test_without_an_organiser_there_is_nobody_to_wait_for(api: Api, role: str) -> None:
    answer = api.post("conferences", {**two_people(), role: True})
    assert answer.status_code == 400
    assert list(problems(answer)) == [role]
    assert '"organiser": true' in problems(answer)[role]
    assert api.post("conferences", {**two_people(), role: False}).status_code == 201


def test_who_ended_it(live: Meeting) -> None:
    assert live.seen()["ended_by"] is None
    assert live.ask("end").json()["ended_by"] == "API key a client"


# --- Bad input, strangers, workers --------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "body", "field", "word"),
    [
        *[
            ("extend", {"seconds": bad}, "seconds", "whole seconds from 1 to 14,400")
            for bad in (0, -1, 14_401, 1.5, "60", True, None, [60], 10**400)
        ],
        ("extend", {}, "seconds", "required"),
        ("extend", {"seconds": 60, "minutes": 1}, "minutes", "known are: seconds"),
        ("announce", {}, "text", "required"),
        ("announce", {"text": ""}, "text", "blank"),
        ("announce", {"text": "  "}, "text", "blank"),
        ("announce", {"text": "x" * 501}, "text", "500"),
        ("announce", {"text": 5}, "text", "quotes"),
        ("announce", {"text": "a\x00b"}, "text", "control"),
        ("announce", {"text": "a\uffffb"}, "text", "control"),
        ("announce", {"text": "Hi", "participant": 7}, "participant", "quotes"),
        ("announce", {"text": "Hi", "to": "Ann"}, "to", "known are: text"),
        ("lock", {"reason": "x" * 201}, "reason", "200"),
        ("lock", {"reason": None}, "reason", "null"),
        ("lock", {"why": "x"}, "why", "known are: reason"),
        ("unlock", {"reason": "x"}, "reason", "unknown"),
        ("mute", {"muted": True}, "muted", "unknown"),
        ("unmute", [], None, "object"),
    ],
)
def test_the_field_is_named(
    live: Meeting, verb: str, body: Any, field: str | None, word: str
) -> None:
    answer = live.ask(verb, body)
    assert answer.status_code == 400, answer.content
    assert list(problems(answer)) == [field]
    assert word in problems(answer)[field]


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({}, None, "muted, on_hold or name"),
        ({"muted": "yes"}, "muted", "true or false"),
        ({"on_hold": None}, "on_hold", "null"),
        ({"name": "x" * 101}, "name", "100"),
        ({"status": "left"}, "status", "known are: muted, on_hold, name"),
    ],
)
def test_what_cannot_be_changed_is_named(
    live: Meeting, changes: dict[str, Any], field: str | None, word: str
) -> None:
    answer = live.change(ANN, **changes)
    assert answer.status_code == 400, answer.content
    assert list(problems(answer)) == [field]
    assert word in problems(answer)[field]


def test_another_key_cannot_and_learns_nothing(live: Meeting, other: Api) -> None:
    for verb in ("extend", "announce", "lock", "unlock", "mute", "unmute"):
        assert other.post(f"conferences/{live.id}/{verb}", {}).status_code == 404
    assert other.patch(live.path_of(ANN), {"muted": True}).status_code == 404
    assert other.post(f"{live.path_of(ANN)}/retry").status_code == 404
    assert not Order.objects.filter(lane=Lane.ROOM, kind="mute").exists()


@pytest.mark.django_db(transaction=True)
def test_the_workers_of_the_right_lane_are_woken(live: Meeting, nudges: list[str]) -> None:
    def woken(response: Any) -> list[str]:
        assert response.status_code < 300, response.content
        told = nudges[:]
        nudges.clear()
        return told

    nudges.clear()
    assert woken(live.ask("announce", {"text": "Hello"})) == [Lane.ROOM]
    assert woken(live.ask("mute")) == [Lane.ROOM]
    assert woken(live.change(ANN, on_hold=True)) == [Lane.ROOM]
    assert woken(live.ask("unlock")) == [Lane.INVITING]
    people.hangs_up(people.leg_of(people.person(live.row, BOB)))
    nudges.clear()
    assert woken(live.api.post(f"{live.path_of(BOB)}/retry")) == [Lane.INVITING]
    assert woken(live.api.delete(live.path_of(ANN))) == [Lane.ENDING]
