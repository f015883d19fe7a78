"""The lines' pages: no key leads nowhere, and what would a caller hear?"""

from datetime import time
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calls.models import Call, CallEvent, Line, Voicemail
from calls.states import LineAction, Weekday
from conferencing.tests.office import HOME, OFFICE, a_line, calls, forwards_to, office, opens

pytestmark = pytest.mark.django_db

LIST, ADD = "/admin/calls/line/", "/admin/calls/line/add/"
NUMBER = "+12125550140"
FORMSETS = ("options", "targets", "opening_hours")


def posted(
    options: list[tuple[str, str, str]] = (),
    targets: list[str] = (),
    hours: list[tuple[int, str, str]] = (),
    **columns: Any,
) -> dict[str, Any]:
    """The form of a line, filled in by a person."""
    rows = {
        "options": [dict(zip(("digit", "action", "text"), row, strict=True)) for row in options],
        "targets": [{"number": number, "name": "", "position": 1} for number in targets],
        "opening_hours": [
            dict(zip(("weekday", "opens", "closes"), row, strict=True)) for row in hours
        ],
    }
    data = {
        "number": NUMBER,
        "label": "Office",
        "greeting": "",
        "language": "en-US",
        "voice": "",
        "default_action": "voicemail",
        "ring_seconds": 20,
        "confirm_forward": "on",
        "time_zone": "Europe/Berlin",
        "closed_text": "",
        "closed_action": "voicemail",
    } | columns
    for name, filled in rows.items():
        data |= {f"{name}-TOTAL_FORMS": len(filled), f"{name}-INITIAL_FORMS": 0}
        for n, row in enumerate(filled):
            data |= {f"{name}-{n}-{field}": value for field, value in row.items()}
    return data


def text(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


class TestEditing:
    def test_a_line_is_made_with_all_that_belongs_to_it(self, chief: Client) -> None:
        data = posted(
            [("1", "forward", ""), ("2", "voicemail", ""), ("4", "say", "Main Street 1.")],
            ["+1 (212) 555-0112"],
            [(4, "09:00", "17:00"), (5, "22:00", "00:00")],
            number="+1 212 555 0140",
        )
        assert chief.post(ADD, data).status_code == 302
        line = Line.objects.get(number=NUMBER)
        assert line.targets.get().number == OFFICE
        assert line.options.count() == 3
        assert line.opening_hours.count() == 2

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (posted([("1", "forward", "")]), "Calls are forwarded, but to no phone"),
            (posted(default_action="forward"), "Calls are forwarded, but to no phone"),
            (posted(closed_action="forward"), "Calls are forwarded, but to no phone"),
            (posted([("4", "say", " ")]), "Write what is to be said."),
            (posted(default_action="say"), "Select a valid choice"),
            (posted(closed_action="say"), "Select a valid choice"),
            (posted([("1", "voicemail", "")] * 2), "duplicate"),
            (posted([("*", "voicemail", "")]), "Select a valid choice"),
            (posted(targets=[NUMBER]), "ring in circles"),
            (posted(targets=["+12125550100"]), "one of our own lines"),
            (posted(targets=["+442079460000"]), "where we do not call"),
            (posted(targets=["+19005550100"]), "+19005550100"),
            (posted(targets=["a person"]), "a person is not a phone number"),
            (posted(targets=[OFFICE, "+1 212 555 0112"]), "duplicate"),
            (posted(number="<b>12</b>"), "is not a phone number"),
            (posted(hours=[(0, "17:00", "09:00")]), "closes before it opens"),
            (posted(hours=[(0, "09:00", "09:00")]), "closes before it opens"),
            (posted(hours=[(7, "09:00", "10:00")]), "Select a valid choice"),
            (posted(time_zone="Berlin"), "is not a time zone"),
            (posted(language="English"), "Write it like en-US"),
            (posted(voice="<man>"), "Write it like Polly.Joanna"),
            (posted(ring_seconds=0), "greater than or equal to 5"),
            (posted(greeting="x" * 401), "at most 400 characters"),
        ],
    )
    def test_what_leads_nowhere_is_refused_in_words(
        self, chief: Client, data: dict[str, Any], words: str
    ) -> None:
        answer = chief.post(ADD, data)
        assert answer.status_code == 200
        assert words in text(answer)
        assert not Line.objects.filter(number=NUMBER).exists()

    def test_a_number_that_calls_are_forwarded_to_becomes_no_line(self, chief: Client) -> None:
        office()
        assert "ring in circles" in text(chief.post(ADD, posted(number=OFFICE)))

    def test_a_tampered_form_is_no_500(self, chief: Client) -> None:
        data = posted() | {"options-TOTAL_FORMS": "x", "targets-TOTAL_FORMS": ""}
        assert chief.post(ADD, data).status_code == 200

    def test_a_line_with_calls_is_not_deleted(self, chief: Client) -> None:
        line = office()
        assert chief.get(f"{LIST}{line.id}/delete/").status_code == 200
        calls(line)
        assert chief.post(f"{LIST}{line.id}/delete/", {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [line.id], "post": "yes"}
        chief.post(LIST, data)
        assert Line.objects.filter(id=line.id).exists()

    def test_who_may_only_look_changes_nothing(self, viewer: Client) -> None:
        line = office()
        assert viewer.get(f"{LIST}{line.id}/change/").status_code == 200
        assert viewer.post(f"{LIST}{line.id}/change/", posted()).status_code == 403
        assert viewer.get(f"{LIST}{line.id}/rehearsal/").status_code == 200


class TestList:
    def test_says_in_words_what_each_line_does(self, chief: Client) -> None:
        line = office(default_action="forward")
        forwards_to(line, HOME)
        page = text(chief.get(LIST))
        assert "+1 212-555-0130" in page
        assert (
            "1 rings +1 212-555-0112, then +1 212-555-0113; 2 takes a message; else rings" in page
        )

    def test_has_the_lines_of_the_settings_from_the_start(self, chief: Client) -> None:
        page = text(chief.get(LIST))
        assert "+1 212-555-0101" in page
        assert "at once asks for a conference code" in page

    def test_many_lines_cost_no_more_queries(self, chief: Client) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as seen:
                chief.get(LIST)
            return len(seen)

        office()
        queries()  # makes the lines of the settings
        before = queries()
        for n in range(5):
            office(number=f"+1212555015{n}")
        assert queries() == before


class TestRehearsal:
    @pytest.fixture
    def line(self) -> Line:
        line = office(greeting="Hello.", closed_text="We are closed.", time_zone="Europe/Berlin")
        opens(line, Weekday.FRIDAY, time(9), time(17))
        return line

    def asks(self, client: Client, line: Line, **question: str) -> str:
        return text(client.get(f"{LIST}{line.id}/rehearsal/", question))

    def test_on_saturday_at_10(self, chief: Client, line: Line) -> None:
        page = self.asks(chief, line, at="2026-11-21T10:00", press="1")
        assert "Saturday, 2026-11-21 10:00 (Europe/Berlin), closed" in page
        assert "We are closed. Please leave a message after the beep." in page

    def test_on_friday_at_10_who_presses_1(self, chief: Client, line: Line) -> None:
        page = self.asks(chief, line, at="2026-11-20T10:00", press="1", caller="+12125550103")
        for words in (
            "Hello. To talk to a person, press 1.",
            "The caller presses 1.",
            "+1 212-555-0112 rings for 20 s and shows +1 212-555-0130.",
            "A call for Office from 2 1 2, 5 5 5, 0 1 0 3. To take it, press 1.",
            "Nobody takes the call.",
            "Nobody can take your call at the moment.",
        ):
            assert words in page

    def test_writes_nothing(self, chief: Client, line: Line) -> None:
        for press in ("1", "2", "---", "19*#"):
            self.asks(chief, line, at="2026-11-20T10:00", press=press)
        assert not Call.objects.exists()
        assert not Voicemail.objects.exists()
        assert not CallEvent.objects.exists()

    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ({"press": "1x"}, "x is on no keypad"),
            ({"at": "tomorrow"}, "Enter a valid date/time"),
            ({"press": "<script>"}, "on no keypad"),
        ],
    )
    def test_a_question_that_makes_no_sense(
        self, chief: Client, line: Line, question: dict[str, str], words: str
    ) -> None:
        answer = chief.get(f"{LIST}{line.id}/rehearsal/", question)
        assert words in text(answer)
        assert "<script>" not in answer.content.decode()

    def test_html_of_people_is_text(self, chief: Client, line: Line) -> None:
        Line.objects.filter(id=line.id).update(greeting="<b>Hi</b>", label="<i>Office</i>")
        answer = chief.get(
            f"{LIST}{line.id}/rehearsal/", {"at": "2026-11-20T10:00", "caller": "<u>me</u>"}
        )
        for tag in ("<b>Hi", "<i>Office", "<u>me"):
            assert tag not in answer.content.decode()

    def test_unasked_it_is_about_now(self, chief: Client) -> None:
        line = a_line(("2", LineAction.VOICEMAIL))
        assert "To leave a message, press 2." in self.asks(chief, line)

    def test_a_line_that_is_not_there(self, chief: Client) -> None:
        assert chief.get(f"{LIST}line_x/rehearsal/").status_code == 404
