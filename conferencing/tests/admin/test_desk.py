"""The control desk: buttons that are forms, and what they say."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls import journal
from calls.journal import Happening
from calls.models import Announcement, Call, Conference, Participant
from calls.states import EventKind, LegStatus, ParticipantStatus
from conferencing import conferences, locking
from conferencing.models import Lane, Order, OrderKind
from conferencing.tests.admin.pages import ask_of, live_of, page_of
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    called,
    dials_in,
    enters_room,
    hangs_up,
    invited,
    leg_of,
    now,
    opened,
    person,
    takes_part,
    texted,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)
BY_SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _quiet(nudges: list[Lane], net: PaperNetwork) -> None:
    """No broker is asked, and no telephone network."""


def a_talk() -> Conference:
    """Anna and Bert are in, Carl was texted."""
    conference = invited(called(ANNA), called(BERT), texted(CARL), name="Planning")
    for number in (ANNA, BERT):
        takes_part(leg_of(person(conference, number)))
    return now(conference)


def asks(client: Client, conference: Conference, command: str, **fields: object) -> HttpResponse:
    answer = client.post(ask_of(conference, command), fields, follow=True)
    assert answer.redirect_chain == [(page_of(conference), 302)]
    return answer


def reply(client: Client, conference: Conference, command: str, **fields: object) -> tuple:
    """By script: the status and the words."""
    answer = client.post(ask_of(conference, command), fields, headers=BY_SCRIPT)
    told = answer.json()
    assert told["done"] == (answer.status_code == 200)
    return answer.status_code, told["words"]


def live(client: Client, conference: Conference) -> str:
    return " ".join(client.get(live_of(conference)).json()["html"].split())


# --- To one -------------------------------------------------------------------------------------


def test_a_mute_is_asked_then_done(chief: Client, nudges: list[Lane], net: PaperNetwork) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    nudges.clear()

    answer = asks(chief, conference, "mute", person=anna.id)

    assert f"{ANNA} is being muted." in answer.content.decode()
    assert "being muted …" in live(chief, conference)
    assert nudges == [Lane.ROOM]
    asked = conference.events.get(kind=EventKind.ASKED)
    assert asked.detail == {"command": "mute", "by": "chief"}
    assert LogEntry.objects.get().change_message == f"{ANNA} is being muted."

    work()
    assert [muted for _, muted in net.muted] == [True]
    Call.objects.filter(id=leg_of(anna).id).update(muted=True)
    Participant.objects.filter(id=anna.id).update(muted=True)
    html = live(chief, conference)
    assert "being muted" not in html
    assert '<span class="badge is-muted">muted</span>' in html
    assert f'aria-label="Unmute {ANNA}"' not in html  # as people write it
    assert 'aria-label="Unmute +1 212-555-0120"' in html


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("unmute", "being unmuted"),
        ("hold", "being put on hold"),
        ("resume", "being taken off hold"),
        ("hang_up", "being hung up"),
    ],
)
def test_each_command_to_one_says_what_follows(chief: Client, command: str, words: str) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    status, said = reply(chief, conference, command, person=anna.id)
    assert (status, said) == (200, f"{ANNA} is {words}.")


def test_hanging_up_is_shown_until_it_is_done(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    asks(chief, conference, "hang_up", person=anna.id)
    assert "being hung up …" in live(chief, conference)
    hangs_up(leg_of(anna))
    assert "being hung up …" not in live(chief, conference)
    assert reply(chief, conference, "hang_up", person=anna.id) == (
        409,
        f"{ANNA} is not on the phone any more.",
    )


def test_a_command_that_is_too_late_says_so(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    hangs_up(leg_of(anna))
    assert (
        f"{ANNA} is not in the room."
        in asks(chief, conference, "mute", person=anna.id).content.decode()
    )
    assert reply(chief, conference, "tell", person=anna.id, text="Hello")[0] == 409


def test_somebody_who_has_come_meanwhile_is_not_hung_up_by_withdrawing(chief: Client) -> None:
    conference = a_talk()
    carl = person(conference, CARL)
    assert 'formaction="../ask/withdraw/"' in live(chief, conference)
    dials_in(CARL, conference)
    assert reply(chief, conference, "withdraw", person=carl.id) == (
        409,
        f"{CARL} is on the phone: hang up instead.",
    )
    assert now(carl).status == ParticipantStatus.JOINED
    assert not Order.objects.filter(kind=OrderKind.HANG_UP).exists()


def test_an_invitation_is_withdrawn_and_sent_again(chief: Client, net: PaperNetwork) -> None:
    conference = a_talk()
    carl = person(conference, CARL)
    assert reply(chief, conference, "withdraw", person=carl.id)[0] == 200
    assert now(carl).status == ParticipantStatus.CANCELED
    assert reply(chief, conference, "withdraw", person=carl.id) == (
        409,
        f"{CARL} is not waited for any more.",
    )
    assert "Text again" in live(chief, conference)
    assert reply(chief, conference, "retry", person=carl.id) == (
        200,
        f"{CARL} is being texted again.",
    )
    work()
    assert [text.to for text in net.texts] == [CARL, CARL]


def test_a_name_is_given_and_shown_as_text(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    name = 'Anna "🎉" <b>O\'Hara</b>'
    asks(chief, conference, "rename", person=anna.id, name=f"  {name}\n ")
    assert now(anna).name == name
    html = live(chief, conference)
    assert "<b>O" not in html
    assert "Anna &quot;🎉&quot; &lt;b&gt;O&#x27;Hara&lt;/b&gt;" in html


def test_one_is_told_something(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    asks(chief, conference, "tell", person=anna.id, text="Please  speak\nup")
    said = Announcement.objects.get()
    assert (said.text, said.participant_id, said.asked_by) == ("Please speak up", anna.id, "chief")
    assert "to be said" in live(chief, conference)


# --- To all -------------------------------------------------------------------------------------


def test_all_are_muted_and_unmuted(chief: Client) -> None:
    conference = a_talk()
    assert reply(chief, conference, "mute_all") == (200, "2 people are being muted.")
    assert reply(chief, conference, "mute_all") == (200, "There is nobody to be muted.")
    assert reply(chief, conference, "unmute_all") == (200, "2 people are being unmuted.")


def test_it_lasts_longer_within_the_cap(chief: Client) -> None:
    conference = a_talk()
    assert reply(chief, conference, "extend", seconds=300) == (200, "It lasts 5 min longer.")
    later = now(conference).ends_at - conference.ends_at
    assert later.total_seconds() == 300
    status, words = reply(chief, conference, "extend", seconds=86_400)
    assert status == 409
    assert "It may last 3600 seconds in all" in words


def test_it_is_locked_with_a_reason_and_unlocked(chief: Client, nudges: list[Lane]) -> None:
    conference = a_talk()
    asks(chief, conference, "lock", reason="We are all here")
    html = live(chief, conference)
    assert "locked: We are all here" in html
    assert 'data-keep="add"' not in html
    assert reply(chief, conference, "add", phone_number="+12125550140", mode="dial_out") == (
        409,
        "The conference is locked: unlock it first.",
    )
    nudges.clear()
    assert reply(chief, conference, "unlock")[0] == 200
    assert now(conference).locked_at is None


def test_all_are_told_and_too_often_is_refused_in_words(chief: Client) -> None:
    conference = a_talk()
    for _ in range(10):
        assert reply(chief, conference, "announce", text="Hello")[0] == 200
    status, words = reply(chief, conference, "announce", text="Hello")
    assert status == 429
    assert "at most 10 announcements a minute" in words


@pytest.mark.parametrize("written", ["(212) 555-0140", "+1 212 555 0140"])
def test_somebody_is_added(chief: Client, written: str, net: PaperNetwork) -> None:
    conference = a_talk()
    given = {"phone_number": written, "mode": "dial_out", "name": "Dora"}
    assert reply(chief, conference, "add", **given) == (200, "Dora is being called.")
    work()
    assert net.calls[-1].to == "+12125550140"
    assert conference.events.get(kind=EventKind.PARTICIPANT_ADDED).detail["by"] == "chief"
    assert reply(chief, conference, "add", **given)[0] == 409


@pytest.mark.parametrize(
    ("command", "fields", "words"),
    [
        ("add", {"phone_number": "12", "mode": "dial_out"}, "is not a phone number"),
        ("add", {"mode": "dial_out"}, "Phone number: Write the number of the phone."),
        ("add", {"phone_number": "+12125550140", "mode": "fax"}, "Mode: Select a valid choice"),
        ("announce", {"text": "  "}, "Text: Write what is to be said."),
        ("announce", {"text": "x" * 501}, "at most 500 characters"),
        ("announce", {"text": "ring \a"}, "control characters"),
        ("announce", {"text": "nothing \0"}, "Leave out control characters"),
        ("lock", {"reason": "x" * 201}, "at most 200 characters"),
        ("extend", {"seconds": "soon"}, "Enter a whole number"),
        ("extend", {"seconds": "-60"}, "greater than or equal to 1"),
        ("mute", {}, "Person: This field is required."),
        ("mute", {"person": "' OR 1"}, "Person: Enter a valid value."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    chief: Client, command: str, fields: dict[str, str], words: str
) -> None:
    conference = a_talk()
    status, said = reply(chief, conference, command, **fields)
    assert status == 400
    assert words in said


def test_somebody_of_another_conference_is_not_found(chief: Client) -> None:
    conference, other = a_talk(), opened(called(ANNA))
    stranger = person(other, ANNA)
    for command in ("mute", "hang_up", "withdraw", "rename"):
        answer = chief.post(ask_of(conference, command), {"person": stranger.id})
        assert answer.status_code == 404
    assert chief.post(ask_of(conference, "explode")).status_code == 404


def test_after_the_end_nothing_can_be_asked(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    conferences.end_by_request(conference.id)
    given = {"person": anna.id, "text": "x", "seconds": 60, "mode": "dial_in"}
    given["phone_number"] = "+12125550140"
    for command in ("mute_all", "extend", "lock", "unlock", "announce", "add", "end", "mute"):
        status, words = reply(chief, conference, command, **given)
        assert (command, status) == (command, 409)
        assert "over" in words
    assert "<button" not in live(chief, conference)


# --- Who may, and what it costs -----------------------------------------------------------------


def test_who_may_only_look_sees_no_button_and_changes_nothing(viewer: Client) -> None:
    conference = a_talk()
    page = viewer.get(page_of(conference)).content.decode()
    assert "ask/" not in page
    assert "<button" not in live(viewer, conference)
    anna = person(conference, ANNA)
    fields = {"person": anna.id, "text": "x", "seconds": 60}
    for command in ("mute", "mute_all", "extend", "lock", "announce", "end", "rename"):
        assert viewer.post(ask_of(conference, command), fields).status_code == 403
    assert not now(anna).to_be_muted
    assert now(conference).status == "live"


def test_looking_changes_nothing(chief: Client) -> None:
    conference = a_talk()
    before = conference.events.count()
    assert chief.get(ask_of(conference, "end")).status_code == 405
    assert chief.post(live_of(conference)).status_code == 405
    chief.get(live_of(conference))
    assert conference.events.count() == before
    assert Client().get(live_of(conference)).status_code == 302  # to sign in


def test_a_button_wants_its_token(chief: Client) -> None:
    conference = a_talk()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = chief.cookies
    assert strict.post(ask_of(conference, "mute_all")).status_code == 403


def test_what_has_not_changed_is_not_sent_again(chief: Client) -> None:
    conference = a_talk()
    first = chief.get(live_of(conference))
    etag = {"If-None-Match": first["ETag"]}
    assert chief.get(live_of(conference), headers=etag).status_code == 304
    asks(chief, conference, "rename", person=person(conference, ANNA).id, name="Anna")
    changed = chief.get(live_of(conference), headers=etag)
    assert changed.status_code == 200
    assert "Anna" in json.loads(changed.content)["html"]


def test_the_same_queries_for_twenty_people_as_for_one(chief: Client) -> None:
    def queries(conference: Conference) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert chief.get(live_of(conference)).status_code == 200
        return len(asked)

    few = opened(called(ANNA))
    queries(few)  # what is read once a process
    many = invited(*(called(f"+12125550{130 + n}") for n in range(20)))
    for who in many.participants.all():
        takes_part(leg_of(who))
    locking.lock(many.id, by="chief")
    assert queries(many) == queries(few)


def test_a_long_timeline_is_drawn_with_the_page_only(chief: Client) -> None:
    conference = a_talk()
    assert "The conference began" in live(chief, conference)
    for n in range(400):
        journal.note(
            Happening(kind=EventKind.ROOM_CHANGED, key=str(n)), conference_id=conference.id
        )
    page = chief.get(page_of(conference)).content.decode()
    assert "The conference began" in page
    again = live(chief, conference)
    assert "The conference began" not in again
    for html in (page, again):  # so that what the page shows is left alone
        assert 'id="timeline" data-keep="timeline"' in html


def test_who_is_in_the_rooms_menu_is_out_for_a_moment(chief: Client) -> None:
    conference = a_talk()
    anna = person(conference, ANNA)
    Call.objects.filter(id=leg_of(anna).id).update(in_room_since=None)
    assert now(anna).status == ParticipantStatus.JOINED
    assert "out for a moment" in live(chief, conference)
    enters_room(leg_of(anna), number=10_000)
    assert "out for a moment" not in live(chief, conference)


def test_a_call_under_way_can_be_stopped(chief: Client) -> None:
    conference = invited(called(ANNA))
    anna = person(conference, ANNA)
    assert leg_of(anna).status == LegStatus.QUEUED
    assert reply(chief, conference, "hang_up", person=anna.id)[0] == 200
