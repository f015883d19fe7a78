"""Sentences that are said into a room, to all or to one."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.models import Announcement, Call, Conference, Participant
from calls.states import (
    LEG_OPEN,
    AnnouncementStatus,
    ConferenceStatus,
    ParticipantStatus,
)
from conferencing import in_the_room, orders
from conferencing.errors import NotPossibleNow, TooOften
from conferencing.in_the_room import Present
from conferencing.models import Order, OrderKind, OrderState
from conferencing.telephony import NotThere, OutcomeUnknown, Refused, Room, network

_MINUTE = timedelta(minutes=1)
# An announcement waits so long for whom it is for: nobody stays longer in the room's menu. The
# word that the time is nearly up would be wrong by then.
_PATIENCE, _PATIENCE_OF_A_WARNING = timedelta(seconds=15), timedelta(seconds=5)


@transaction.atomic
def announce(
    conference_id: str, text: str, *, by: str, participant_id: str | None = None
) -> Announcement:
    """Have a sentence said to all in the room, or to one. `by`: who wants it, in words.

    Raises NotPossibleNow: nobody is there to hear it; TooOften.
    """
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    if conference.status != ConferenceStatus.LIVE:
        over = conference.ending_at is not None
        raise NotPossibleNow(
            "The conference is over." if over else "Nobody is in the room yet.",
            "conference_over" if over else "nobody_there",
        )
    person = _listener(conference, participant_id)
    _refuse_too_many(conference)
    return place(conference, text, by=by, person=person)


def _listener(conference: Conference, participant_id: str | None) -> Participant | None:
    if participant_id is None:
        inside = conference.legs.filter(status__in=LEG_OPEN, in_room_since__isnull=False)
        if not inside.exists():
            raise NotPossibleNow("Nobody is in the room.", "nobody_there")
        return None
    person = conference.participants.get(id=participant_id)
    if person.status != ParticipantStatus.JOINED:
        raise NotPossibleNow(f"{person} is not in the room.", "not_in_room")
    if person.to_be_held:
        raise NotPossibleNow(f"{person} is on hold, and would not hear it.", "on_hold")
    return person


def _refuse_too_many(conference: Conference) -> None:
    now = timezone.now()
    last = conference.announcements.filter(created_at__gt=now - _MINUTE).order_by("-created_at")
    limit = settings.ANNOUNCEMENTS_PER_MINUTE
    times = list(last.values_list("created_at", flat=True)[:limit])
    if len(times) >= limit:
        wait = max(1, round((times[-1] + _MINUTE - now).total_seconds()))
        raise TooOften(
            f"A conference has at most {limit} announcements a minute: try again in {wait} s.", wait
        )


def place(
    conference: Conference, text: str, *, by: str = "", person: Participant | None = None
) -> Announcement:
    """Write an announcement down, and the order to make it."""
    announcement = Announcement(
        conference=conference, participant=person, text=text, asked_by=by[:100]
    )
    journal.announce(announcement, {"text": text, "by": by})
    orders.place(
        [
            Order.to_do(
                OrderKind.ANNOUNCE,
                announcement.id,
                conference_id=conference.id,
                announcement_id=announcement.id,
            )
        ]
    )
    return announcement


def text(announcement_id: str) -> str:
    """What is to be said, when the network asks for it."""
    return Announcement.objects.values_list("text", flat=True).get(id=announcement_id)


def heard(announcement_id: str, *, error: tuple[str, str] | None = None) -> None:
    """The network has said it, or could not."""
    to = AnnouncementStatus.FAILED if error else AnnouncementStatus.DONE
    if Announcement.objects.filter(id=announcement_id).exists():
        journal.move_announcement(announcement_id, to, error=error)


def say(order: Order) -> None:
    """An order that a worker has claimed. Asked for twice it could be heard twice."""
    announcement = order.announcement
    assert announcement is not None, "an order to announce names what"
    if _waits_its_turn(announcement) or _waits_for_its_listeners(announcement):
        orders.again(order, seconds=0.25, longest=0.5)
        return
    leg_sid = _leg_sid(announcement)
    if announcement.status != AnnouncementStatus.ASKED or leg_sid is None:
        _failed(order, announcement, ("not_in_room", "Nobody was there any more to hear it."))
        return
    if not orders.about_to_ask(order):
        return
    conference = order.its_conference
    try:
        network().announce(Room(conference.id, conference.room_sid), announcement.id, leg_sid)
    except NotThere as error:  # has just left the room, perhaps for its menu
        if not _is_patient(announcement) or not orders.again(order, seconds=0.25, longest=0.5):
            _failed(order, announcement, (error.code, error.detail))
    except (Refused, OutcomeUnknown) as error:
        _failed(order, announcement, (error.code, error.detail))
    else:
        with transaction.atomic():
            orders.settle(order, OrderState.DONE)
            journal.move_announcement(announcement.id, AnnouncementStatus.SAYING)


def _waits_its_turn(announcement: Announcement) -> bool:
    """What was asked for first is said first, whichever worker is faster."""
    asked = Announcement.objects.filter(
        conference=announcement.conference_id, status=AnnouncementStatus.ASKED
    )
    return asked.filter(created_at__lt=announcement.created_at).exists()


def _waits_for_its_listeners(announcement: Announcement) -> bool:
    """All whom it is for are in the room's menu, or somebody hears music who is about to be back.

    The network says nothing to a leg on hold, and whoever was alone is on hold a moment longer
    than the one who has come back to him.
    """
    if not _is_patient(announcement):
        return False
    legs = in_the_room.present(announcement.conference_id)
    listeners = [leg for leg in legs if _is_for(announcement, leg)]
    inside = [leg for leg in listeners if leg.in_room_since]
    hear_it = inside and not any(leg.on_hold for leg in inside)
    return bool(listeners) and (not hear_it or in_the_room.one_is_lonely(legs))


def _is_for(announcement: Announcement, leg: Present) -> bool:
    """Whoever was put on hold is spared."""
    return not leg.to_be_held and announcement.participant_id in (None, leg.participant_id)


def _is_patient(announcement: Announcement) -> bool:
    patience = _PATIENCE if announcement.asked_by else _PATIENCE_OF_A_WARNING
    return timezone.now() - announcement.created_at < patience


def _leg_sid(announcement: Announcement) -> str | None:
    """The network's id of the one leg that is to hear it; empty: all are; None: nobody is left."""
    inside = Call.objects.filter(
        conference_id=announcement.conference_id,
        status__in=LEG_OPEN,
        in_room_since__isnull=False,
        sid__isnull=False,
    )
    if announcement.participant_id:
        leg = inside.filter(participant_id=announcement.participant_id).first()
        return leg.sid if leg else None
    return "" if inside.exists() else None


def _failed(order: Order, announcement: Announcement, error: tuple[str, str]) -> None:
    with transaction.atomic():
        orders.settle(order, OrderState.FAILED)
        journal.move_announcement(announcement.id, AnnouncementStatus.FAILED, error=error)
