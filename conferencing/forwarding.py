"""Put a caller through to a person: ring, let the person take the call, or go on to the next."""

from dataclasses import replace

from django.db import transaction

from calls import journal
from calls.journal import Happening
from calls.models import Call, ForwardTarget, Line
from calls.states import LEG_OPEN, LEG_OVER, Direction, EventKind, LegStatus
from conferencing import lines, numbers, voicemails
from conferencing.news import DialNews
from conferencing.steps import (
    AskToTake,
    Connect,
    Farewell,
    Forward,
    Goodbye,
    Nothing,
    Step,
)

NOBODY = "Nobody can take your call at the moment."


def ring(call: Call, line: Line, number: int, preface: str = "") -> Step:
    """Ring the `number`-th of the line's phones, or all of them at once; then take a message."""
    step = planned(call.id, line, number, call.from_number, preface)
    if step is None:
        return voicemails.ask(call, line, NOBODY)
    with transaction.atomic():
        # One at a time: the same request, twice at once, is to find one row for each phone.
        Call.objects.select_for_update(no_key=True).get(id=call.id)
        legs = [_leg(call, line, to, step.caller_id) for _, to in step.phones]
        rings = Happening(
            kind=EventKind.FORWARDED,
            key=f"{call.id}:rings:{number}",
            detail={"to": [leg.to_number for leg in legs]},
        )
        journal.forwarded(call, rings)
    return replace(step, phones=tuple((leg.id, leg.to_number) for leg in legs))


def planned(
    call_id: str, line: Line, number: int, caller: str, preface: str = ""
) -> Forward | None:
    """The same, with no leg made yet; None: there is no such phone to ring."""
    targets = _targets(line)
    rounds = [targets] if line.ring_together else [[target] for target in targets]
    wanted = rounds[number] if number < len(rounds) else []
    if not wanted:
        return None
    return Forward(
        call_id=call_id,
        phones=tuple(("", target.number) for target in wanted),
        caller_id=(numbers.shown_as(caller) if line.show_caller else None) or line.number,
        ring_seconds=line.ring_seconds,
        round=number,
        preface=preface,
        speech=lines.speech(line),
    )


def _targets(line: Line) -> list[ForwardTarget]:
    """Without our own lines: a call that we forward to ourselves would ring in circles."""
    ours = numbers.own_lines()
    return [target for target in line.targets.all() if target.number not in ours]


def _leg(call: Call, line: Line, to: str, caller_id: str) -> Call:
    """The row before the call; asked for the same step twice, it is the same row."""
    known = call.forwarded_legs.filter(to_number=to, sid=None, status__in=LEG_OPEN).first()
    if known:
        return known
    leg = Call(
        direction=Direction.OUTBOUND,
        from_number=caller_id,
        to_number=to,
        line=line,
        parent=call,
    )
    journal.new_leg(leg)
    return leg


def whisper(call_id: str, sid: str) -> Step:
    """A person has picked up, and hears us before the two are put together."""
    leg = Call.objects.select_related("parent", "line").get(id=call_id)
    if leg.parent is None or not journal.bind(call_id, sid):
        return Goodbye(Farewell.NOT_NOW)
    picked_up = Happening(
        kind=EventKind.LEG_STATUS, key=f"{call_id}:picked_up", detail={"status": "in_progress"}
    )
    journal.leg_told(call_id, LegStatus.IN_PROGRESS, picked_up)
    if leg.parent.status in LEG_OVER:
        return Goodbye(Farewell.CALLER_GONE, lines.speech(leg.line))
    if leg.line and not leg.line.confirm_forward:
        return _connect(leg)
    return asking(leg.id, leg.line, leg.parent.from_number)


def asking(call_id: str, line: Line | None, caller: str) -> AskToTake:
    """Say who is calling, and ask for the key that takes the call."""
    return AskToTake(call_id, caller, str(line) if line else "", lines.speech(line))


def taking(call_id: str, digits: str) -> Step:
    """The person pressed a key: 1 takes the call, anything else does not."""
    leg = Call.objects.select_related("line").get(id=call_id)
    if leg.parent_id is None:
        return Goodbye(Farewell.NOT_NOW)
    return _connect(leg) if digits == "1" else _not_taken(leg, Farewell.NOT_TAKEN)


def _connect(leg: Call) -> Step:
    taken = Happening(kind=EventKind.TAKEN, key=f"{leg.id}:taken")
    return Connect() if journal.leg_taken(leg.id, taken) else _not_taken(leg, Farewell.CALLER_GONE)


def _not_taken(leg: Call, why: Farewell) -> Goodbye:
    return Goodbye(why, lines.speech(leg.line))


def over(call_id: str, number: int, news: DialNews, *, gone: bool) -> Step:
    """The `number`-th ringing, or the talk, is over. `gone`: the caller has hung up.

    Whether somebody took the call was written down as he did; the network's word for it only
    counts where no key was asked for.
    """
    call = Call.objects.select_related("line").get(id=call_id)
    _settle(call, news)
    if gone:
        return Nothing()
    if call.taken_at or call.line is None or (news.connected and not call.line.confirm_forward):
        return Goodbye(Farewell.TALKED, lines.speech(call.line))
    return ring(call, call.line, number + 1)


def _settle(call: Call, news: DialNews) -> None:
    """Legs of which nothing was heard: their callbacks got lost, or are late, or never come."""
    silent = call.forwarded_legs.filter(sid=None, status__in=LEG_OPEN)
    if news.sid and silent.count() == 1:
        journal.bind(silent.get().id, news.sid)  # from now on it can be asked after
    elif not news.sid and not news.connected:
        for leg in silent:
            _never_made(leg, LegStatus.FAILED)


def cancel_unrung(call_id: str) -> None:
    """The caller has gone: phones that the network has not been told of will never ring."""
    for leg in Call.objects.filter(parent_id=call_id, sid=None, status=LegStatus.QUEUED):
        _never_made(leg, LegStatus.CANCELED)


def _never_made(leg: Call, status: LegStatus) -> None:
    never = Happening(
        kind=EventKind.LEG_STATUS, key=f"{leg.id}:never_made", detail={"status": status}
    )
    journal.leg_told(leg.id, status, never)
