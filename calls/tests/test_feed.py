"""Timelines: what happened, in plain words, in the order in which it did."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import feed, journal, wording
from calls.journal import Happening
from calls.models import Call
from calls.states import (
    ConferenceStatus,
    EndReason,
    EventKind,
    LegStatus,
    Mode,
    ParticipantStatus,
    TextStatus,
)
from calls.tests import rows

pytestmark = pytest.mark.django_db


def told(leg: Call, status: LegStatus, second: float) -> None:
    happening = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{leg.id}:{status}:{second}",
        at=rows.after(second),
        detail={"status": status},
    )
    journal.leg_told(leg.id, status, happening)


def test_a_timeline_reads_as_what_happened() -> None:
    person = rows.a_participant(name="Anna")
    leg = rows.a_leg_to(person)
    told(leg, LegStatus.RINGING, 2)
    told(leg, LegStatus.IN_PROGRESS, 8)
    told(leg, LegStatus.RINGING, 9)  # told late, by a clock that goes wrong
    started = Happening(kind=EventKind.STARTED, key="started", at=rows.after(75))
    journal.note(started, conference_id=person.conference_id)

    lines = feed.timeline(person.conference_id)

    assert [(line.after, line.who, line.words, line.too_late) for line in lines] == [
        ("", "Anna", "Waits to be called", False),
        ("2 s", "Anna", "The phone rings", False),
        ("6 s", "Anna", "Answered the phone", False),
        ("1 s", "Anna", "The phone rings", True),
        ("1 min 6 s", "", "The conference began", False),
    ]
    assert lines[1].since == timedelta(seconds=2)
    assert lines[1].call_id == leg.id
    assert lines[1].participant_id == person.id


def test_what_a_caller_did_before_he_was_let_in_belongs_to_it() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN)
    leg, stranger = rows.a_leg_from(), rows.a_leg_from("+12125550199")
    rows.let_in(leg, person)
    told(stranger, LegStatus.COMPLETED, 20)

    lines = feed.timeline(person.conference_id)

    assert [line.words for line in lines] == ["Called us, and was picked up", "Was let in"]
    assert {line.who for line in lines} == {"+1 212-555-0111"}
    stranger_lines = feed.timeline_of_call(stranger.id)
    assert [line.words for line in stranger_lines] == ["Called us, and was picked up", "Hung up"]
    assert stranger_lines[0].who == "+1 212-555-0199"


def test_within_one_second_lines_stand_as_they_were_heard_of() -> None:
    """The network cuts its stamps to the second: its :10 came after our :10.4."""
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    rows.let_in(leg, person, at=10.4)
    joined = Happening(
        kind=EventKind.JOINED, key="CF1:1", at=rows.after(10), stream="CF1", sequence=1
    )
    journal.leg_seen(leg.id, joined)

    lines = feed.timeline(person.conference_id)[1:]

    assert [line.words for line in lines] == ["Was let in", "Came into the room"]
    assert lines[1].since == timedelta(0)


def test_a_timeline_is_one_query_however_long() -> None:
    conference = rows.a_conference()
    for n in range(30):
        person = rows.a_participant(conference, phone_number=f"+1212555{200 + n:04}")
        rows.let_in(rows.a_leg_to(person), person)
    with CaptureQueriesContext(connection) as captured:
        assert len(feed.timeline(conference.id)) == 60
    assert len(captured) == 1


def test_a_timeline_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 3)
    leg = rows.a_leg_to(rows.a_participant())
    for second, status in enumerate([LegStatus.RINGING, LegStatus.IN_PROGRESS] * 3):
        told(leg, status, second)
    assert len(feed.timeline_of_call(leg.id)) == 3


def test_what_two_tell_is_read_once() -> None:
    """The answer to our asking says "queued", and so does the callback."""
    leg = rows.a_leg_to(rows.a_participant())
    for second in range(3):
        told(leg, LegStatus.RINGING, second)

    assert [line.words for line in feed.timeline_of_call(leg.id)][1:] == ["The phone rings"]


# --- Words --------------------------------------------------------------------------------------


def test_every_word_of_ours_can_be_said() -> None:
    for table, words in [
        (wording.EVENTS, EventKind),
        (wording.CONFERENCE, ConferenceStatus),
        (wording.WHY_ENDED, EndReason),
        (wording.MODES, Mode),
        (wording.PEOPLE, ParticipantStatus),
        (wording.TEXTS, TextStatus),
        (wording.LEGS, LegStatus),
    ]:
        assert set(words) <= set(table)


@pytest.mark.parametrize(
    ("kind", "detail", "said"),
    [
        (EventKind.TEXT_SENT, {"status": "queued"}, "The text message was accepted"),
        (
            EventKind.TEXT_FAILED,
            {"status": "failed", "error": "The phone is unknown."},
            "The text message failed: The phone is unknown",
        ),
        (EventKind.ENDING, {"reason": "no_show"}, "The conference is being ended: nobody came"),
        (EventKind.LEG_STATUS, {"status": "completed", "by": "us"}, "Was hung up by us"),
        ("leg_status", {"status": "busy", "error": "The phone was busy."}, "The phone was busy"),
        (EventKind.LEG_STATUS, {"status": "a word of tomorrow"}, "News of the call"),
        (EventKind.LEG_STATUS, {}, "News of the call"),
        (EventKind.CODE_WRONG, {"trouble": "ended"}, "Typed the code of a conference that is over"),
        (
            EventKind.ROOM_CHANGED,
            {"event": "participant-mute"},
            "Something changed in the room (participant mute)",
        ),
        (EventKind.WITHDRAWN, {"status": "missed"}, "Did not come"),
        (EventKind.WITHDRAWN, {}, "The invitation was withdrawn"),
        (
            EventKind.FOUND,
            {"status": "completed"},
            "The call is over (found out by asking the network)",
        ),
        ("kind_of_tomorrow", {}, "kind of tomorrow"),
    ],
)  # fmt: skip
def test_events_in_words(kind: str, detail: dict[str, str], said: str) -> None:
    assert wording.event(kind, detail) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (-3, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3785, "1 h 3 min"),
    ],
)
def test_lengths_of_time(seconds: float, said: str) -> None:
    assert wording.seconds(seconds) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+12125550111", "+1 212-555-0111"),
        (None, "withheld number"),
        ("", "withheld number"),
        ("anonymous", "anonymous"),
    ],
)
def test_numbers(number: str | None, said: str) -> None:
    assert wording.number(number) == said
