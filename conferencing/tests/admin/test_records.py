"""The records: everybody on the staff may read them, nobody may write them."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.models import Call, CallEvent, Conference, Line, Participant
from calls.records import CappedPaginator, as_number
from calls.tests import rows
from conferencing.models import ApiKey
from conferencing.tests.admin.pages import list_of, page_of

RECORDS = [Conference, Participant, Call, CallEvent]


@pytest.fixture
def leg(db: None) -> Call:
    return rows.a_leg_to(rows.a_participant(), sid="CA" + "1" * 32)


def shown(client: Client, model: type[Model], **query: str) -> list[Any]:
    answer = client.get(list_of(model), query)
    assert answer.status_code == 200
    return [row.pk for row in answer.context["cl"].result_list]


@pytest.mark.parametrize("model", [*RECORDS, Line, ApiKey])
def test_every_list_and_every_page_opens(
    viewer: Client, chief: Client, leg: Call, model: type[Model]
) -> None:
    Line.objects.create(number=rows.DIAL_IN)
    ApiKey.issue("billing")
    row = model.objects.get()
    for client in (viewer, chief):
        assert client.get(list_of(model)).status_code == 200
        assert client.get(page_of(row)).status_code == 200


@pytest.mark.parametrize("model", RECORDS)
def test_not_even_the_chief_writes_a_record(chief: Client, leg: Call, model: type[Model]) -> None:
    row = model.objects.get()
    assert chief.get(list_of(model) + "add/").status_code == 403
    assert chief.post(page_of(row), {"name": "changed"}).status_code == 403
    assert (
        chief.post(page_of(row).replace("change/", "delete/"), {"post": "yes"}).status_code == 403
    )
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", RECORDS)
def test_a_list_counts_nothing_and_reads_no_more_than_it_shows(
    chief: Client, leg: Call, model: type[Model]
) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert chief.get(list_of(model)).status_code == 200
    asked = [query["sql"] for query in captured.captured_queries]
    assert not [sql for sql in asked if "COUNT(" in sql.upper()]
    of_records = [sql for sql in asked if f'FROM "{model._meta.db_table}"' in sql]
    assert of_records
    assert [sql for sql in of_records if "LIMIT" not in sql] == of_records[1:]  # all fit one page


@pytest.mark.parametrize("model", RECORDS)
def test_a_list_asks_as_much_for_many_rows_as_for_one(
    chief: Client, leg: Call, model: type[Model]
) -> None:
    chief.get(list_of(model))  # what is read once a process
    few = CaptureQueriesContext(connection)
    with few:
        chief.get(list_of(model))
    for n in range(20):
        rows.a_leg_to(rows.a_participant(phone_number=f"+1212555{200 + n:04}"))
    many = CaptureQueriesContext(connection)
    with many:
        assert len(shown(chief, model)) > 20
    assert len(many) == len(few)


def test_only_the_newest_are_listed(chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CappedPaginator, "MOST", 60)
    conference = rows.a_conference()
    people = [
        Participant(conference=conference, phone_number=f"+1212555{n:04}", mode="dial_in")
        for n in range(70)
    ]
    Participant.objects.bulk_create(people)

    newest = sorted((person.pk for person in people), reverse=True)
    assert shown(chief, Participant) == newest[:50]
    assert shown(chief, Participant, p="2") == newest[50:60]
    assert chief.get(list_of(Participant), {"p": "3"}).status_code == 302
    assert b"Only the newest 60 are listed" in chief.get(list_of(Participant)).content
    oldest = people[0]
    assert shown(chief, Participant, q="+1 212-555-0000") == [oldest.pk]


@pytest.mark.parametrize(
    "written", ["+12125550111", "+1 (212) 555-0111", "212 555 0111", " 212-555-0111 "]
)
@pytest.mark.parametrize("model", [Conference, Participant, Call])
def test_a_number_is_found_however_it_is_written(
    viewer: Client, leg: Call, model: type[Model], written: str
) -> None:
    rows.a_leg_to(rows.a_participant(phone_number="+12125550144"))
    wanted = {
        Conference: leg.conference_id,
        Participant: leg.participant_id,
        Call: leg.id,
    }[model]
    assert shown(viewer, model, q=written) == [wanted]


def test_search_by_id_and_by_sid(viewer: Client, leg: Call) -> None:
    rows.a_leg_to(rows.a_participant(phone_number="+12125550144"))
    assert leg.participant_id
    assert leg.sid
    for term in (leg.id, leg.sid, leg.participant_id, leg.conference_id):
        assert shown(viewer, Conference, q=str(term)) == [leg.conference_id]
    for term in (leg.sid, leg.participant_id, leg.conference_id):
        assert shown(viewer, Participant, q=str(term)) == [leg.participant_id]
    for term in (leg.id, leg.sid):
        assert shown(viewer, Call, q=term) == [leg.id]
    assert len(shown(viewer, CallEvent, q=leg.sid)) == 1


def test_a_person_is_found_by_the_sid_of_the_text(viewer: Client, leg: Call) -> None:
    sid = "SM" + "2" * 32
    texted = rows.a_participant(text_sid=sid)
    assert shown(viewer, Participant, q=sid) == [texted.pk]


@pytest.mark.parametrize("nonsense", ["zzz", "conf_nothing", "CA" + "9" * 32, "%", "'; --", "ـ٣"])
@pytest.mark.parametrize("model", RECORDS)
def test_nonsense_finds_nothing(
    viewer: Client, leg: Call, model: type[Model], nonsense: str
) -> None:
    assert shown(viewer, model, q=nonsense) == []


def test_a_number_without_a_country_code_is_of_our_country() -> None:
    assert as_number("(212) 555-0111") == "+12125550111"
    assert as_number("+44 20 7946 0018") == "+442079460018"
    assert as_number("nobody") is None


def test_an_unknown_page_leads_back_and_an_anonymous_reader_to_the_login(
    viewer: Client, client: Client, leg: Call
) -> None:
    gone = page_of(leg).replace(leg.id[-5:], "zzzzz")
    assert viewer.get(gone).status_code == 302
    answer = client.get(page_of(leg))
    assert (answer.status_code, answer.url.split("?")[0]) == (302, "/admin/login/")


def test_the_page_of_a_call_has_its_timeline(viewer: Client, leg: Call) -> None:
    page = viewer.get(page_of(leg)).content.decode()
    assert "Waits to be called" in page


def test_a_line_is_edited_and_its_number_kept_in_e164(chief: Client) -> None:
    line = Line.objects.create(number=rows.DIAL_IN)
    page = chief.get(page_of(line))
    form = page.context["adminform"].form
    posted = {name: form[name].value() or "" for name in form.fields}
    for formset in page.context["inline_admin_formsets"]:
        for name, field in formset.formset.management_form.initial.items():
            posted[f"{formset.formset.prefix}-{name}"] = field
    answer = chief.post(page_of(line), posted | {"number": "(212) 555-0177", "label": "Office"})
    assert answer.status_code == 302, answer.context["errors"]
    line.refresh_from_db()
    assert (line.number, line.label) == ("+12125550177", "Office")

    refused = chief.post(page_of(line), posted | {"number": "none"})
    assert "not a phone number" in refused.content.decode()
