"""The journal: what is told of calls and texts, and what people show of it."""

from typing import Any

import pytest

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, CallEvent, Conference, Participant
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

LOST = ("outcome_unknown", "We cannot tell whether the network was asked.")
UNREACHABLE = ("30003", "The phone cannot be reached.")


def tell(leg: Call, status: LegStatus, second: float = 5, **facts: Any) -> Recorded:
    told = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{leg.id}:callback:{status}:{second}",
        at=rows.after(second),
        detail={"status": status},
    )
    return journal.leg_told(leg.id, status, told, **facts)


def see(leg: Call, kind: EventKind, second: float, number: int, room: str = "CF1") -> Recorded:
    seen = Happening(
        kind=kind, key=f"{room}:{number}", at=rows.after(second), stream=room, sequence=number
    )
    return journal.leg_seen(leg.id, seen)


def text(person: Participant, status: TextStatus, **facts: Any) -> Recorded:
    told = Happening(kind=EventKind.TEXT_STATUS, key=f"{person.id}:text:{status}")
    return journal.text_told(person.id, status, told, **facts)


def shows(person: Participant) -> str:
    return str(rows.row(person)["status"])


# --- A called person ----------------------------------------------------------------------------


def test_a_call_rings_is_answered_talks_and_ends() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    assert shows(person) == "calling"

    tell(leg, LegStatus.RINGING)
    assert shows(person) == "ringing"
    tell(leg, LegStatus.IN_PROGRESS)
    assert shows(person) == "answered"
    rows.let_in(leg, person)
    assert shows(person) == "answered"
    see(leg, EventKind.JOINED, 10, 1)
    assert shows(person) == "joined"
    see(leg, EventKind.LEFT, 70, 2)
    assert shows(person) == "joined"  # may be in the room's menu, or on the way back
    tell(leg, LegStatus.COMPLETED, 71, duration=66)
    assert shows(person) == "left"

    assert rows.row(person)["talk_seconds"] == 60
    assert rows.row(leg)["duration"] == 66


def test_a_word_that_comes_too_late_is_kept_and_moves_nothing() -> None:
    leg = rows.a_leg_to(rows.a_participant())
    tell(leg, LegStatus.COMPLETED, 70)

    assert tell(leg, LegStatus.RINGING, 2) is Recorded.NOT_APPLIED

    call = rows.row(leg)
    assert (call["status"], call["ringing_at"]) == ("completed", rows.after(2))
    assert CallEvent.objects.get(key__contains="ringing").applied is False


def test_the_same_told_twice_is_written_once() -> None:
    leg = rows.a_leg_to(rows.a_participant())
    assert tell(leg, LegStatus.RINGING) is Recorded.APPLIED
    assert tell(leg, LegStatus.RINGING) is Recorded.DUPLICATE
    assert CallEvent.objects.filter(call=leg, key__contains="ringing").count() == 1


def test_an_error_is_shown_in_words_on_the_leg_the_person_and_the_event() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)

    tell(leg, LegStatus.FAILED, error=("21215", "Calls to this country are not allowed."))

    shown = rows.row(person)
    assert (shown["status"], shown["error_code"]) == ("failed", "21215")
    assert rows.row(leg)["error_detail"] == "Calls to this country are not allowed."
    event = CallEvent.objects.get(call=leg, key__contains="failed")
    assert event.detail["error"] == "Calls to this country are not allowed."


def test_the_reason_of_not_knowing_goes_when_there_is_evidence() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    tell(leg, LegStatus.UNKNOWN, error=LOST)
    assert (shows(person), rows.row(person)["error_code"]) == ("unknown", "outcome_unknown")

    tell(leg, LegStatus.BUSY, error=("busy", "The phone was busy."))

    assert (shows(person), rows.row(person)["error_code"]) == ("busy", "busy")


def test_an_error_that_explains_another_word_is_not_the_legs() -> None:
    leg = rows.a_leg_to(rows.a_participant())
    tell(leg, LegStatus.COMPLETED, 70)
    tell(leg, LegStatus.FAILED, 71, error=("x", "Too late."))
    assert rows.row(leg)["error_code"] == ""


def test_a_leg_whose_callback_has_come_is_not_unknown() -> None:
    leg = rows.a_leg_to(rows.a_participant())
    tell(leg, LegStatus.QUEUED, sid="CA1")
    assert tell(leg, LegStatus.UNKNOWN, error=LOST) is Recorded.NOT_APPLIED
    assert (rows.row(leg)["status"], rows.row(leg)["error_code"]) == ("queued", "")


# --- Ids ----------------------------------------------------------------------------------------


def test_a_leg_is_bound_once() -> None:
    leg = rows.a_leg_to(rows.a_participant())
    assert journal.bind(leg.id, "CA1")
    assert journal.bind(leg.id, "CA1")
    assert not journal.bind(leg.id, "CA2")
    assert rows.row(leg)["sid"] == "CA1"


def test_a_sid_of_another_leg_is_not_taken() -> None:
    conference = rows.a_conference()
    one, other = (
        rows.a_leg_to(rows.a_participant(conference, phone_number=number))
        for number in ("+12125550131", "+12125550132")
    )
    assert journal.bind(one.id, "CA1")
    assert not journal.bind(other.id, "CA1")
    assert rows.row(other)["sid"] is None


def test_an_unknown_leg_is_bound_to_nothing() -> None:
    assert not journal.bind("call_that_never_was", "CA1")


# --- A person's newest leg ----------------------------------------------------------------------


def test_somebody_who_dials_in_beside_the_call_to_him_shows_the_newer_leg() -> None:
    person = rows.a_participant()
    called = rows.a_leg_to(person)
    tell(called, LegStatus.RINGING)
    dialled = rows.a_leg_from()
    rows.let_in(dialled, person)
    see(dialled, EventKind.JOINED, 10, 1)

    tell(called, LegStatus.NO_ANSWER, 40, error=("no_answer", "Nobody answered."))

    assert shows(person) == "joined"
    assert rows.row(person)["error_code"] == ""


def test_somebody_comes_back_after_a_drop_and_both_stays_count() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN)
    first, second = rows.a_leg_from(sid="CA1"), rows.a_leg_from(sid="CA2")
    rows.let_in(first, person)
    see(first, EventKind.JOINED, 10, 1)
    tell(first, LegStatus.COMPLETED, 40)
    assert shows(person) == "left"

    rows.let_in(second, person, at=50)
    see(second, EventKind.JOINED, 51, 2)
    assert shows(person) == "joined"
    assert rows.row(person)["left_at"] is None
    see(first, EventKind.LEFT, 39, 3)  # told very late
    assert shows(person) == "joined"
    tell(second, LegStatus.COMPLETED, 61)

    shown = rows.row(person)
    assert (shows(person), shown["joined_at"]) == ("left", rows.after(10))
    assert shown["left_at"] == rows.after(61)
    assert shown["talk_seconds"] == 29 + 10


def test_a_leg_that_is_over_before_it_was_let_in_leaves_nobody_waiting() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN, status=ParticipantStatus.INVITED)
    leg = rows.a_leg_from()
    tell(leg, LegStatus.COMPLETED, 9)
    rows.let_in(leg, person, at=10)
    assert shows(person) == "left"


# --- Texts --------------------------------------------------------------------------------------


def test_a_text_is_sent_and_delivered() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN)
    text(person, TextStatus.QUEUED, sid="SM1")
    assert shows(person) == "invited"
    text(person, TextStatus.DELIVERED)
    text(person, TextStatus.SENT)  # overtaken
    assert rows.row(person)["text_status"] == "delivered"
    assert rows.row(person)["text_sid"] == "SM1"


def test_a_text_that_does_not_arrive_says_why() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN)
    text(person, TextStatus.UNDELIVERED, error=UNREACHABLE)  # overtakes the answer to our asking
    text(person, TextStatus.QUEUED, sid="SM1")

    shown = rows.row(person)
    assert (shown["status"], shown["error_detail"]) == ("failed", UNREACHABLE[1])
    assert (shown["text_status"], shown["text_sid"]) == ("undelivered", "SM1")


def test_the_fate_of_a_text_does_not_speak_for_somebody_on_the_phone() -> None:
    """In either order: the text fails and he dials in all the same."""
    for text_first in (True, False):
        person = rows.a_participant(mode=Mode.DIAL_IN, status=ParticipantStatus.INVITED)
        leg = rows.a_leg_from(sid=f"CA{text_first}")
        if text_first:
            text(person, TextStatus.UNDELIVERED, error=UNREACHABLE)
        rows.let_in(leg, person)
        see(leg, EventKind.JOINED, 10, 1, room=f"CF{text_first}")
        if not text_first:
            text(person, TextStatus.UNDELIVERED, error=UNREACHABLE)

        shown = rows.row(person)
        assert (shown["status"], shown["error_code"]) == ("joined", "")
        assert shown["text_status"] == "undelivered"


def test_a_late_delivery_does_not_wipe_the_reason_why_a_leg_failed() -> None:
    person = rows.a_participant()
    leg = rows.a_leg_to(person)
    tell(leg, LegStatus.FAILED, error=("13224", "This number cannot be reached."))
    text(person, TextStatus.DELIVERED)
    assert rows.row(person)["error_code"] == "13224"


def test_a_withdrawn_invitation_stays_withdrawn() -> None:
    person = rows.a_participant(mode=Mode.DIAL_IN)
    gone = Happening(kind=EventKind.WITHDRAWN, key=f"{person.id}:withdrawn")
    assert journal.move_participant(person, ParticipantStatus.CANCELED, gone)
    text(person, TextStatus.DELIVERED)
    assert shows(person) == "canceled"


# --- Conferences --------------------------------------------------------------------------------


def end(conference: Conference, reason: EndReason = EndReason.NO_SHOW) -> bool:
    ending = Happening(kind=EventKind.ENDING, key=f"{conference.id}:ending")
    return journal.move_conference(
        conference.id, ConferenceStatus.ENDING, ending, end_reason=reason, ending_at=rows.NINE
    )


def test_a_conference_ends_once_and_for_one_reason() -> None:
    conference = rows.a_conference()
    assert end(conference)
    assert not end(conference, EndReason.TIME_LIMIT)
    assert rows.row(conference)["end_reason"] == "no_show"
    assert CallEvent.objects.filter(conference=conference).count() == 1


def test_a_conference_that_is_ending_is_not_revived() -> None:
    conference = rows.a_conference()
    end(conference)
    started = Happening(kind=EventKind.STARTED, key=f"{conference.id}:started")
    assert not journal.move_conference(
        conference.id, ConferenceStatus.LIVE, started, started_at=rows.NINE, ends_at=rows.NINE
    )
    assert rows.row(conference)["started_at"] is None


def test_a_code_is_released_when_its_conference_has_been_over_for_a_while() -> None:
    conference = rows.a_conference()
    end(conference)
    over = Happening(kind=EventKind.ENDED, key=f"{conference.id}:ended")
    journal.move_conference(conference.id, ConferenceStatus.ENDED, over, ended_at=rows.after(100))
    assert journal.release_codes(rows.after(100)) == 0
    assert journal.release_codes(rows.after(101)) == 1
    assert rows.a_conference(code=conference.code).code_held


def test_an_event_and_its_move_stand_or_fall_together(monkeypatch: pytest.MonkeyPatch) -> None:
    leg = rows.a_leg_to(rows.a_participant())
    monkeypatch.setattr("calls.journal.showing._Follows.finish", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tell(leg, LegStatus.RINGING)
    assert rows.row(leg)["status"] == "queued"
    assert CallEvent.objects.filter(call=leg).count() == 1
