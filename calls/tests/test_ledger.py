"""The ledger: what came of a conference, told from the rows alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import journal
from calls.journal import Happening
from calls.ledger import Ledger, Person, Stay, ledger
from calls.models import Announcement, Call, Conference, Participant
from calls.states import (
    AnnouncementStatus,
    Command,
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
STRANGER = "+12125550177"


def happens(kind: EventKind, second: float, detail: Mapping[str, Any] | None = None) -> Happening:
    return Happening(kind=kind, key=f"{kind}:{second}", at=rows.after(second), detail=detail or {})


def tell(leg: Call, status: LegStatus, second: float, **facts: Any) -> None:
    told = happens(EventKind.LEG_STATUS, second, {"status": status})
    journal.leg_told(leg.id, status, told, **facts)


def see(leg: Call, kind: EventKind, second: float, number: int) -> None:
    seen = Happening(
        kind=kind, key=f"CF1:{number}", at=rows.after(second), stream="CF1", sequence=number
    )
    journal.leg_seen(leg.id, seen)


def text(person: Participant, status: TextStatus, second: float, **facts: Any) -> None:
    told = happens(EventKind.TEXT_STATUS, second, {"status": status})
    journal.text_told(person.id, status, told, **facts)


def again(person: Participant, second: float, by: str) -> None:
    person.refresh_from_db()
    retried = happens(EventKind.RETRIED, second, {"by": by, "mode": person.mode})
    assert journal.invite_again(person, retried)


def a_conference(**columns: Any) -> Conference:
    live = {"status": ConferenceStatus.LIVE, "started_at": rows.after(10)}
    return rows.a_conference(**live | {"ends_at": rows.after(310)} | columns)


def ends(conference: Conference, second: float, reason: EndReason, by: str = "") -> None:
    detail = {"reason": reason, "by": by} if by else {"reason": reason}
    journal.move_conference(
        conference.id,
        ConferenceStatus.ENDING,
        happens(EventKind.ENDING, second, detail),
        end_reason=reason,
        ended_by=by,
        ending_at=rows.after(second),
    )
    journal.move_conference(
        conference.id,
        ConferenceStatus.ENDED,
        happens(EventKind.ENDED, second),
        ended_at=rows.after(second),
    )


def one(told: Ledger, who: str) -> Person:
    return next(person for person in told.people if person.who == who)


def test_each_stay_stands_in_it_and_they_add_up() -> None:
    conference = a_conference()
    anna = rows.a_participant(conference, name="Anna")
    leg = rows.a_leg_to(anna)
    tell(leg, LegStatus.IN_PROGRESS, 8)
    rows.let_in(leg, anna)
    see(leg, EventKind.JOINED, 11, 1)
    see(leg, EventKind.LEFT, 41, 2)
    see(leg, EventKind.JOINED, 60, 3)  # back from the room's menu
    tell(leg, LegStatus.COMPLETED, 100)
    ends(conference, 101, EndReason.EVERYONE_LEFT)

    told = ledger(conference.id)

    anna_told = one(told, "Anna")
    assert anna_told.stays == (
        Stay(rows.after(11), rows.after(41), 30),
        Stay(rows.after(60), rows.after(100), 40),
    )
    assert anna_told.talk_seconds == told.talk_seconds == 70
    assert anna_told.talk_seconds == rows.row(anna)["talk_seconds"]
    (her_leg,) = anna_told.legs
    assert (her_leg.answered_at, her_leg.ended_at) == (rows.after(8), rows.after(100))
    assert her_leg.words == "The call is over"
    assert (told.seconds, told.why_ended) == (91, "everybody has left")


def test_a_stay_goes_on_until_somebody_leaves() -> None:
    conference = a_conference()
    anna = rows.a_participant(conference, name="Anna")
    leg = rows.a_leg_to(anna)
    rows.let_in(leg, anna)
    see(leg, EventKind.JOINED, 11, 1)
    told = ledger(conference.id)
    (stay,) = told.people[0].stays
    assert stay.end is None
    assert stay.seconds == round((told.as_of - rows.after(11)).total_seconds())


def test_each_attempt_says_how_it_went_and_why_not() -> None:
    conference = a_conference()
    bert = rows.a_participant(conference, name="Bert")
    busy = rows.a_leg_to(bert)
    tell(busy, LegStatus.BUSY, 20)
    again(bert, 30, by="Chief")
    bert.refresh_from_db()
    refused = rows.a_leg_to(bert)
    tell(refused, LegStatus.FAILED, 40, error=("21215", "Calls to this country are off."))

    told = ledger(conference.id)

    first, second = one(told, "Bert").legs
    assert (first.words, first.why) == ("The phone was busy", "")
    assert (second.words, second.why) == ("The call failed", "Calls to this country are off.")
    (deed,) = told.deeds
    assert (deed.words, deed.who, deed.by) == ("Is to be called again", "Bert", "Chief")


def test_texts_in_any_order_and_again() -> None:
    conference = a_conference()
    dora = rows.a_participant(conference, name="Dora", mode=Mode.DIAL_IN)
    text(dora, TextStatus.QUEUED, 1)
    text(dora, TextStatus.UNDELIVERED, 5, error=("30003", "The phone cannot be reached."))
    text(dora, TextStatus.SENT, 4)  # came late
    Participant.objects.filter(id=dora.id).update(status=ParticipantStatus.FAILED)
    again(dora, 30, by="Chief")
    text(dora, TextStatus.QUEUED, 31)
    text(dora, TextStatus.DELIVERED, 33)

    lost, arrived = one(ledger(conference.id), "Dora").texts

    assert (lost.status, lost.why) == ("undelivered", "The phone cannot be reached.")
    assert (lost.asked_at, lost.told_at) == (rows.after(1), rows.after(5))
    assert (arrived.words, arrived.why) == ("The text message was delivered", "")
    assert (arrived.asked_at, arrived.told_at) == (rows.after(31), rows.after(33))


def test_who_knew_the_code_and_who_was_turned_away() -> None:
    conference = a_conference()
    rows.a_participant(conference, name="Anna")
    stranger = rows.a_participant(conference, phone_number=None, mode=Mode.DIAL_IN, invited=False)
    withheld = rows.a_leg_from("anonymous")
    rows.let_in(withheld, stranger)
    for number in (rows.GUEST, STRANGER):
        caller = rows.a_leg_from(number)
        away = Happening(kind=EventKind.TURNED_AWAY, key=caller.id, detail={"why": "locked"})
        journal.dismissed(caller.id, away, conference_id=conference.id)

    told = ledger(conference.id)

    assert [person.who for person in told.invited] == ["Anna"]
    (knew,) = told.uninvited
    assert (knew.who, knew.how, knew.legs[0].number) == ("withheld number", "knew the code", None)
    assert [deed.who for deed in told.turned_away] == ["Anna", "+1 212-555-0177"]


def test_what_was_said_and_done_and_by_whom() -> None:
    conference = a_conference()
    anna = rows.a_participant(conference, name="Anna")
    journal.ask(anna, Command.MUTE, happens(EventKind.ASKED, 20, {"command": "mute", "by": "Bea"}))
    journal.extend(
        conference,
        rows.after(610),
        happens(EventKind.EXTENDED, 30, {"seconds": 300, "by": "Anna"}),
    )
    journal.lock(conference.id, "Full.", happens(EventKind.LOCKED, 40, {"by": "Bea"}))
    journal.unlock(conference.id, happens(EventKind.UNLOCKED, 50, {"by": "Bea"}))
    warning = Announcement(conference=conference, text="One minute left.", created_at=rows.NINE)
    journal.announce(warning, {})
    journal.move_announcement(warning.id, AnnouncementStatus.DONE, at=rows.after(3))
    lost = Announcement(conference=conference, text="Hello", participant=anna, asked_by="Bea")
    journal.announce(lost, {})
    gone = ("not_in_room", "Nobody was there any more to hear it.")
    journal.move_announcement(lost.id, AnnouncementStatus.FAILED, error=gone)
    silent = Announcement(conference=conference, text="Bye", asked_by="Bea")
    journal.announce(silent, {})
    journal.move_announcement(silent.id, AnnouncementStatus.SAYING)
    assert ledger(conference.id).said[-1].words == "being said"
    ends(conference, 60, EndReason.ENDED_BY_USER, by="Bea")

    told = ledger(conference.id)

    assert [(deed.words, deed.who, deed.by) for deed in told.deeds] == [
        ("Is to be muted", "Anna", "Bea"),
        ("The conference was extended by 5 min", "", "Anna"),
        ("The conference was locked", "", "Bea"),
        ("The conference was unlocked", "", "Bea"),
        ("The conference is being ended: somebody ended it", "", "Bea"),
    ]
    assert told.why_ended == "Bea ended it"
    said, failed, never_told = told.said
    assert (said.text, said.to, said.by, said.words) == ("One minute left.", "", "", "said")
    assert said.said_at == rows.after(3)
    assert (failed.to, failed.by, failed.words) == ("Anna", "Bea", "could not be said")
    assert failed.why == "Nobody was there any more to hear it."
    assert never_told.words == "handed over; whether it was said was never told"


def test_one_to_whom_nobody_came() -> None:
    conference = rows.a_conference()
    rows.a_participant(conference, name="Anna")
    told = ledger(conference.id)
    assert (told.seconds, told.talk_seconds, told.said, told.deeds) == (None, 0, (), ())
    (anna,) = told.people
    assert (anna.words, anna.was_in, anna.legs) == ("not invited yet", False, ())


def test_an_unknown_one_is_not_found() -> None:
    with pytest.raises(Conference.DoesNotExist):
        ledger("conf_never")


def test_as_many_queries_for_many_people_as_for_one() -> None:
    conference = a_conference()
    for n in range(12):
        person = rows.a_participant(conference, phone_number=f"+1212555{100 + n:04}")
        leg = rows.a_leg_to(person)
        rows.let_in(leg, person)
        see(leg, EventKind.JOINED, 11, 2 * n + 1)
        see(leg, EventKind.LEFT, 41, 2 * n + 2)
        announcement = Announcement(conference=conference, text="Hello", participant=person)
        journal.announce(announcement, {})
        away = Happening(kind=EventKind.TURNED_AWAY, key=f"away{n}")
        journal.dismissed(rows.a_leg_from(STRANGER).id, away, conference_id=conference.id)
    with CaptureQueriesContext(connection) as asked:
        told = ledger(conference.id)
    selects = [query for query in asked.captured_queries if query["sql"].startswith("SELECT")]
    assert len(selects) == 6
    assert [person.talk_seconds for person in told.people] == [30] * 12
