"""What may be asked of a conference from the desk and from the feed, by the names in addresses.

Each command calls one use case, and says in words what follows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.utils.datastructures import MultiValueDict

from calls import wording
from calls.models import Conference, Participant
from calls.states import Command, Mode
from conferencing import (
    announcing,
    conferences,
    extending,
    in_the_room,
    inviting_again,
    locking,
    removing,
)
from conferencing.admin import command_forms as written
from conferencing.errors import NotPossibleNow, TooOften
from conferencing.models import Lane
from conferencing.tasks import nudge


@dataclass(frozen=True)
class Wish:
    """`by` is who asks, `given` what was filled in, `whom` the one that it is about, if any."""

    conference: Conference
    by: str
    given: Mapping[str, Any]
    whom: Participant | None = None

    @property
    def person(self) -> Participant:
        assert self.whom is not None, "the form of a command about somebody names him"
        return self.whom


@dataclass(frozen=True)
class Reply:
    """`level` is one of Django's messages', `status` one of HTTP for pages that ask by script."""

    words: str
    level: int = messages.SUCCESS
    status: int = 200

    @property
    def done(self) -> bool:
        return self.status == 200


@dataclass(frozen=True)
class Deed:
    """A command: it does what is wished and says what follows; `lane` has the orders of it."""

    does: Callable[[Wish], str]
    lane: Lane
    form: type[forms.Form] = field(default=written.Nothing)


def ask(name: str, conference: Conference, data: MultiValueDict[str, str], *, by: str) -> Reply:
    """Do it, or say why not. Raises Http404: no such command, or nobody of that id in it."""
    deed = COMMANDS.get(name)
    if deed is None:
        raise Http404
    form = deed.form(data)
    if not form.is_valid():
        return Reply(written.complaints(form), messages.ERROR, 400)
    wish = Wish(conference, by, form.cleaned_data, _whom(conference, form.cleaned_data))
    try:
        words = deed.does(wish)
    except TooOften as problem:
        return Reply(problem.detail, messages.WARNING, 429)
    except NotPossibleNow as problem:
        return Reply(problem.detail, messages.WARNING, 409)
    transaction.on_commit(partial(nudge, deed.lane))
    return Reply(words)


def _whom(conference: Conference, given: Mapping[str, Any]) -> Participant | None:
    if "person" not in given:
        return None
    person = conference.participants.filter(id=given["person"]).first()
    if person is None:
        raise Http404
    return person


# --- To one -------------------------------------------------------------------------------------


def _change(wish: Wish, *, command: Command, words: str) -> str:
    in_the_room.command(wish.person.id, command, by=wish.by)
    return words.format(wish.person)


def _hang_up(wish: Wish) -> str:
    removing.hang_up(wish.person.id, by=wish.by)
    return f"{wish.person} is being hung up."


def _withdraw(wish: Wish) -> str:
    removing.withdraw(wish.person.id, by=wish.by)
    return f"{wish.person} is not waited for any more."


def _retry(wish: Wish) -> str:
    person = inviting_again.retry(wish.person.id, by=wish.by)
    how = "called" if person.mode == Mode.DIAL_OUT else "texted"
    return f"{person} is being {how} again."


def _rename(wish: Wish) -> str:
    person = conferences.rename(wish.person.id, wish.given["name"], by=wish.by)
    return f"The name is {person.name} now." if person.name else f"{person} has no name now."


def _tell(wish: Wish) -> str:
    announcing.announce(
        wish.conference.id, wish.given["text"], by=wish.by, participant_id=wish.person.id
    )
    return f"It is being said to {wish.person}."


# --- To all -------------------------------------------------------------------------------------


def _mute_all(wish: Wish, *, muted: bool) -> str:
    many = in_the_room.mute_all(wish.conference.id, muted=muted, by=wish.by)
    what = "muted" if muted else "unmuted"
    if not many:
        return f"There is nobody to be {what}."
    return f"One is being {what}." if many == 1 else f"{many} people are being {what}."


def _announce(wish: Wish) -> str:
    announcing.announce(wish.conference.id, wish.given["text"], by=wish.by)
    return "It is being said to everybody in the room."


def _extend(wish: Wish) -> str:
    extending.extend(wish.conference.id, wish.given["seconds"], by=wish.by)
    return f"It lasts {wording.seconds(wish.given['seconds'])} longer."


def _lock(wish: Wish) -> str:
    locking.lock(wish.conference.id, by=wish.by, reason=wish.given["reason"])
    return "It is locked: nobody new is let in, texted or called."


def _unlock(wish: Wish) -> str:
    locking.unlock(wish.conference.id, by=wish.by)
    return "It is not locked any more."


def _add(wish: Wish) -> str:
    newcomer = conferences.Invitee(
        phone_number=wish.given["phone_number"],
        mode=Mode(wish.given["mode"]),
        name=wish.given["name"],
        confirm=settings.DIAL_OUT_CONFIRM,
    )
    person = conferences.invite(wish.conference.id, newcomer, by=wish.by)
    return f"{person} is being {'called' if person.mode == Mode.DIAL_OUT else 'texted the code'}."


def _end(wish: Wish) -> str:
    if not conferences.end_by_request(wish.conference.id, by=wish.by):
        raise NotPossibleNow(f"“{wish.conference}” was over already.", "conference_over")
    return f"“{wish.conference}” is being ended: everybody hears goodbye."


def _to_one(command: Command, words: str) -> Deed:
    return Deed(partial(_change, command=command, words=words), Lane.ROOM, written.Whom)


COMMANDS: Mapping[str, Deed] = {
    "mute": _to_one(Command.MUTE, "{} is being muted."),
    "unmute": _to_one(Command.UNMUTE, "{} is being unmuted."),
    "hold": _to_one(Command.HOLD, "{} is being put on hold."),
    "resume": _to_one(Command.RESUME, "{} is being taken off hold."),
    "hang_up": Deed(_hang_up, Lane.ENDING, written.Whom),
    "withdraw": Deed(_withdraw, Lane.ENDING, written.Whom),
    "retry": Deed(_retry, Lane.INVITING, written.Whom),
    "rename": Deed(_rename, Lane.ROOM, written.NewName),
    "tell": Deed(_tell, Lane.ROOM, written.WordsToOne),
    "mute_all": Deed(partial(_mute_all, muted=True), Lane.ROOM),
    "unmute_all": Deed(partial(_mute_all, muted=False), Lane.ROOM),
    "announce": Deed(_announce, Lane.ROOM, written.Words),
    "extend": Deed(_extend, Lane.ROOM, written.MoreTime),
    "lock": Deed(_lock, Lane.ROOM, written.Reason),
    "unlock": Deed(_unlock, Lane.INVITING),
    "add": Deed(_add, Lane.INVITING, written.Newcomer),
    "end": Deed(_end, Lane.ENDING),
}
