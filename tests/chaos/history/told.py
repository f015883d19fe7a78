"""What our API tells is what our database holds."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tests.chaos.history.book import Violation
from tests.chaos.ours import Ours, Row
from tools.phones_client import Json

# Columns, and what the API calls those that it calls otherwise.
_OF_CONFERENCE = (
    *("status", "end_reason", "max_duration"),
    *("created_at", "started_at", "ends_at", "ended_at"),
)
_OF_PERSON = (
    *("status", "phone_number", "mode", "talk_seconds", "invited", "text_status"),
    *("joined_at", "left_at"),
)
_OF_LEG = (
    *("sid", "status", "outcome", "duration", "direction", "from_number", "to_number"),
    *("conference_id", "participant_id"),
)
_NAMES: Mapping[str, str] = {
    "text_status": "sms_status",
    "conference_id": "conference",
    "participant_id": "participant",
}
_IN_ORDER = 2.0  # seconds: side by side the API puts moments in order whose fractions are unknown


def told_differently(
    ours: Ours, conferences: Iterable[Json], calls: Iterable[Json]
) -> Iterator[Violation]:
    conferences, calls = list(conferences), list(calls)
    people = [person for each in conferences for person in each["participants"]]
    yield from _differences("conference", _OF_CONFERENCE, ours.conferences.values(), conferences)
    yield from _differences("person", _OF_PERSON, ours.people, people)
    yield from _differences("leg", _OF_LEG, ours.legs, calls)


def _differences(
    what: str, columns: Iterable[str], rows: Iterable[Row], told: Iterable[Json]
) -> Iterator[Violation]:
    shown = {each["id"]: each for each in told}
    held = {row["id"]: row for row in rows}
    for id_ in held.keys() ^ shown.keys():
        yield Violation(f"{what} told differently", id_, "only on one side")
    for id_ in held.keys() & shown.keys():
        for column in columns:
            ours, theirs = held[id_][column], shown[id_][_NAMES.get(column, column)]
            if not _is_same(column, ours, theirs):
                detail = f"{column}: {theirs!r}, held as {ours!r}"
                yield Violation(f"{what} told differently", id_, detail)


def _is_same(column: str, ours: Any, theirs: Any) -> bool:
    if column.endswith("_at") and ours and theirs:
        return abs(datetime.fromisoformat(theirs).timestamp() - ours) <= _IN_ORDER
    return (ours or None) == (theirs or None)
