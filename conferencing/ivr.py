"""What somebody on the phone did goes in, the next step comes out: codes, confirmations, the room.

What a line does with its callers before that stands in `menu`.
"""

from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference
from calls.states import (
    LEG_OVER,
    OPEN_CONFERENCE,
    ConferenceStatus,
    Direction,
    EndReason,
    EventKind,
    LegStatus,
)
from conferencing import admission, codes, lines, menu, orders
from conferencing.news import IncomingCall
from conferencing.steps import (
    AskCode,
    AskToConfirm,
    CodeTrouble,
    Farewell,
    Goodbye,
    Nothing,
    Step,
)

SILENCES = 2  # so often a question is repeated; then we say goodbye


def incoming(call: IncomingCall) -> Step:
    """Somebody has dialled one of our lines."""
    now = timezone.now()
    leg = Call(
        sid=call.sid,
        direction=Direction.INBOUND,
        from_number=call.from_number,
        to_number=call.to_number,
        line=lines.of(call.to_number),
        status=LegStatus.IN_PROGRESS,  # what we answer picks the call up
        ringing_at=now,
        answered_at=now,
    )
    if not journal.new_leg(leg):  # the network asks again when our first answer got lost
        leg = Call.objects.select_related("line").get(sid=call.sid)
    return menu.greet(leg)


def code_entered(call_id: str, digits: str, *, menu_instead: bool = False) -> Step:
    """A caller typed a code, or what he takes for one. `menu_instead` as in `AskCode.menu`."""
    call = Call.objects.select_related("line").get(id=call_id)
    if not digits:
        return code_silence(call_id, 1)
    if call.conference_id and call.admitted_at:  # the same entry, delivered twice
        return admission.admit(call_id, call.conference_id)
    verdict = codes.judge(call, digits)
    if verdict.conference_id:
        step = admission.admit(call_id, verdict.conference_id)
        if step != Goodbye(Farewell.ENDED):
            return step
        verdict = codes.Verdict(trouble=CodeTrouble.ENDED)  # ended between the two
    return _refuse(call, verdict, menu_instead)


def _refuse(call: Call, verdict: codes.Verdict, menu_instead: bool) -> Step:
    trouble = verdict.trouble or CodeTrouble.WRONG
    refused = Happening(
        kind=EventKind.CODE_WRONG,
        key=f"{call.id}:code:{codes.tries_used(call)}",
        detail={"trouble": trouble.name.lower()},
    )
    speech = lines.speech(call.line)
    is_stranger = trouble is CodeTrouble.STRANGERS_REFUSED
    if is_stranger or verdict.last:
        journal.dismissed(call.id, refused)
        why = Farewell.STRANGERS_REFUSED if is_stranger else Farewell.TOO_MANY_TRIES
        return Goodbye(why, speech)
    journal.note(refused, call_id=call.id)
    return AskCode(call.id, trouble, menu=menu_instead, speech=speech)


def code_silence(call_id: str, silences: int) -> Step:
    """A caller was asked for the code and typed nothing, for the `silences`-th time."""
    speech = lines.speech(Call.objects.select_related("line").get(id=call_id).line)
    if silences > SILENCES:
        return Goodbye(Farewell.NO_INPUT, speech)
    return AskCode(call_id, silences=silences, speech=speech)


def answered(call_id: str, sid: str) -> Step:
    """A phone that we called was picked up."""
    call = Call.objects.select_related("conference", "participant").get(id=call_id)
    if not journal.bind(call_id, sid):
        return Goodbye(Farewell.NOT_NOW)
    told = Happening(
        kind=EventKind.LEG_STATUS, key=f"{call_id}:picked_up", detail={"status": "in_progress"}
    )
    journal.leg_told(call_id, LegStatus.IN_PROGRESS, told)
    conference, person = call.conference, call.participant
    if not conference or not person or not _takes_people(conference):
        return Goodbye(Farewell.ENDED)
    if orders.is_to_be_hung_up(call):
        return Goodbye(Farewell.ENDED)
    if not person.confirm:
        return admission.admit(call_id, conference.id)
    return AskToConfirm(call_id, conference.name)


def confirmation(call_id: str, digits: str) -> Step:
    """A called person pressed a key."""
    call = Call.objects.select_related("conference").get(id=call_id)
    if call.conference is None:
        return Goodbye(Farewell.NOT_NOW)
    accepts = digits == "1"
    kind = EventKind.CONFIRMED if accepts else EventKind.DECLINED
    journal.note(
        Happening(kind=kind, key=f"{call_id}:{kind}"),
        conference_id=call.conference_id,
        participant_id=call.participant_id,
        call_id=call_id,
    )
    if not accepts:
        return Goodbye(Farewell.DECLINED)
    return admission.admit(call_id, call.conference.id)


def confirmation_silence(call_id: str, silences: int) -> Step:
    """A called person, or a machine, pressed nothing, for the `silences`-th time."""
    call = Call.objects.select_related("conference").get(id=call_id)
    if call.conference is None or not _takes_people(call.conference):
        return Goodbye(Farewell.ENDED)
    if silences > SILENCES:
        return Goodbye(Farewell.NO_INPUT)
    return AskToConfirm(call_id, call.conference.name, silences)


def left_room(call_id: str, deadline: int, *, gone: bool) -> Step:
    """A leg's stay in the room is over. `deadline` as in `Join`; `gone`: has hung up.

    If the conference's deadline has moved since the leg was sent in, it goes back; else a leg
    whose room ends at once each time would go in circles.
    """
    call = Call.objects.select_related("conference").get(id=call_id)
    conference = call.conference
    if conference is None:
        return Goodbye(Farewell.NOT_NOW)
    if not gone and call.status not in LEG_OVER and _moved_since(conference, deadline):
        return admission.join(call_id, conference, rejoins=True)
    journal.leg_seen(call_id, Happening(kind=EventKind.LEFT, key=f"{call_id}:left:{deadline}"))
    return Nothing() if gone else Goodbye(_why(conference))


def _moved_since(conference: Conference, deadline: int) -> bool:
    ends_at = conference.ends_at
    return (
        conference.status == ConferenceStatus.LIVE
        and ends_at is not None
        and ends_at > timezone.now()
        and int(ends_at.timestamp()) > deadline
    )


def _takes_people(conference: Conference) -> bool:
    over = conference.ends_at is not None and conference.ends_at <= timezone.now()
    return conference.status in OPEN_CONFERENCE and not over


def _why(conference: Conference) -> Farewell:
    if conference.status == ConferenceStatus.LIVE and _takes_people(conference):
        return Farewell.LEFT
    if conference.end_reason in ("", EndReason.TIME_LIMIT):
        return Farewell.TIME_IS_UP
    return Farewell.ENDED
