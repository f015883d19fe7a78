"""How a conference ends: at its deadline, empty, as a no-show, as failed, or by request.

Only the rows change here, and the orders are placed to end the room and to hang up every leg
outside of it; `emptying` carries them out, `sweeping` does what is due by the clock.
"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.questions import question
from calls.rows import table
from calls.states import (
    LEG_OPEN,
    PARTICIPANT_MAY_STILL_COME,
    PARTICIPANT_UNDER_WAY,
    ConferenceStatus,
    EndReason,
    EventKind,
    LegStatus,
    Mode,
    ParticipantStatus,
)
from conferencing import orders
from conferencing.models import OrderKind, OrderState


def end(conference_id: str, reason: EndReason, by: str = "") -> bool:
    """Begin to end an open conference. False: somebody else has, or it is over.

    `by`: who asked for it, in words.
    """
    return bool(end_together([conference_id], reason, by))


def end_together(conference_ids: Collection[str], reason: EndReason, by: str = "") -> list[str]:
    """As `end`, for many at once, in about as many statements as for one. Returns those ended."""
    now = timezone.now()
    detail = {"reason": reason, **({"by": by} if by else {})}

    def told(each: str) -> Happening:
        return Happening(kind=EventKind.ENDING, key=f"{each}:ending", at=now, detail=detail)

    columns = {"end_reason": reason, "ending_at": now, "ended_by": by[:100]}
    with transaction.atomic():
        ended = journal.move_together(conference_ids, ConferenceStatus.ENDING, told, **columns)
        if ended:
            orders.drop_invitations_of(ended)
            cancel_unasked_legs(conference_id__in=ended)
            _dismiss(ended)
            _let_go(ended)
    return ended


def cancel_unasked_legs(**of: Any) -> None:
    """Legs whose order was put off (the network was busy) and dropped have never been asked for."""
    put_off = Call.objects.filter(
        sid__isnull=True,
        status=LegStatus.QUEUED,
        order__kind=OrderKind.CALL,
        order__state=OrderState.DROPPED,
        **of,
    )
    for leg in put_off:
        canceled = Happening(
            kind=EventKind.LEG_STATUS,
            key=f"{leg.id}:never_asked",
            detail={"status": LegStatus.CANCELED},
        )
        journal.leg_told(leg.id, LegStatus.CANCELED, canceled)


def _dismiss(conference_ids: Collection[str]) -> None:
    """Those who have not come: the texted are missed, the not yet invited need not be."""
    waiting = Participant.objects.filter(conference_id__in=conference_ids).filter(
        Q(status__in=[ParticipantStatus.PENDING, ParticipantStatus.INVITED])
        | Q(status=ParticipantStatus.UNKNOWN, mode=Mode.DIAL_IN)
    )
    for person in waiting:
        pending = person.status == ParticipantStatus.PENDING
        to = ParticipantStatus.CANCELED if pending else ParticipantStatus.MISSED
        over = Happening(kind=EventKind.WITHDRAWN, key=f"{person.id}:over", detail={"status": to})
        journal.move_participant(person, to, over)


def _let_go(conference_ids: Collection[str]) -> None:
    """Order what empties them; those that are empty already have ended."""
    still = Call.objects.filter(conference_id__in=conference_ids, status__in=LEG_OPEN)
    legs = list(still.only("conference_id", "admitted_at", "in_room_since"))
    inside = {str(leg.conference_id) for leg in legs if leg.admitted_at}
    orders.place(orders.hang_up(leg) for leg in legs if not leg.admitted_at)
    orders.place(orders.end_room(each) for each in sorted(inside))
    # Whoever hears our words, in the menu or on the way in, would hear them to their end, and more.
    orders.place(orders.see_off(leg) for leg in legs if leg.admitted_at and not leg.in_room_since)
    for each in set(conference_ids) - {leg.conference_id for leg in legs}:
        finish(each)


def finish_if_empty(conference_id: str) -> bool:
    """An ending conference whose last leg is over has ended."""
    with transaction.atomic():
        Conference.objects.select_for_update(no_key=True).get(id=conference_id)
        return _finish_if_empty(conference_id)


def _finish_if_empty(conference_id: str) -> bool:
    return not _has_open_legs(conference_id) and finish(conference_id)


def _has_open_legs(conference_id: str) -> bool:
    return _open_legs.any(conference_id)


@question
def _open_legs(conference_id: str) -> QuerySet[Call, tuple[str]]:
    return Call.objects.filter(conference_id=conference_id, status__in=LEG_OPEN).values_list("id")[
        :1
    ]


def finish(conference_id: str) -> bool:
    """Close an ending conference, whatever is still known of its legs."""
    now = timezone.now()
    ended = Happening(kind=EventKind.ENDED, key=f"{conference_id}:ended", at=now)
    return journal.move_conference(conference_id, ConferenceStatus.ENDED, ended, ended_at=now)


def leg_over(conference_id: str) -> bool:
    """A leg of this conference is over, or a person will not come: was that the last one?

    Most are not the last: that is seen at once (False), before any lock is taken. Whoever writes
    the last one sees all others, since he looks after his commit.
    """
    if _goes_on.any(conference_id):
        return False
    conference = table(Conference).row(conference_id)
    if conference.status == ConferenceStatus.ENDING and not _has_open_legs(conference_id):
        finish_if_empty(conference_id)
    elif _why_it_is_over(conference) and not end_if_empty(conference_id):
        finish_if_empty(conference_id)  # somebody else has just begun to end it
    return True


@question
def _goes_on(conference_id: str) -> QuerySet[Conference, tuple[str]]:
    """Somebody is in it, and it ends with no organiser."""
    inside = Call.objects.filter(
        conference_id=OuterRef("id"), status__in=LEG_OPEN, admitted_at__isnull=False
    )
    live = Conference.objects.filter(
        id=conference_id, status=ConferenceStatus.LIVE, ends_with_organiser=False
    )
    return live.filter(Exists(inside)).values_list("id")


def end_if_empty(conference_id: str) -> bool:
    """End an open conference that nobody is in and nobody is on the way to.

    One that is to end with its organiser does not wait for the others.
    """
    with transaction.atomic():
        conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
        reason = _why_it_is_over(conference)
        by = _gone_organiser(conference) if reason is EndReason.ENDED_BY_USER else ""
        return reason is not None and end(conference_id, reason, by=by)


def _why_it_is_over(conference: Conference) -> EndReason | None:
    """Of an open conference: nobody is in it, and nobody is on the way."""
    if conference.status == ConferenceStatus.LIVE:
        if not _inside.any(conference.id):
            return None if _under_way.any(conference.id) else EndReason.EVERYONE_LEFT
        return EndReason.ENDED_BY_USER if _gone_organiser(conference) else None
    if conference.status == ConferenceStatus.WAITING:
        return None if _may_still_come.any(conference.id) else EndReason.FAILED
    return None


@question
def _inside(conference_id: str) -> QuerySet[Call, tuple[str]]:
    legs = Call.objects.filter(conference_id=conference_id, status__in=LEG_OPEN)
    return legs.filter(admitted_at__isnull=False).values_list("id")[:1]


@question
def _under_way(conference_id: str) -> QuerySet[Participant, tuple[str]]:
    people = Participant.objects.filter(conference_id=conference_id)
    return people.filter(status__in=PARTICIPANT_UNDER_WAY).values_list("id")[:1]


@question
def _may_still_come(conference_id: str) -> QuerySet[Participant, tuple[str]]:
    people = Participant.objects.filter(conference_id=conference_id)
    return people.filter(status__in=PARTICIPANT_MAY_STILL_COME).values_list("id")[:1]


def _gone_organiser(conference: Conference) -> str:
    """Who was the last organiser to leave a conference that ends so; empty: none, or one is in."""
    if not conference.ends_with_organiser:
        return ""
    organisers = conference.participants.filter(organiser=True)
    inside = organisers.filter(legs__admitted_at__isnull=False, legs__status__in=LEG_OPEN)
    last = organisers.filter(left_at__isnull=False).order_by("-left_at").first()
    return str(last) if last and not inside.exists() else ""
