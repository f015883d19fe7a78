"""The feed's pages: who may see what, what stands in the address, and what strangers may write."""

import csv
import io
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from calls.models import Conference, Participant, Voicemail
from calls.states import ConferenceStatus, VoicemailStatus
from conferencing.models import Lane
from conferencing.tests.activity.rows import (
    ALICE,
    BOB,
    GUEST,
    MAIN,
    a_call,
    a_live_conference,
    a_message,
    bob_is_a_target,
)

pytestmark = pytest.mark.django_db
PAGE = "/admin/activity/"
NASTY = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def read(client: Client, path: str = PAGE, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def rows(client: Client, **query: str) -> dict[str, str]:
    return dict(client.get(f"{PAGE}rows", query).json())


def staff(*codenames: str) -> Client:
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


# --- Who may ------------------------------------------------------------------------------------


def test_the_address_is_as_it_is_promised(chief: Client) -> None:
    assert reverse("activity:page") == PAGE
    assert chief.get("/admin/activity", {"q": "x"}).url == f"{PAGE}?q=x"
    assert "Open the activity feed" in read(chief, "/admin/")


@pytest.mark.parametrize("path", ["", "rows", "calls.csv", "calls/call_1", "voicemails/vm_1/audio"])
def test_nobody_gets_in_who_is_not_signed_in(client: Client, path: str) -> None:
    answer = client.get(PAGE + path)
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")


@pytest.mark.parametrize("path", ["", "rows", "calls.csv", "calls/call_1", "voicemails/vm_1/audio"])
def test_staff_without_the_right_is_refused(path: str) -> None:
    assert staff().get(PAGE + path).status_code == 403


def test_the_index_shows_no_way_to_those_who_may_not() -> None:
    assert "activity" not in read(staff("view_line"), "/admin/")


def test_who_may_only_look_has_no_button_to_end_and_changes_nothing(viewer: Client) -> None:
    conference, message = a_live_conference(), a_message(seconds=1)
    page = read(viewer)
    assert "Monday stand-up" in page
    assert "data-end" not in page
    assert "conferences/" not in page.replace("/admin/calls/", "")
    assert "data-heard" not in page
    assert viewer.post(f"{PAGE}conferences/{conference.id}/end").status_code == 403
    assert viewer.post(f"{PAGE}voicemails/{message.id}/heard").status_code == 403
    assert Voicemail.objects.get().heard_at is None


def test_messages_are_only_for_those_who_may_hear_them() -> None:
    message, clerk = a_message(seconds=3), staff("view_call")
    page = read(clerk)
    assert "message of 0:03" in page
    assert "player" not in page
    assert clerk.get(f"{PAGE}voicemails/{message.id}/audio").status_code == 403


def test_conferences_are_only_for_those_who_may_see_them() -> None:
    a_live_conference("Salaries")
    clerk = staff("view_call")
    assert '<article class="conference' not in read(clerk)
    assert rows(clerk)["conferences"].strip() == ""


# --- Actions ------------------------------------------------------------------------------------


def test_playing_a_message_marks_it_as_heard_once_and_by_whom(chief: Client) -> None:
    message = a_message(seconds=1)
    assert 'class="dot"' in read(chief)
    assert chief.post(f"{PAGE}voicemails/{message.id}/heard").status_code == 204
    first = Voicemail.objects.get()
    assert chief.post(f"{PAGE}voicemails/{message.id}/heard").status_code == 204
    assert Voicemail.objects.get().heard_at == first.heard_at
    assert first.heard_by.username == "chief"
    assert 'class="dot"' not in read(chief)


def test_a_message_that_is_not_there_cannot_be_heard(chief: Client) -> None:
    message = a_message(seconds=1, status=VoicemailStatus.LOST)
    assert chief.post(f"{PAGE}voicemails/{message.id}/heard").status_code == 404
    assert chief.post(f"{PAGE}voicemails/vm_none/heard").status_code == 404
    assert chief.get(f"{PAGE}voicemails/{message.id}/audio").status_code == 404


def test_audio_by_parts(chief: Client) -> None:
    message = a_message(seconds=2)
    audio = f"{PAGE}voicemails/{message.id}/audio"
    answer = chief.get(audio, headers={"Range": "bytes=100-199"})
    assert answer.status_code == 206
    with message.audio.open() as file:
        assert answer.getvalue() == file.read()[100:200]
    assert "no-store" not in answer["Cache-Control"]
    assert chief.get(f"{audio}?download")["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db(transaction=True)
def test_a_conference_is_ended(chief: Client, nudges: list[Lane]) -> None:
    conference = a_live_conference()
    assert "is ending" not in read(chief)
    answer = chief.post(f"{PAGE}conferences/{conference.id}/end")
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert Conference.objects.get().status == ConferenceStatus.ENDING
    assert nudges == [Lane.ENDING]
    assert "is ending" in read(chief)
    script = {"X-Requested-With": "fetch"}
    again = chief.post(f"{PAGE}conferences/{conference.id}/end", headers=script)
    assert again.status_code == 409
    assert again.json() == {"words": "“Monday stand-up” was over already.", "done": False}
    assert nudges == [Lane.ENDING]


@pytest.mark.django_db(transaction=True)
def test_a_conference_is_run_from_its_line(chief: Client, nudges: list[Lane]) -> None:
    conference = a_live_conference()
    page = read(chief)
    for words in ("+5 min", "Mute all", "Lock", "End"):
        assert f">{words}</button>" in page, words

    def asked(command: str, **fields: object) -> str:
        answer = chief.post(f"{PAGE}conferences/{conference.id}/{command}", fields, follow=True)
        assert answer.redirect_chain == [(PAGE, 302)]
        return " ".join(answer.content.decode().split())

    assert "It lasts 5 min longer." in asked("extend", seconds=300)
    assert Conference.objects.get().ends_at - conference.ends_at == timedelta(minutes=5)
    muted = asked("mute_all")
    assert "2 people are being muted." in muted
    assert muted.count(", being muted …") == 2
    locked = asked("lock")
    assert '<span class="shut">locked</span>' in locked
    assert ">Unlock</button>" in locked
    assert "It is not locked any more." in asked("unlock")
    assert Lane.ROOM in nudges
    elsewhere = f"{PAGE}conferences/{conference.id}/add"  # of what concerns one: on the desk
    assert chief.post(elsewhere).status_code == 404


def test_actions_want_a_post_with_the_token(chief: Client) -> None:
    conference = a_live_conference()
    end = f"{PAGE}conferences/{conference.id}/end"
    assert chief.get(end).status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(User.objects.get(username="chief"))
    assert careful.post(end).status_code == 403
    assert chief.post(PAGE).status_code == 405


# --- The page -----------------------------------------------------------------------------------


def test_an_empty_feed_says_what_to_dial(chief: Client) -> None:
    page = read(chief)
    assert "No calls yet" in page
    assert "+1 212-555-0101" in page


def test_the_query_of_the_page_filters_it(chief: Client) -> None:
    bob_is_a_target()
    a_call(ALICE, ago=20)
    a_call(BOB, ago=10, lasted=None)
    assert "0112" not in read(chief, q="(212) 555-0111").replace("+1 212-555-0101", "")
    live = read(chief, outcome="live", line=MAIN)
    assert live.count('<li class="row') == 1
    assert '<option value="live" selected>' in live
    assert "calls.csv?outcome=live&amp;line=%2B12125550101" in live


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("outcome", "splendid", "Outcome: Select a valid choice"),
        ("direction", "up", "Direction: Select a valid choice"),
        ("line", "+19995550000", "Line: Select a valid choice"),
        ("since", "yesterday", "From: Enter a valid date"),
        ("until", "9999-12-31", "To: Ensure this value"),
        ("tz", "Mars/Olympus", "Tz: This is not a time zone"),
        ("q", "x" * 65, "Search: Ensure this value has at most 64"),
        ("q", "\0", "Search: Null characters are not allowed"),
    ],
)
def test_a_filter_that_is_wrong_is_named_and_filters_nothing(
    chief: Client, field: str, value: str, words: str
) -> None:
    a_call()
    page = read(chief, **{field: value})
    assert words in page
    assert page.count('<li class="row') == 1
    assert words in rows(chief, **{field: value})["wrong"][0]


def test_days_are_those_of_the_persons_time_zone(chief: Client) -> None:
    a_call()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        today = timezone.now().astimezone(ZoneInfo(zone)).date().isoformat()
        assert rows(chief, since=today, until=today, tz=zone)["rows"].count('<li class="row') == 1


@pytest.mark.parametrize("before", ["nonsense", "'; drop", "call_none,call_two", "\0", "%"])
def test_a_key_that_is_none_does_no_harm(chief: Client, before: str) -> None:
    a_call()
    read(chief, before=before)
    assert chief.get(f"{PAGE}rows", {"before": before, "watch": before}).status_code == 200


def test_older_calls_are_a_link_away(chief: Client) -> None:
    for ago in range(60):
        a_call(ago=ago + 1)
    page = read(chief)
    assert page.count('<li class="row') == 50
    older = rows(chief)["older"]
    assert f"?{older}" in page
    further = chief.get(f"{PAGE}?{older}").content.decode()
    assert further.count('<li class="row') == 10
    assert "Newest" in further


def test_what_has_not_changed_is_not_drawn_again(chief: Client) -> None:
    call = a_call(lasted=None)
    etag = chief.get(f"{PAGE}rows")["ETag"]
    known = {"If-None-Match": etag}
    assert chief.get(f"{PAGE}rows", headers=known).status_code == 304
    type(call).objects.update(taken_at=timezone.now())
    assert chief.get(f"{PAGE}rows", headers=known).status_code == 200


def test_the_timeline_of_a_call(chief: Client) -> None:
    call = a_call(GUEST)
    drawer = read(chief, f"{PAGE}calls/{call.id}")
    assert "+1 415-555-0142" in drawer
    assert "The whole record" in drawer
    assert chief.get(f"{PAGE}calls/call_none").status_code == 404


def test_the_page_costs_the_same_however_many_calls(
    chief: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for ago in range(30):
        a_message(ago=10 + ago, seconds=1)
    for _ in range(3):
        a_live_conference()
    with django_assert_max_num_queries(6):  # session, user, lines, rows, conferences, people
        read(chief)
    with django_assert_max_num_queries(5):
        rows(chief)


def test_html_in_names_and_texts_is_text(chief: Client) -> None:
    conference = a_live_conference(NASTY)
    Participant.objects.update(name=NASTY)
    call = a_call(NASTY[:64], ago=9, status="failed", error_detail=NASTY)
    a_message(ALICE, ago=8, seconds=1, transcription=NASTY)
    drawer = f"{PAGE}calls/{call.id}"
    answers = [read(chief), read(chief, q=NASTY[:60]), read(chief, drawer), *rows(chief).values()]
    for text in map(str, answers):
        assert "<script>alert" not in text
        assert "<img" not in text
    assert conference.name == NASTY


def test_the_page_has_no_script_or_style_within_it(chief: Client) -> None:
    """A content security policy without `unsafe-inline` holds."""
    a_message(seconds=1)
    a_live_conference()
    page = read(chief)
    content = page[page.index('id="feed"') :]
    for unsafe in (
        "<script>",
        "<style",
        " style=",
        " onclick",
        "javascript:",
        "http://",
        "https://",
    ):
        assert unsafe not in content.replace("http://www.w3.org/2000/svg", "")


# --- CSV ----------------------------------------------------------------------------------------


def test_csv_has_a_line_a_call_and_no_formula(chief: Client) -> None:
    a_live_conference('=HYPERLINK("http://bad.example")')
    Participant.objects.update(name="@SUM(1+1)")
    a_call("-2+3", ago=5)
    a_call(ALICE, ago=4, menu_path="2")
    answer = chief.get(f"{PAGE}calls.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="calls-')
    text = answer.getvalue().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert len(table) == 5
    assert table[0]["from"] == "'+12125550111"
    assert table[0]["name"] == "'@SUM(1+1)"
    assert table[0]["menu path"] == "2"
    assert table[1]["from"] == "'-2+3"
    assert table[2]["conference"].startswith("'=HYPERLINK")
    assert not [cell for line in table for cell in line.values() if cell[:1] in set("=+-@\t\r")]


def test_csv_is_of_the_filtered_calls(chief: Client) -> None:
    a_call(ALICE, ago=20)
    a_call(BOB, ago=10)
    lines = chief.get(f"{PAGE}calls.csv", {"q": ALICE}).getvalue().decode().splitlines()
    assert len(lines) == 2
