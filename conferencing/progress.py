"""What the network tells us unasked: into the journal, and what follows from it."""

import logging
from datetime import datetime

from django.db.models import QuerySet

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, Conference, Participant
from calls.questions import question
from calls.rows import table
from calls.sightings import SIGHTINGS
from calls.states import LEG_OVER, OPEN_CONFERENCE, EventKind
from conferencing import announcing, ending, forwarding, in_the_room, orders
from conferencing.news import LegNews, RoomNews, TextNews

logger = logging.getLogger(__name__)


def leg(call_id: str, news: LegNews) -> bool:
    """News of a leg that we know by our own id, whose callback URL carried it.

    Returns whether it may have led to orders.
    """
    happening = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{call_id}:{news.key}",
        at=news.at,
        stream=call_id,
        sequence=news.sequence,
        detail={"status": news.status, **news.detail},
    )
    try:
        recorded = journal.leg_told(
            call_id,
            news.status,
            happening,
            heard_from=news.sid,
            duration=news.duration,
            error=news.error,
        )
    except Call.DoesNotExist:
        recorded = Recorded.NOT_OURS
    if recorded is Recorded.NOT_OURS:
        logger.warning("news of %s came for another leg than ours, %s", news.sid, call_id)
    return recorded is Recorded.APPLIED and _follow(call_id, over=news.status in LEG_OVER)


@question
def _standing(call_id: str) -> QuerySet[Call, tuple[str | None, str | None, datetime | None]]:
    leg = Call.objects.filter(id=call_id)
    return leg.values_list("conference_id", "conference__status", "admitted_at")


def _follow(call_id: str, *, over: bool) -> bool:
    ((conference_id, status, admitted_at),) = _standing(call_id)
    if conference_id is None:
        if over:
            forwarding.cancel_unrung(call_id)
        return over
    if over:
        ends = ending.leg_over(conference_id)
        return (admitted_at is not None and in_the_room.set_right(conference_id)) or ends
    if status not in OPEN_CONFERENCE and not admitted_at:
        orders.hang_up_now(table(Call).row(call_id))  # it comes to life after the end
        return True
    return False


def leg_of_line(news: LegNews) -> bool:
    """As `leg`, of an inbound one, which we know by the network's id."""
    known = _by_sid.first(news.sid)
    if known is None:
        logger.warning("news of the inbound leg %s, which never rang here", news.sid)
        return False
    return leg(known[0], news)


@question
def _by_sid(sid: str) -> QuerySet[Call, tuple[str]]:
    return Call.objects.filter(sid=sid).values_list("id")


def room(conference_id: str, news: RoomNews) -> None:
    """Somebody came into a room or left it, or the room itself began or ended.

    A room that ends does not end its conference: the network makes a new one of the same name
    for whoever comes next.
    """
    try:
        conference = table(Conference).row(conference_id)
    except Conference.DoesNotExist:
        logger.warning("news of a room whose conference %s is unknown", conference_id)
        return
    happening = Happening(
        kind=news.kind,
        key=_room_key(news),
        at=news.at,
        stream=news.room_sid,
        sequence=news.sequence,
        detail=news.detail,
    )
    if news.announcement_id:
        announcing.heard(news.announcement_id, error=news.error)
        return
    if news.kind not in SIGHTINGS:
        journal.note(happening, conference_id=conference_id)
        return
    call = _leg_in.first(news.call_id, conference_id)
    if call is None or call.sid != news.leg_sid:
        logger.warning("news of a leg %s that is not of conference %s", news.leg_sid, conference_id)
        return
    if news.kind is EventKind.JOINED and conference.room_sid != news.room_sid:
        journal.room_is(conference_id, news.room_sid)
    journal.leg_seen(call.id, happening)
    if news.kind is EventKind.JOINED and conference.status not in OPEN_CONFERENCE:
        orders.hang_up_now(call)
    else:
        in_the_room.set_right(conference_id)


@question
def _leg_in(call_id: str, conference_id: str) -> QuerySet[Call]:
    return Call.objects.filter(id=call_id, conference_id=conference_id)


def _room_key(news: RoomNews) -> str:
    if news.sequence is not None:
        return f"{news.room_sid}:{news.sequence}"
    return f"{news.room_sid}:{news.kind}:{news.leg_sid}:{news.at.isoformat()}"


@question
def _person(participant_id: str) -> QuerySet[Participant]:
    return Participant.objects.filter(id=participant_id)


def _is_of(person: Participant, news: TextNews) -> bool:
    """Of the text that was sent last: the fate of an earlier one says nothing any more."""
    return news.attempt == person.attempt and person.text_sid in (None, news.sid)


def text(participant_id: str, news: TextNews) -> None:
    """How the SMS to a participant fares."""
    person = _person.first(participant_id)
    if person is None or not _is_of(person, news):
        logger.warning("news of a text %s that is not of ours", news.sid)
        return
    happening = Happening(
        kind=EventKind.TEXT_STATUS,
        key=f"{participant_id}:text:{news.sid}:{news.status}",
        at=news.at,
        detail={"status": news.status},
    )
    recorded = journal.text_told(
        participant_id, news.status, happening, sid=news.sid, error=news.error
    )
    if recorded is Recorded.APPLIED:
        ending.leg_over(person.conference_id)
