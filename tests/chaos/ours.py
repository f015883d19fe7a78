"""What our database holds, read past all of our own code. Times are seconds since the epoch."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

OVER = frozenset({"completed", "busy", "no_answer", "failed", "canceled"})
Row = dict[str, Any]

_QUERIES = {
    "conferences": """
        SELECT id, status, end_reason, max_duration, created_at, no_show_at, started_at, ends_at,
               ending_at, ended_at FROM calls_conference""",
    "people": """
        SELECT id, conference_id, phone_number, mode, status, invited, text_sid, text_status,
               talk_seconds, joined_at, left_at FROM calls_participant""",
    "legs": """
        SELECT id, sid, direction, from_number, to_number, conference_id, participant_id, status,
               outcome, duration, created_at, answered_at, ended_at, admitted_at, dismissed_at,
               joined_at, left_at, talk_seconds FROM calls_call""",
    # A call or a text that was asked for and not answered: when we gave up on the answer, and the
    # first thing that the network told of it after all.
    "doubted": """
        SELECT COALESCE(call_id, participant_id) AS id, MIN(recorded_at) AS at FROM calls_callevent
        WHERE kind IN ('leg_refused', 'text_failed') AND detail ->> 'status' = 'unknown'
        GROUP BY COALESCE(call_id, participant_id)""",
    "evidence": """
        SELECT call_id AS id, MIN(recorded_at) AS at FROM calls_callevent
        WHERE call_id IS NOT NULL AND kind NOT IN ('leg_refused', 'hang_up_asked')
              AND (kind <> 'leg_status' OR stream <> '') GROUP BY call_id
        UNION ALL SELECT participant_id AS id, MIN(recorded_at) AS at FROM calls_callevent
        WHERE kind = 'text_status' GROUP BY participant_id""",
    "messages": """
        SELECT calls_voicemail.status, audio, sha256, from_number FROM calls_voicemail
        JOIN calls_call ON calls_call.id = calls_voicemail.call_id""",
    "orders": """
        SELECT kind, state, COUNT(*) AS orders FROM conferencing_order GROUP BY kind, state""",
}


_GLANCE = {
    "conferences": "SELECT id, status, end_reason FROM calls_conference",
    "people": "SELECT id, conference_id, status, talk_seconds FROM calls_participant ORDER BY id",
    "legs": """
        SELECT id, sid, conference_id, status, duration FROM calls_call
        WHERE conference_id IS NOT NULL ORDER BY id""",
}
OUT_OF_REACH = (psycopg.OperationalError, sqlite3.OperationalError)


@dataclass(frozen=True)
class Ours:
    """Rows as they are, and when something was learned: `doubted`, that the outcome of a leg or a
    text is unknown; `evidence`, the first that the network told of it.
    """

    conferences: dict[str, Row]
    people: list[Row]
    legs: list[Row]
    doubted: dict[str, float] = field(default_factory=dict)
    evidence: dict[str, float] = field(default_factory=dict)
    orders: list[Row] = field(default_factory=list)
    messages: list[Row] = field(default_factory=list)


def read(database_url: str) -> Ours:
    """All of it, in one transaction."""
    found = _rows(database_url, _QUERIES)
    return Ours(
        conferences={row["id"]: row for row in found["conferences"]},
        people=found["people"],
        legs=found["legs"],
        doubted=_moments(found["doubted"]),
        evidence=_moments(found["evidence"]),
        orders=found["orders"],
        messages=found["messages"],
    )


def glance(database_url: str) -> dict[str, list[Row]]:
    """Of conferences, people and legs only what everybody sees."""
    return _rows(database_url, _GLANCE)


def events(database_url: str) -> list[Row]:
    """Every event, in the order in which we wrote them."""
    query = """
        SELECT id, key, kind, at, recorded_at, conference_id, participant_id, call_id, stream,
               sequence, applied, detail FROM calls_callevent ORDER BY recorded_at"""
    found = _rows(database_url, {"events": query})
    return found["events"]


def _moments(rows: list[Row]) -> dict[str, float]:
    return {row["id"]: row["at"] for row in rows}


def still_open(database_url: str) -> int:
    """How many conferences have not ended, by a look that costs nothing."""
    query = "SELECT COUNT(*) AS n FROM calls_conference WHERE status <> 'ended'"
    if database_url.startswith("sqlite"):
        with closing(_connected(database_url)) as file:
            return int(file.execute(query).fetchone()[0])
    with psycopg.connect(database_url, connect_timeout=5) as server:
        row = server.execute(query).fetchone()
        return int(row[0]) if row else 0


def _rows(database_url: str, queries: dict[str, str]) -> dict[str, list[Row]]:
    reader = _sqlite if database_url.startswith("sqlite") else _postgres
    return reader(database_url, queries)


def _sqlite(database_url: str, queries: dict[str, str]) -> dict[str, list[Row]]:
    with closing(_connected(database_url)) as file:
        file.row_factory = sqlite3.Row
        file.execute("BEGIN")
        return {
            name: [_told(dict(row)) for row in file.execute(query)]
            for name, query in queries.items()
        }


def _connected(database_url: str) -> sqlite3.Connection:
    return sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=20)


def _postgres(database_url: str, queries: dict[str, str]) -> dict[str, list[Row]]:
    with psycopg.connect(database_url, row_factory=psycopg.rows.dict_row) as server:
        server.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return {
            name: [_told(row) for row in server.execute(query)] for name, query in queries.items()
        }


def _told(row: Row) -> Row:
    return dict(_columns(row))


def _columns(row: Row) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        is_time = value is not None and (name.endswith("_at") or name == "at")
        yield name, _seconds(value) if is_time else value


def _seconds(moment: Any) -> float:
    if isinstance(moment, str):  # SQLite's, in UTC
        moment = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    return float(moment.timestamp())
