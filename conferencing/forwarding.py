"""Put a caller through to a person: ring, let the person take the call, or go on to the next."""

from calls import journal
from calls.journal import Happening
from calls.models import Call, ForwardTarget, Line
from calls.states import LEG_OVER, Direction, EventKind, LegStatus
from conferencing import lines, voicemails
from conferencing.steps import (
    AskToTake,
    Connect,
    Farewell,
    Forward,
    Goodbye,
    Nothing,
    Speech,
    Step,
)

NOBODY = "Nobody can take your call at the moment."


def ring(call: Call, line: Line, number: int, preface: str = "") -> Step:
    """Ring the `number`-th of the line's phones, or all of them at once; then take a message."""
    targets = _targets(line)
    wanted = targets[number:] if line.ring_together else targets[number : number + 1]
    if not wanted or (line.ring_together and number):
        return voicemails.ask(call, line, NOBODY)
    caller_id = call.from_number if line.show_caller and call.from_number else line.number
    legs = [_leg(call, line, target, caller_id) for target in wanted]
    journal.forwarded(call, Happening(kind=EventKind.FORWARDED, key=f"{call.id}:rings:{number}"))
    return Forward(
        call_id=call.id,
        phones=tuple((leg.id, leg.to_number) for leg in legs),
        caller_id=caller_id,
        ring_seconds=line.ring_seconds,
        confirm=line.confirm_forward,
        round=number,
        preface=preface,
        speech=Speech(line.language, line.voice),
    )


def _targets(line: Line) -> list[ForwardTarget]:
    """Without our own lines: a call that we forward to ourselves would ring in circles."""
    ours = set(Line.objects.values_list("number", flat=True))
    return [target for target in line.targets.all() if target.number not in ours]


def _leg(call: Call, line: Line, target: ForwardTarget, caller_id: str) -> Call:
    """The row before the call; asked for the same step twice, it is the same row."""
    known = call.forwarded_legs.filter(to_number=target.number, sid=None).exclude(
        status__in=LEG_OVER
    )
    leg = known.first()
    if leg is None:
        leg = Call(
            direction=Direction.OUTBOUND,
            from_number=caller_id,
            to_number=target.number,
            line=line,
            parent=call,
        )
        journal.new_leg(leg)
    return leg


def whisper(call_id: str, sid: str) -> Step:
    """A person has picked up: say who is calling, before the two are put together."""
    leg = Call.objects.select_related("parent", "line").get(id=call_id)
    if leg.parent is None or not journal.bind(call_id, sid):
        return Goodbye(Farewell.NOT_NOW)
    line = leg.line
    return AskToTake(
        call_id=call_id,
        caller=leg.parent.from_number,
        line=str(line) if line else "",
        speech=Speech(line.language, line.voice) if line else Speech(),
    )


def taking(call_id: str, digits: str) -> Step:
    """The person pressed a key: 1 takes the call, anything else does not."""
    if digits != "1":
        return Goodbye(Farewell.DECLINED)
    taken(call_id)
    return Connect()


def taken(call_id: str) -> None:
    """From now on caller and person talk."""
    happening = Happening(kind=EventKind.TAKEN, key=f"{call_id}:taken")
    journal.leg_taken(call_id, happening)


def over(call_id: str, number: int, *, answered: bool, gone: bool) -> Step:
    """The ringing, or the talk, is over. `answered`: the network put somebody through."""
    call = Call.objects.get(id=call_id)
    line = lines.of(call.to_number)
    if call.taken_at or line is None:
        return Nothing() if gone else Goodbye(Farewell.TALKED)
    if answered and not line.confirm_forward:
        _taken_without_a_key(call)
        return Nothing() if gone else Goodbye(Farewell.TALKED)
    return Nothing() if gone else ring(call, line, number + 1)


def _taken_without_a_key(call: Call) -> None:
    picked_up = call.forwarded_legs.filter(answered_at__isnull=False).order_by("answered_at")
    leg = picked_up.first()
    if leg:
        taken(leg.id)


def cancel_unrung(call_id: str) -> None:
    """The caller has gone: phones that the network has not been told of will never ring."""
    unrung = Call.objects.filter(parent_id=call_id, sid=None, status=LegStatus.QUEUED)
    for leg in unrung:
        never = Happening(kind=EventKind.LEG_STATUS, key=f"{leg.id}:never_asked")
        journal.leg_told(leg.id, LegStatus.CANCELED, never)
