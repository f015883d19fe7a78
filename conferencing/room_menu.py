"""The room's menu: what a caller who pressed the star key in the room hears, and what keys do.

Meanwhile he is out of the room and still in the conference. Every step looks whether that goes
on, so nobody stays in the menu after the end; and every step asked for again answers the same.
"""

from calls import journal
from calls.journal import Happening
from calls.states import EventKind, ParticipantStatus
from conferencing import extending, in_the_room
from conferencing.errors import NotPossibleNow
from conferencing.steps import (
    Farewell,
    Goodbye,
    Join,
    Nothing,
    RoomAnswer,
    RoomMenu,
    Step,
    TimeLeft,
    WhoIsHere,
)
from conferencing.visits import Visit, time_ran_out

EXTENSION = 300  # seconds: the menu speaks of five minutes
MOST_NAMES = 8  # read out; nobody remembers more
_MISSES = 1  # wrong keys that are forgiven before a caller is back in the room

Answer = RoomAnswer | WhoIsHere | TimeLeft


def left_room(
    call_id: str, deadline: int, stay: int, *, gone: bool = False, refused: bool = False
) -> Step:
    """A leg is out of the room. `deadline` and `stay` as in its `Join`.

    `gone`: has hung up. `refused`: the room did not take it, and would not the next time. Else it
    was the star key, or the leg's time limit, which it may have outlived by an extension.
    """
    visit = Visit.of(call_id, stay)
    if visit is None:
        return Goodbye(Farewell.NOT_NOW)
    if gone:
        visit.leave()
        return Nothing()
    if not visit.may_go_on():
        return visit.say_goodbye()
    if refused:
        visit.leave()
        return Goodbye(Farewell.NOT_NOW)
    if time_ran_out(deadline):
        return visit.back_in()
    _stepped_out(visit)
    return _ask(visit)


def see_off(call_id: str) -> Goodbye:
    """A leg was outside of its room when the conference ended."""
    visit = Visit.of(call_id, stay=0)
    return visit.see_off() if visit else Goodbye(Farewell.NOT_NOW)


def pressed(call_id: str, key: str, stay: int, asked: int, misses: int) -> Step:
    """A caller in the menu pressed a key; empty: none. The counters as in the `RoomMenu`."""
    visit = Visit.of(call_id, stay)
    if visit is None:
        return Goodbye(Farewell.NOT_NOW)
    if not visit.may_go_on():
        return visit.say_goodbye()
    if key in ("", "*"):
        return visit.back_in()
    if key == "1":
        return _toggle_mute(visit, asked)
    if key == "2":
        return _ask(visit, who_is_here(visit), asked + 1)
    if key == "3":
        return _ask(visit, TimeLeft(round(visit.seconds_left)), asked + 1)
    if key == "4" and visit.person.organiser:
        return _extend(visit, asked)
    if key == "9":
        return visit.say_goodbye()
    if misses >= _MISSES:
        return visit.back_in()
    return _ask(visit, RoomAnswer.NOT_UNDERSTOOD, asked + 1, misses + 1)


def _stepped_out(visit: Visit) -> None:
    star = Happening(kind=EventKind.STEPPED_OUT, key=f"{visit.call.id}:stepped_out:{visit.stay}")
    journal.note(
        star,
        conference_id=visit.conference.id,
        participant_id=visit.person.id,
        call_id=visit.call.id,
    )


def _ask(visit: Visit, answer: Answer | None = None, asked: int = 0, misses: int = 0) -> RoomMenu:
    return RoomMenu(
        visit.call.id,
        visit.stay,
        seconds_left=max(1, round(visit.seconds_left)),
        muted=visit.person.to_be_muted,
        may_extend=_may_extend(visit),
        answer=answer,
        asked=asked,
        misses=misses,
    )


def _may_extend(visit: Visit) -> bool:
    return visit.person.organiser and extending.more_to_be_had(visit.conference) >= EXTENSION


def _toggle_mute(visit: Visit, asked: int) -> Join | Goodbye:
    key = f"{visit.call.id}:{visit.stay}:{asked}:mute"
    try:
        muted = in_the_room.toggle_mute(visit.person.id, key=key)
    except NotPossibleNow:  # it has ended since we looked
        return _say_goodbye_anew(visit)
    visit.person.to_be_muted = muted
    return visit.back_in(RoomAnswer.MUTED if muted else RoomAnswer.HEARD_AGAIN)


def _extend(visit: Visit, asked: int) -> Step:
    key = f"{visit.call.id}:{visit.stay}:{asked}:extended"
    try:
        extending.extend(visit.conference.id, EXTENSION, by=str(visit.person), key=key)
    except NotPossibleNow as refusal:
        if refusal.code != "too_long":
            return _say_goodbye_anew(visit)
        return _ask(visit, RoomAnswer.NO_MORE_TIME, asked + 1)
    visit.conference.refresh_from_db()
    return visit.back_in(RoomAnswer.FIVE_MORE_MINUTES)


def _say_goodbye_anew(visit: Visit) -> Goodbye:
    visit.conference.refresh_from_db()
    return visit.say_goodbye()


def who_is_here(visit: Visit) -> WhoIsHere:
    """The others, in the order in which they came."""
    others = visit.conference.participants.filter(status=ParticipantStatus.JOINED)
    said = others.exclude(id=visit.person.id).order_by("joined_at", "id")
    names = list(said.values_list("name", flat=True))
    known = [name for name in names if name][:MOST_NAMES]
    unnamed = not all(names)
    return WhoIsHere(tuple(known), len(names) - len(known), unnamed=unnamed)
