"""A conference's ledger, to print and as CSV. Neither has the code in it."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from calls import wording
from calls.ledger import Ledger, Leg, Person, Stay, Text, ledger
from calls.models import Conference
from conferencing.admin.activity.export import defused

HEADINGS = (
    "conference",
    "row",
    "person",
    "name",
    "number",
    "how",
    "organiser",
    "call",
    "from",
    "answered",
    "to",
    "seconds in the room",
    "what happened",
    "why not",
    "by",
)


def page(request: HttpRequest, conference: Conference) -> HttpResponse:
    told = ledger(conference.id)
    context = {
        **admin.site.each_context(request),
        "title": f"Ledger of {conference}",
        "conference": conference,
        "ledger": told,
        "lasted": wording.seconds(told.seconds) if told.seconds is not None else "",
        "talked": wording.seconds(told.talk_seconds),
        "dial_in": wording.number(conference.dial_in_number),
    }
    return TemplateResponse(request, "admin/calls/conference/ledger.html", context)


def as_csv(conference: Conference) -> HttpResponse:
    """A row for each thing that happened, of the kinds person, text, call, stay, deed and said.

    Times are UTC, numbers E.164; only the rows `stay` have seconds, so that they can be summed.
    """
    told = ledger(conference.id)
    out = io.StringIO()
    out.write("\ufeff")  # without it Excel takes UTF-8 for something else
    writer = csv.DictWriter(out, HEADINGS, restval="")
    writer.writeheader()
    for row in _rows(told):
        cells = {"conference": conference.id, **row}
        writer.writerow({name: defused(_cell(value)) for name, value in cells.items()})
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="ledger-{conference.id}.csv"'},
    )


def _cell(value: Any) -> Any:
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value


Row = dict[str, Any]


def _rows(told: Ledger) -> Iterator[Row]:
    for person in told.people:
        who = _who(person)
        yield {
            **who,
            "row": "person",
            "from": person.added_at,
            "what happened": person.words,
            "why not": person.why,
        }
        for text in person.texts:
            yield who | _text(text)
        for leg in person.legs:
            yield who | _leg(leg)
            for stay in leg.stays:
                yield who | _stay(leg, stay)
    for deed in told.deeds:
        yield {
            "row": "deed",
            "name": deed.who,
            "from": deed.at,
            "what happened": deed.words,
            "by": deed.by,
        }
    for said in told.said:
        yield {
            "row": "said",
            "name": said.to,
            "from": said.at,
            "to": said.said_at,
            "what happened": f"{said.words}: {said.text}",
            "why not": said.why,
            "by": said.by,
        }


def _who(person: Person) -> Row:
    return {
        "person": person.id,
        "name": person.name,
        "number": person.number,
        "how": person.how,
        "organiser": "yes" if person.organiser else "",
    }


def _text(text: Text) -> Row:
    return {
        "row": "text",
        "from": text.asked_at,
        "to": text.told_at,
        "what happened": text.words,
        "why not": text.why,
    }


def _leg(leg: Leg) -> Row:
    return {
        "row": "call",
        "call": leg.id,
        "number": leg.number,
        "from": leg.began_at,
        "answered": leg.answered_at,
        "to": leg.ended_at,
        "what happened": leg.words,
        "why not": leg.why,
    }


def _stay(leg: Leg, stay: Stay) -> Row:
    return {
        "row": "stay",
        "call": leg.id,
        "from": stay.start,
        "to": stay.end,
        "seconds in the room": stay.seconds,
        "what happened": "In the room",
    }
