"""What somebody on the phone did goes in, the next step comes out: codes, confirmations.

What a line does with its callers before that stands in `menu`, the room's own in `room_menu`.
"""

from django.db import transaction
from django.utils import timezone

from calls import journal
from calls.journal import Happening
from calls.models import Call, Conference, Participant
from calls.rows import table
from calls.states import OPEN_CONFERENCE, Direction, EventKind, LegStatus
from conferencing import admission, codes, lines, menu, orders
from conferencing.news import IncomingCall
from conferencing.steps import AskCode, AskToConfirm, CodeTrouble, Farewell, Goodbye, Step

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
        leg = Call.objects.get(sid=call.sid)
    return menu.greet(leg)


def code_entered(
    call_id: str, digits: str, *, tries: int | None = None, menu_instead: bool = False
) -> Step:
    """A caller typed a code, or what he takes for one.

    `tries` and `menu_instead` as in the `AskCode` that he was asked by.
    """
    if not digits:
        return code_silence(call_id, 1)
    step = _let_in(call_id, digits)
    if step is None:
        call = table(Call).row(call_id)
        if call.conference_id and call.admitted_at:  # the same entry, delivered twice
            return admission.admit(call_id, call.conference_id)
        verdict = codes.judge(call, digits, tries)
        if not verdict.conference_id:
            return _refuse(call, verdict, menu_instead)
        step = admission.admit(call.id, verdict.conference_id)
    if step == Goodbye(Farewell.ENDED):  # since it was found to be open
        ended = codes.Verdict(trouble=CodeTrouble.ENDED)
        return _refuse(table(Call).row(call_id), ended, menu_instead)
    return step


@transaction.atomic
def _let_in(call_id: str, digits: str) -> Step | None:
    """Whoever is invited and enters the right code waits for nothing else. None: judge it."""
    conference = codes.own_with_code(call_id, digits)
    if conference is None:
        return None
    call = table(Call).locked(call_id)
    found = admission.obstacles(conference, call)
    if call.admitted_at or found.out_of_tries:
        return None
    return admission.let_in(conference, call, found)


def _refuse(call: Call, verdict: codes.Verdict, menu_instead: bool) -> Step:
    trouble = verdict.trouble or CodeTrouble.WRONG
    tries = codes.tries_used(call.id)
    refused = Happening(
        kind=EventKind.CODE_WRONG,
        key=f"{call.id}:code:{tries}",
        detail={"trouble": trouble.name.lower()},
    )
    speech = lines.speech(call.line)
    is_stranger = trouble is CodeTrouble.STRANGERS_REFUSED
    if is_stranger or verdict.last:
        journal.dismissed(call.id, refused)
        why = Farewell.STRANGERS_REFUSED if is_stranger else Farewell.TOO_MANY_TRIES
        return Goodbye(why, speech)
    journal.note(refused, call_id=call.id)
    return AskCode(call.id, trouble, tries=tries, menu=menu_instead, speech=speech)


def code_silence(call_id: str, silences: int) -> Step:
    """A caller was asked for the code and typed nothing, for the `silences`-th time."""
    speech = lines.speech(table(Call).row(call_id).line)
    if silences > SILENCES:
        return Goodbye(Farewell.NO_INPUT, speech)
    tries = codes.tries_used(call_id)
    return AskCode(call_id, silences=silences, tries=tries, speech=speech)


def answered(call_id: str, sid: str) -> Step:
    """A phone that we called was picked up."""
    call = table(Call).row(call_id)
    if not journal.bind(call_id, sid):
        return Goodbye(Farewell.NOT_NOW)
    told = Happening(
        kind=EventKind.LEG_STATUS, key=f"{call_id}:picked_up", detail={"status": "in_progress"}
    )
    journal.leg_told(call_id, LegStatus.IN_PROGRESS, told)
    if call.conference_id is None or call.participant_id is None:
        return Goodbye(Farewell.ENDED)
    conference = table(Conference).row(call.conference_id)
    person = table(Participant).row(call.participant_id)
    if not _takes_people(conference):
        return Goodbye(Farewell.ENDED)
    if orders.is_to_be_hung_up(call):
        return Goodbye(Farewell.ENDED)
    if not person.confirm:
        return admission.admit(call_id, conference.id)
    return AskToConfirm(call_id, conference.name)


def confirmation(call_id: str, digits: str) -> Step:
    """A called person pressed a key."""
    call = table(Call).row(call_id)
    if call.conference_id is None:
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
    return admission.admit(call_id, call.conference_id)


def confirmation_silence(call_id: str, silences: int) -> Step:
    """A called person, or a machine, pressed nothing, for the `silences`-th time."""
    conference_id = table(Call).row(call_id).conference_id
    conference = table(Conference).row(conference_id) if conference_id else None
    if conference is None or not _takes_people(conference):
        return Goodbye(Farewell.ENDED)
    if silences > SILENCES:
        return Goodbye(Farewell.NO_INPUT)
    return AskToConfirm(call_id, conference.name, silences)


def _takes_people(conference: Conference) -> bool:
    over = conference.ends_at is not None and conference.ends_at <= timezone.now()
    return conference.status in OPEN_CONFERENCE and not over
