"""What the network tells us unasked: into the journal, and what follows from it."""

import logging

from calls import journal
from calls.journal import Happening, Recorded
from calls.models import Call, Conference, Participant
from calls.states import LEG_OVER, OPEN_CONFERENCE, EventKind
from conferencing import ending, forwarding, orders
from conferencing.news import LegNews, RoomNews, TextNews

logger = logging.getLogger(__name__)

_OF_A_PERSON = (EventKind.JOINED, EventKind.LEFT)


def leg(call_id: str, news: LegNews) -> None:
    """News of a leg that we know by our own id, whose callback URL carried it."""
    if not journal.bind(call_id, news.sid):
        logger.warning("news of %s came for another leg than ours, %s", news.sid, call_id)
        return
    happening = Happening(
        kind=EventKind.LEG_STATUS,
        key=f"{call_id}:{news.key}",
        at=news.at,
        stream=call_id,
        sequence=news.sequence,
        detail={"status": news.status, **news.detail},
    )
    recorded = journal.leg_told(
        call_id, news.status, happening, duration=news.duration, error=news.error
    )
    if recorded is Recorded.APPLIED:
        _follow(call_id)


def _follow(call_id: str) -> None:
    call = Call.objects.select_related("conference").get(id=call_id)
    if call.conference is None:
        if call.status in LEG_OVER:
            forwarding.cancel_unrung(call_id)
        return
    if call.status in LEG_OVER:
        ending.leg_over(call.conference.id)
    elif call.conference.status not in OPEN_CONFERENCE and not call.admitted_at:
        orders.hang_up_now(call)  # it comes to life after the end


def leg_of_line(news: LegNews) -> None:
    """News of an inbound leg, which we know by the network's id."""
    call_id = Call.objects.filter(sid=news.sid).values_list("id", flat=True).first()
    if call_id is None:
        logger.warning("news of the inbound leg %s, which never rang here", news.sid)
        return
    leg(call_id, news)


def room(conference_id: str, news: RoomNews) -> None:
    """Somebody came into a room or left it, or the room itself began or ended.

    A room that ends does not end its conference: the network makes a new one of the same name
    for whoever comes next.
    """
    conference = Conference.objects.filter(id=conference_id).first()
    if conference is None:
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
    if news.kind not in _OF_A_PERSON:
        journal.note(happening, conference_id=conference_id)
        return
    call = Call.objects.filter(id=news.call_id, conference_id=conference_id).first()
    if call is None or call.sid != news.leg_sid:
        logger.warning("news of a leg %s that is not of conference %s", news.leg_sid, conference_id)
        return
    if news.kind is EventKind.JOINED and conference.room_sid != news.room_sid:
        journal.room_is(conference_id, news.room_sid)
    journal.leg_seen(call.id, happening)
    if news.kind is EventKind.JOINED and conference.status not in OPEN_CONFERENCE:
        orders.hang_up_now(call)


def _room_key(news: RoomNews) -> str:
    if news.sequence is not None:
        return f"{news.room_sid}:{news.sequence}"
    return f"{news.room_sid}:{news.kind}:{news.leg_sid}:{news.at.isoformat()}"


def text(participant_id: str, news: TextNews) -> None:
    """How the SMS to a participant fares."""
    person = Participant.objects.filter(id=participant_id).first()
    if person is None or (person.text_sid and person.text_sid != news.sid):
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
