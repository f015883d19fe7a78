"""The ledger as a page to print and as CSV."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.models import Conference
from calls.states import TextStatus
from conferencing import announcing, conferences, extending, locking
from conferencing.conferences import Invitee
from conferencing.tests.admin.pages import ledger_csv_of, ledger_of, page_of
from conferencing.tests.network import PaperNetwork
from conferencing.tests.people import (
    ANNA,
    BERT,
    CARL,
    STRANGER,
    called,
    dials_in,
    hangs_up,
    invited,
    leg_of,
    now,
    person,
    rings_in,
    takes_part,
    text_fares,
    texted,
    types,
    work,
)

pytestmark = pytest.mark.django_db(transaction=True)
NASTY = '=HYPERLINK("http://x") <b>🎉</b>'


@pytest.fixture(autouse=True)
def _paper(net: PaperNetwork) -> None:
    """The telephone network of these stories."""


def a_story() -> Conference:
    """Anna talks and leaves, Bert's text arrives too late for him, a stranger knows the code,
    Carl is turned away, and the chief ends it.
    """
    conference = invited(called(ANNA, name=NASTY), texted(BERT), name="Planning")
    leg = leg_of(person(conference, ANNA))
    takes_part(leg)
    text_fares(person(conference, BERT), TextStatus.DELIVERED)
    dials_in(STRANGER, conference)
    announcing.announce(conference.id, "Hello “all”", by="chief")
    extending.extend(conference.id, 60, by="chief")
    locking.lock(conference.id, by="chief", reason="Full")
    types(rings_in(CARL), conference.code)
    conferences.end_by_request(conference.id, by="chief")
    work()
    for each in conference.legs.all():
        hangs_up(each)
    return now(conference)


def rows(client: Client, conference: Conference) -> list[dict[str, str]]:
    answer = client.get(ledger_csv_of(conference))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="ledger-{conference.id}.csv"' in answer["Content-Disposition"]
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_page_tells_the_whole_story(viewer: Client) -> None:
    conference = a_story()
    answer = viewer.get(ledger_of(conference))
    page = " ".join(answer.content.decode().split())
    for words in (
        "ended: chief ended it",
        "In the room for",
        "The text message was delivered",
        "did not come",
        "knew the code",
        "Was turned away",
        "+1 212-555-0122",  # who was
        "Hello “all”",
        "The conference was extended by 1 min",
        "&lt;b&gt;🎉&lt;/b&gt;",
    ):
        assert words in page, words
    assert "<b>🎉" not in page
    assert ledger_of(conference) not in page  # it does not lead to itself
    assert 'href="../ledger/"' in viewer.get(page_of(conference)).content.decode()


def test_the_csv_has_a_row_for_each_thing(viewer: Client) -> None:
    conference = a_story()
    told = rows(viewer, conference)
    kinds = [row["row"] for row in told]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "person": 3,
        "text": 1,
        "call": 2,
        "stay": 2,
        "deed": 5,
        "said": 1,
    }
    assert {row["conference"] for row in told} == {conference.id}
    anna = next(row for row in told if row["row"] == "person")
    assert anna["name"] == f"'{NASTY}"  # no spreadsheet calculates it
    assert anna["number"] == f"'{ANNA}"
    deeds = [row for row in told if row["row"] == "deed"]
    assert [row["by"] for row in deeds] == ["", "chief", "chief", "", "chief"]
    assert all(row["seconds in the room"].isdecimal() for row in told if row["row"] == "stay")


def test_the_code_is_in_neither(viewer: Client) -> None:
    conference = a_story()
    Conference.objects.filter(id=conference.id).update(code="73914628")
    for where in (ledger_of(conference), ledger_csv_of(conference)):
        assert "73914628" not in viewer.get(where).content.decode()


def test_one_that_never_began_has_a_ledger(viewer: Client) -> None:
    conference = conferences.open_conference(
        conferences.NewConference([Invitee(ANNA, "dial_in")], "key_1")
    )
    page = viewer.get(ledger_of(conference)).content.decode()
    assert "never" in page
    assert "not invited yet" in page
    assert [row["row"] for row in rows(viewer, conference)] == ["person", "deed"]


def test_it_costs_the_same_for_many(viewer: Client) -> None:
    def queries(conference: Conference) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert viewer.get(ledger_of(conference)).status_code == 200
        return len(asked)

    few = invited(called(ANNA))
    queries(few)  # what is read once a process
    many = invited(*(called(f"+12125550{130 + n}") for n in range(12)))
    for who in many.participants.all():
        takes_part(leg_of(who))
    assert queries(many) == queries(few)


def test_only_who_may_see_conferences_sees_it(viewer: Client, chief: Client) -> None:
    conference = invited(called(ANNA))
    user = viewer.get(ledger_of(conference)).wsgi_request.user
    user.user_permissions.clear()
    for where in (ledger_of(conference), ledger_csv_of(conference)):
        assert viewer.get(where).status_code == 403
        assert chief.post(where).status_code == 405
        assert chief.get(where.replace("conf_", "nowhere_")).status_code == 404
        assert Client().get(where).status_code == 302
