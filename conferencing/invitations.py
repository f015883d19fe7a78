"""Invite people: text the code, dial out. Each order comes here claimed by one worker."""

import re

from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.states import (
    LEG_OVER,
    OPEN_CONFERENCE,
    ConferenceStatus,
    Direction,
    EventKind,
    LegStatus,
    ParticipantStatus,
    TextStatus,
)
from conferencing import ending, extending, orders, pacing, sweeping
from conferencing.models import Order, OrderState
from conferencing.telephony import (
    OutcomeUnknown,
    Refused,
    SentText,
    TelephonyError,
    TryLater,
    network,
)

RING_SECONDS = 40
BELT_SECONDS = 120  # a called leg may outlast its conference by so much, and no more
_RETRY_SECONDS = 1.0
_UNTIL_UNLOCKED = 5.0  # seconds; unlocking wakes the order at once


# --- Texts --------------------------------------------------------------------------------------


def text(order: Order) -> None:
    """Send the code to somebody who is to dial in."""
    person = order.participant
    assert person is not None, "a text goes to a participant"
    conference = person.conference
    if not _invites(conference) or person.status != ParticipantStatus.PENDING:
        orders.settle(order, OrderState.DROPPED)
        return
    if conference.locked_at:
        orders.again(order, _UNTIL_UNLOCKED, longest=_UNTIL_UNLOCKED)
        return
    if not orders.about_to_ask(order):
        return
    try:
        with pacing.in_turn(order):
            sent = network().send_text(
                sender=conference.dial_in_number,
                to=person.phone_number or "",
                body=wording(conference),
                participant_id=person.id,
                attempt=person.attempt,
            )
    except TryLater:
        orders.again(order, _RETRY_SECONDS)
    except Refused as error:
        _text_settled(order, person, OrderState.FAILED, TextStatus.FAILED, error=error)
    except OutcomeUnknown as error:
        _text_settled(order, person, OrderState.UNKNOWN, TextStatus.UNKNOWN, error=error)
    else:
        _text_settled(order, person, OrderState.DONE, TextStatus.QUEUED, sent=sent)


def _text_settled(
    order: Order,
    person: Participant,
    state: OrderState,
    status: TextStatus,
    *,
    sent: SentText | None = None,
    error: TelephonyError | None = None,
) -> None:
    with transaction.atomic():
        if not orders.settle(order, state) and state is OrderState.UNKNOWN:
            return  # given up, and the answer has come after all
        happening = Happening(
            kind=EventKind.TEXT_FAILED if error else EventKind.TEXT_SENT,
            key=f"{order.key}:{order.attempt}:{status}",
            detail={"status": status, **({"error": error.detail} if error else {})},
        )
        journal.text_told(
            person.id, status, happening, sid=sent.sid if sent else None, error=_words(error)
        )
    # Who has been texted no longer holds a conference that all others have left.
    ending.leg_over(person.conference_id)


def _invites(conference: Conference) -> bool:
    """Whether anybody may still be asked to come: after a crash its time may be up already."""
    return conference.status in OPEN_CONFERENCE and not sweeping.is_due(conference)


def _words(error: TelephonyError | None) -> tuple[str, str] | None:
    return (error.code, error.detail) if error else None


def wording(conference: Conference) -> str:
    """The SMS. The code is the only free-standing group of that many digits in it."""
    name = _without_groups_of(len(conference.code), conference.name)
    to_what = f'"{name}"' if name else "a conference call"
    number, code = conference.dial_in_number, conference.code
    return (
        f"You are invited to {to_what}. Call {number} and enter the code {code}.\n"
        f"One tap: {number},,{code}#"
    )


def _without_groups_of(length: int, name: str) -> str:
    """A name like "Budget 2027" must not look as if it held the code: "Budget 20 27"."""
    half = length // 2
    for digit in (r"\d", "[0-9]"):  # of any script, and as a machine that knows one reads it
        group = re.compile(rf"(?<!{digit}){digit}{{{length}}}(?!{digit})")
        name = group.sub(lambda m: f"{m[0][:half]} {m[0][half:]}", name)
    return name


# --- Dial-outs ----------------------------------------------------------------------------------


def call(order: Order) -> None:
    """Call somebody. The leg's row is committed before the network is asked."""
    if order.its_conference.locked_at:
        orders.again(order, _UNTIL_UNLOCKED, longest=_UNTIL_UNLOCKED)
        return
    leg = _leg_for(order)
    if leg is None:
        _give_up(order)
        return
    if not orders.about_to_ask(order):
        return
    try:
        with pacing.in_turn(order):
            report = network().call(
                caller_id=leg.from_number,
                to=leg.to_number,
                call_id=leg.id,
                ring_seconds=RING_SECONDS,
                longest_seconds=longest_seconds(order.its_conference),
            )
    except TryLater:
        orders.again(order, _RETRY_SECONDS)
    except Refused as error:
        _call_settled(order, leg, OrderState.FAILED, LegStatus.FAILED, error=error)
    except OutcomeUnknown as error:
        _call_settled(order, leg, OrderState.UNKNOWN, LegStatus.UNKNOWN, error=error)
    else:
        _call_settled(order, leg, OrderState.DONE, report.status, sid=report.sid)


@transaction.atomic
def _leg_for(order: Order) -> Call | None:
    """The leg that this order is to make; None: it is no longer wanted."""
    conference = Conference.objects.select_for_update(no_key=True).get(id=order.conference_id)
    person = Participant.objects.select_related("current_call").get(id=order.participant_id)
    if not _invites(conference):
        return None
    if order.call:  # asked for before, and put off
        gone = order.call.status in LEG_OVER or orders.is_to_be_hung_up(order.call)
        return None if gone else order.call
    if person.status != ParticipantStatus.PENDING:
        return None
    leg = Call(
        direction=Direction.OUTBOUND,
        from_number=conference.dial_in_number,
        to_number=person.phone_number or "",
        conference=conference,
        participant=person,
    )
    journal.new_leg(leg)
    order.call = leg
    order.save(update_fields=["call"])
    return leg


def _give_up(order: Order) -> None:
    """Nobody is to be called any more; a leg that was put off is over before it began."""
    with transaction.atomic():
        orders.settle(order, OrderState.DROPPED)
        ending.cancel_unasked_legs(participant_id=str(order.participant_id))
    ending.leg_over(order.its_conference.id)


def longest_seconds(conference: Conference) -> int:
    """How long a leg may live at most: the longest that the conference may yet last, and a belt."""
    now = timezone.now()
    live = conference.status == ConferenceStatus.LIVE and conference.started_at
    latest_start = conference.started_at if live else conference.no_show_at
    assert latest_start is not None
    left = (latest_start - now).total_seconds() + extending.longest(conference)
    return max(1, round(left)) + BELT_SECONDS


def _call_settled(
    order: Order,
    leg: Call,
    state: OrderState,
    status: LegStatus,
    *,
    sid: str | None = None,
    error: TelephonyError | None = None,
) -> None:
    with transaction.atomic():
        if not orders.settle(order, state) and state is OrderState.UNKNOWN:
            return  # given up, and the answer has come after all
        happening = Happening(
            kind=EventKind.LEG_REFUSED if error else EventKind.LEG_STATUS,
            key=f"{leg.id}:asked:{order.attempt}:{status}",
            detail={"status": status, **({"error": error.detail} if error else {})},
        )
        journal.leg_told(leg.id, status, happening, sid=sid, error=_words(error))
    if status in LEG_OVER:
        ending.leg_over(order.its_conference.id)


# --- What dead workers left ---------------------------------------------------------------------


def give_up_abandoned() -> None:
    """Orders whose worker died between asking and the answer: their outcome is unknown."""
    lost = OutcomeUnknown("We cannot tell whether the network was asked.", "outcome_unknown")
    for order in orders.abandoned():
        if order.call:
            _call_settled(order, order.call, OrderState.UNKNOWN, LegStatus.UNKNOWN, error=lost)
        elif order.participant:
            _text_settled(
                order, order.participant, OrderState.UNKNOWN, TextStatus.UNKNOWN, error=lost
            )
