"""What may be asked of people who are in the room: to be mute, or on hold.

What is wanted stands on the participant; an order has the network do it; the network's own word
says when it is so. An order is about what is wanted while it is carried out, so of two organisers
the later one has the last word, whichever worker is faster.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from calls import ids, journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.questions import question
from calls.states import (
    LEG_OPEN,
    LEG_OVER,
    OPEN_CONFERENCE,
    Command,
    ConferenceStatus,
    EventKind,
    ParticipantStatus,
)
from conferencing import orders
from conferencing.errors import NotPossibleNow
from conferencing.models import Order, OrderKind, OrderState
from conferencing.telephony import NotThere, Refused, Room, network

_ORDERS: Mapping[Command, OrderKind] = {
    Command.MUTE: OrderKind.MUTE,
    Command.UNMUTE: OrderKind.MUTE,
    Command.HOLD: OrderKind.HOLD,
    Command.RESUME: OrderKind.HOLD,
}


@transaction.atomic
def command(participant_id: str, *commands: Command, by: str) -> Participant:
    """Have somebody muted, unmuted, held or resumed. `by`: who wants it, in words.

    Raises NotPossibleNow: he is not in the room. What is wanted already stays so.
    """
    person = Participant.objects.get(id=participant_id)
    _locked_open(person.conference_id)
    person = Participant.objects.select_for_update(no_key=True).get(id=participant_id)
    if person.status != ParticipantStatus.JOINED:
        raise NotPossibleNow(f"{person} is not in the room.", "not_in_room")
    for each in commands:
        if not _is_wanted(person, each):
            _ask(person, each, by)
    person.refresh_from_db()
    return person


@transaction.atomic
def toggle_mute(participant_id: str, *, key: str) -> bool:
    """Mute somebody who is outside for a moment and asks for it himself, or let him be heard again.

    Whether he is to be muted now: he comes back in so. `key`: asked again with the same one, it
    is done already. Raises NotPossibleNow: the conference is over.
    """
    person = Participant.objects.get(id=participant_id)
    _locked_open(person.conference_id)
    person = Participant.objects.select_for_update(no_key=True).get(id=participant_id)
    wanted = Command.UNMUTE if person.to_be_muted else Command.MUTE
    detail = {"command": wanted, "by": str(person)}
    if journal.ask(person, wanted, Happening(kind=EventKind.ASKED, key=key, detail=detail)):
        return wanted is Command.MUTE
    return person.to_be_muted


@transaction.atomic
def mute_all(conference_id: str, *, muted: bool, by: str) -> int:
    """Mute everybody in the room but organisers, or unmute everybody. Returns how many.

    Raises NotPossibleNow: the conference is over.
    """
    conference = _locked_open(conference_id)
    inside = conference.participants.select_for_update(no_key=True).filter(
        status=ParticipantStatus.JOINED, to_be_muted=not muted
    )
    people = list(inside.filter(organiser=False) if muted else inside)
    for person in people:
        _ask(person, Command.MUTE if muted else Command.UNMUTE, by)
    return len(people)


def _locked_open(conference_id: str) -> Conference:
    conference = Conference.objects.select_for_update(no_key=True).get(id=conference_id)
    if conference.status not in OPEN_CONFERENCE:
        raise NotPossibleNow("The conference is over.", "conference_over")
    return conference


def _is_wanted(person: Participant, wanted: Command) -> bool:
    return {
        Command.MUTE: person.to_be_muted,
        Command.UNMUTE: not person.to_be_muted,
        Command.HOLD: person.to_be_held,
        Command.RESUME: not person.to_be_held,
    }[wanted]


def _ask(person: Participant, wanted: Command, by: str) -> None:
    detail = {"command": wanted, "by": by}
    asked = Happening(kind=EventKind.ASKED, key=f"{ids.event_id()}:asked", detail=detail)
    journal.ask(person, wanted, asked)
    if person.current_call_id:
        orders.place([_order(_ORDERS[wanted], person.conference_id, person.current_call_id)])


def _order(kind: OrderKind, conference_id: str | None, call_id: str) -> Order:
    return Order.to_do(kind, ids.event_id(), conference_id=conference_id, call_id=call_id)


# --- What those in the room need, after anything has changed in it --------------------------------


def set_right(conference_id: str) -> bool:
    """Order what is not as it is wanted for those in the room. Returns whether anything is.

    Whoever comes back may come in otherwise than was asked meanwhile; whoever is left alone while
    the others are in the room's menu hears music, not silence; and by the time that the network
    has done what it was asked, something else may be wanted.
    """
    legs = present(conference_id)
    inside = [leg for leg in legs if leg.in_room_since]
    lonely = one_is_lonely(legs)
    needed = [
        _order(kind, conference_id, leg.id)
        for leg in inside
        for kind, is_so, wanted in (
            (OrderKind.MUTE, leg.muted, leg.to_be_muted),
            (OrderKind.HOLD, leg.on_hold, leg.to_be_held or lonely),
        )
        if is_so != wanted
    ]
    orders.place(needed)
    return bool(needed)


class Present(NamedTuple):
    """A leg that is in the room, or out of it for a moment, and what is wanted of its person."""

    id: str
    participant_id: str
    in_room_since: datetime | None
    muted: bool
    on_hold: bool
    to_be_muted: bool
    to_be_held: bool


def present(conference_id: str) -> list[Present]:
    """The legs that are in the room of a live conference, or out of it for a moment."""
    return [Present(*leg) for leg in _present(conference_id)]


@question
def _present(conference_id: str) -> QuerySet[Call, tuple[Any, ...]]:
    legs = Call.objects.filter(
        conference_id=conference_id,
        conference__status=ConferenceStatus.LIVE,
        status__in=LEG_OPEN,
        joined_at__isnull=False,
        left_at__isnull=True,
        participant__isnull=False,
    )
    wishes = ("participant__to_be_muted", "participant__to_be_held")
    return legs.values_list("id", "participant_id", "in_room_since", "muted", "on_hold", *wishes)


def one_is_lonely(legs: Sequence[Present]) -> bool:
    """Of those who are `present`: one alone is in the room, and hears music meanwhile."""
    return sum(leg.in_room_since is not None for leg in legs) == 1 < len(legs)


def _wants_mute(leg: Call) -> bool:
    return leg.participant is not None and leg.participant.to_be_muted


def _wants_hold(leg: Call) -> bool:
    return leg.participant is not None and leg.participant.to_be_held


def _is_lonely(leg: Call) -> bool:
    others = Call.objects.filter(
        conference_id=leg.conference_id,
        status__in=LEG_OPEN,
        joined_at__isnull=False,
        left_at__isnull=True,
    ).exclude(id=leg.id)
    return others.exists() and not others.filter(in_room_since__isnull=False).exists()


# --- Orders, each claimed by one worker -----------------------------------------------------------


def mute(order: Order) -> None:
    def send(room: Room, leg: Call, wanted: bool) -> None:
        network().mute(room, leg.sid or "", muted=wanted)

    _carry_out(order, _wants_mute, send)


def hold(order: Order) -> None:
    def send(room: Room, leg: Call, wanted: bool) -> None:
        network().hold(room, leg.sid or "", on_hold=wanted)

    _carry_out(order, lambda leg: _wants_hold(leg) or _is_lonely(leg), send)


def _carry_out(
    order: Order, wants: Callable[[Call], bool], send: Callable[[Room, Call, bool], None]
) -> None:
    """Somebody may change his mind while the network is being asked: then it is asked again."""
    leg = _leg(order)
    if leg.status in LEG_OVER or not leg.sid:
        orders.settle(order, OrderState.DROPPED)
        return
    if not orders.about_to_ask(order):
        return
    sent: bool | None = None
    while sent != (wanted := wants(_leg(order))):
        try:
            send(_room(order), leg, wanted)
        except NotThere:  # out of the room; comes back as is wanted
            orders.settle(order, OrderState.DROPPED)
            return
        except Refused as error:
            _not_done(order, leg, error)
            return
        sent = wanted
    orders.settle(order, OrderState.DONE)


def _leg(order: Order) -> Call:
    return Call.objects.select_related("participant").get(id=order.call_id)


def _room(order: Order) -> Room:
    conference = Conference.objects.only("id", "room_sid").get(id=order.conference_id)
    return Room(conference.id, conference.room_sid)


def _not_done(order: Order, leg: Call, error: Refused) -> None:
    refused = Happening(
        kind=EventKind.NOT_DONE, key=f"{order.key}:refused", detail={"command": order.kind}
    )
    with transaction.atomic():
        orders.settle(order, OrderState.FAILED)
        journal.not_done(leg, refused.explained((error.code, error.detail)))
