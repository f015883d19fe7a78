"""How a conference ends: at its deadline, empty, as a no-show, as failed, or by request.

Only the rows change here, and the orders are placed to end the room and to hang up every leg
outside of it; `emptying` carries them out, `sweeping` does what is due by the clock.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
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


def end(conference_id: str, reason: EndReason) -> bool:
    """Begin to end an open conference. False: somebody else has, or it is over."""
    now = timezone.now()
    happening = Happening(
        kind=EventKind.ENDING, key=f"{conference_id}:ending", at=now, detail={"reason": reason}
    )
    with transaction.atomic():
        if not journal.move_conference(
            conference_id, ConferenceStatus.ENDING, happening, end_reason=reason, ending_at=now
        ):
            return False
        orders.drop_invitations_of(conference_id)
        cancel_unasked_legs(conference_id=conference_id)
        _dismiss(conference_id)
        _let_go(conference_id)
        _finish_if_empty(conference_id)
    return True


def cancel_unasked_legs(**of: str) -> None:
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


def _dismiss(conference_id: str) -> None:
    """Those who have not come: the texted are missed, the not yet invited need not be."""
    waiting = Participant.objects.filter(conference_id=conference_id).filter(
        Q(status__in=[ParticipantStatus.PENDING, ParticipantStatus.INVITED])
        | Q(status=ParticipantStatus.UNKNOWN, mode=Mode.DIAL_IN)
    )
    for person in waiting:
        pending = person.status == ParticipantStatus.PENDING
        to = ParticipantStatus.CANCELED if pending else ParticipantStatus.MISSED
        over = Happening(kind=EventKind.WITHDRAWN, key=f"{person.id}:over", detail={"status": to})
        journal.move_participant(person, to, over)


def _let_go(conference_id: str) -> None:
    legs = list(Call.objects.filter(conference_id=conference_id, status__in=LEG_OPEN))
    outside = [leg for leg in legs if not leg.admitted_at]
    orders.place(orders.hang_up(leg) for leg in outside)
    if len(outside) < len(legs):
        orders.place([orders.end_room(conference_id)])


def finish_if_empty(conference_id: str) -> bool:
    """An ending conference whose last leg is over has ended."""
    with transaction.atomic():
        Conference.objects.select_for_update(no_key=True).get(id=conference_id)
        return _finish_if_empty(conference_id)


def _finish_if_empty(conference_id: str) -> bool:
    return not _has_open_legs(conference_id) and finish(conference_id)


def _has_open_legs(conference_id: str) -> bool:
    return Call.objects.filter(conference_id=conference_id, status__in=LEG_OPEN).exists()


def finish(conference_id: str) -> bool:
    """Close an ending conference, whatever is still known of its legs."""
    now = timezone.now()
    ended = Happening(kind=EventKind.ENDED, key=f"{conference_id}:ended", at=now)
    return journal.move_conference(conference_id, ConferenceStatus.ENDED, ended, ended_at=now)


def leg_over(conference_id: str) -> None:
    """A leg of this conference is over, or a person will not come: was that the last one?

    Most are not the last: that is seen before any lock is taken. Whoever writes the last one
    sees all others, since he looks after his commit.
    """
    conference = Conference.objects.get(id=conference_id)
    if conference.status == ConferenceStatus.ENDING and not _has_open_legs(conference_id):
        finish_if_empty(conference_id)
    elif _why_it_is_over(conference) and not end_if_empty(conference_id):
        finish_if_empty(conference_id)  # somebody else has just begun to end it


def end_if_empty(conference_id: str) -> bool:
    """End an open conference that nobody is in and nobody is on the way to."""
    with transaction.atomic():
        conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
        reason = _why_it_is_over(conference)
        return reason is not None and end(conference_id, reason)


def _why_it_is_over(conference: Conference) -> EndReason | None:
    """Of an open conference: nobody is in it, and nobody is on the way."""
    people = Participant.objects.filter(conference_id=conference.id)
    if conference.status == ConferenceStatus.LIVE:
        inside = conference.legs.filter(admitted_at__isnull=False, status__in=LEG_OPEN)
        busy = inside.exists() or people.filter(status__in=PARTICIPANT_UNDER_WAY).exists()
        return None if busy else EndReason.EVERYONE_LEFT
    if conference.status == ConferenceStatus.WAITING:
        hope = people.filter(status__in=PARTICIPANT_MAY_STILL_COME).exists()
        return None if hope else EndReason.FAILED
    return None
