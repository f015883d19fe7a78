"""A conference's page: who was there, what happened, and the button that ends it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference
from calls.states import EventKind, LegStatus, Mode, ParticipantStatus
from calls.tests import rows
from conferencing.models import Lane, Order
from conferencing.tests.admin.pages import end_of, list_of, page_of

BUTTON = "End for everybody"


def read(client: Client, conference: Conference) -> str:
    answer = client.get(page_of(conference))
    assert answer.status_code == 200
    return answer.content.decode()


def a_talk() -> Conference:
    """Anna is called, and is in; somebody unknown dials in and mistypes the code at first."""
    conference = rows.a_conference(
        name="Planning", status="live", started_at=rows.NINE, ends_at=rows.after(300)
    )
    anna = rows.a_participant(conference, name="Anna", status=ParticipantStatus.PENDING)
    leg = rows.a_leg_to(anna)
    told(leg, LegStatus.IN_PROGRESS, 6)
    rows.let_in(leg, anna)
    told(leg, LegStatus.RINGING, 11)
    other = rows.a_leg_from("+12125550177")
    wrong = Happening(
        kind=EventKind.CODE_WRONG, key="wrong", at=rows.after(20), detail={"trouble": "wrong"}
    )
    journal.note(wrong, call_id=other.id)
    stranger = rows.a_participant(
        conference, phone_number="+12125550177", mode=Mode.DIAL_IN, invited=False
    )
    rows.let_in(other, stranger, at=30)
    return conference


def told(leg: Call, status: LegStatus, second: float) -> None:
    happening = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{leg.id}:callback:{status}",
        at=rows.after(second),
        detail={"status": status},
    )
    journal.leg_told(leg.id, status, happening)


def test_the_page_tells_who_and_what_in_plain_words(viewer: Client) -> None:
    conference = a_talk()
    page = " ".join(read(viewer, conference).split())
    for words in (
        "Planning",
        conference.code,
        "+1 212-555-0100",
        "Anna</b> Answered the phone",
        'The phone rings <span class="badge quiet">came too late</span>',
        "Typed a wrong code",  # before he was let in, and so no event of the conference
        "knew the code",
        "+ 10 s",
    ):
        assert words in page, words


def test_errors_are_shown_in_words(viewer: Client) -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    failed = Happening(kind=EventKind.LEG_REFUSED, key="refused")
    journal.leg_told(
        leg.id, LegStatus.FAILED, failed, error=("21215", "Calls to this country are off.")
    )
    page = read(viewer, person.conference)
    assert page.count("Calls to this country are off") == 2  # of the person, and in the timeline


def test_a_page_asks_as_much_for_many_people_as_for_one(viewer: Client) -> None:
    conference = a_talk()
    read(viewer, conference)  # what is read once a process
    few = CaptureQueriesContext(connection)
    with few:
        read(viewer, conference)
    for n in range(20):
        rows.a_leg_to(rows.a_participant(conference, phone_number=f"+1212555{200 + n:04}"))
    many = CaptureQueriesContext(connection)
    with many:
        read(viewer, conference)
    assert len(many) == len(few)
    assert not [query for query in many.captured_queries if "COUNT(" in query["sql"]]


def test_html_in_what_strangers_send_is_shown_as_text(viewer: Client) -> None:
    nasty = "<script>alert(1)</script>"
    conference = rows.a_conference(name=nasty)
    person = rows.a_participant(conference, name=nasty, error_detail=nasty)
    caller = rows.a_leg_from(nasty)
    rows.let_in(caller, person)
    changed = Happening(
        kind=EventKind.ROOM_CHANGED, key="changed", detail={"event": nasty, "error": nasty}
    )
    journal.note(changed, conference_id=conference.id, call_id=caller.id)

    pages = [page_of(conference), page_of(person), page_of(caller), list_of(Conference)]
    for where in (*pages, list_of(Call)):
        page = viewer.get(where).content.decode()
        assert nasty not in page
        assert "&lt;script&gt;" in page


# --- Ending -------------------------------------------------------------------------------------


def test_who_may_only_look_has_no_button(viewer: Client, chief: Client, nudges: list[Lane]) -> None:
    conference = rows.a_conference()
    assert BUTTON in read(chief, conference)
    assert BUTTON not in read(viewer, conference)

    assert viewer.post(end_of(conference)).status_code == 403

    assert rows.row(conference)["status"] == "waiting"
    assert nudges == []


@pytest.mark.django_db(transaction=True)
def test_the_button_ends_it_and_nudges(chief: Client, nudges: list[Lane]) -> None:
    conference = a_talk()

    answer = chief.post(end_of(conference), follow=True)

    assert answer.redirect_chain == [(page_of(conference), 302)]
    assert "is being ended" in answer.content.decode()
    assert BUTTON not in answer.content.decode()
    ended = rows.row(conference)
    assert (ended["status"], ended["end_reason"]) == ("ending", "ended_by_user")
    assert Order.objects.filter(conference=conference, lane=Lane.ENDING).exists()
    assert nudges == [Lane.ENDING]
    assert (
        LogEntry.objects.get().change_message
        == "“Planning” is being ended: everybody hears goodbye."
    )
    assert ended["ended_by"] == "chief"


def test_one_that_is_over_stays_as_it_is(chief: Client, nudges: list[Lane]) -> None:
    conference = rows.a_conference(
        status="ended", end_reason="no_show", ended_at=rows.after(600), ending_at=rows.after(600)
    )
    before = rows.row(conference)
    answer = chief.post(end_of(conference), follow=True)
    assert "was over already" in answer.content.decode()
    assert rows.row(conference) == before
    assert nudges == []


def test_the_button_wants_a_post_and_its_token(chief: Client, nudges: list[Lane]) -> None:
    conference = rows.a_conference()
    assert chief.get(end_of(conference)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = chief.cookies
    assert strict.post(end_of(conference)).status_code == 403
    assert rows.row(conference)["status"] == "waiting"


def test_an_unknown_conference_cannot_be_ended(chief: Client) -> None:
    conference = rows.a_conference()
    conference.pk = "conf_that_never_was"
    assert chief.post(end_of(conference)).status_code == 404


def test_ids_that_look_like_escapes_are_found(chief: Client, nudges: list[Lane]) -> None:
    """Django's admin writes `_06` for a control character; ids of ours may well hold it."""
    conference = rows.a_conference(id="conf_06dk0000000000000000000000")
    assert "conf_06dk" in read(chief, conference)
    assert chief.post(end_of(conference), follow=True).redirect_chain == [
        (page_of(conference), 302)
    ]
