"""Codes: hand them out, and judge what callers type.

A stranger's chance to enter any conference stays below `STRANGER_RISK_PER_DAY`, whatever the
load: before a code is looked up, its chance of a hit is reserved in a sum over the last 24 hours.
Invited callers have their own, separate tries at their own conferences.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from calls.models import Call, Conference, Participant
from calls.questions import question
from calls.states import OPEN_CONFERENCE
from conferencing.errors import NoFreeCode
from conferencing.models import Guess, GuessBudget
from conferencing.numbers import as_e164
from conferencing.steps import CodeTrouble

TRIES_PER_CALL = 3
MISSES_PER_INVITED_CALLER = 10  # a day
MISSES_PER_CONFERENCE = 30
DAY = timedelta(hours=24)
_DRAWN_AT_ONCE = 32  # with half of the codes taken, all of them are free once in 4 * 10^9


def draw() -> str:
    """A free random code. Raises NoFreeCode when half of them are taken.

    Free now: the database's constraint is what promises that two conferences never share it.
    """
    length = settings.CONFERENCE_CODE_LENGTH
    while True:
        drawn = [_random_code(length) for _ in range(_DRAWN_AT_ONCE)]
        taken = {code for (code,) in _taken(*drawn)}
        # If half were taken, some of these would be: only then is it worth to count them all.
        if taken and Conference.objects.filter(code_held=True).count() * 2 >= 10**length:
            raise NoFreeCode(
                "Half of all codes are in use: try again in a minute, or raise"
                " CONFERENCE_CODE_LENGTH."
            )
        free = [code for code in drawn if code not in taken]
        if free:
            return free[0]


@question
def _taken(*codes: str) -> QuerySet[Conference, tuple[str]]:
    return Conference.objects.filter(code_held=True, code__in=codes).values_list("code")


def _random_code(length: int) -> str:
    return f"{secrets.randbelow(10**length):0{length}d}"


@dataclass(frozen=True)
class Verdict:
    """`conference_id` where the code was right, else why not; `last`: no more tries."""

    conference_id: str = ""
    trouble: CodeTrouble | None = None
    last: bool = False


def judge(call: Call, digits: str, tried: int | None = None) -> Verdict:
    """Judge what a caller typed. The digits are compared and forgotten.

    `tried`: how many tries this one was asked for after, if that is known. Told again, one that
    was judged before gets the same verdict and costs nothing.
    """
    caller = as_e164(call.from_number) or ""
    with transaction.atomic():
        own = _locked_own(caller)
        if not own:
            _wait_for_budget()
        used = tries_used(call.id)
        if tried is not None and tried < used and (known := _known_verdict(call, tried)):
            return known
        if used >= TRIES_PER_CALL:
            return Verdict(trouble=CodeTrouble.WRONG, last=True)
        guess = Guess(call=call, caller=caller)
        return _judge(guess, own, digits, last=used == TRIES_PER_CALL - 1)


def own_with_code(call_id: str, digits: str) -> Conference | None:
    """The open conference to which this caller is invited and whose code this is, locked.

    None: `judge` has to look more closely. Whoever calls this holds the transaction.
    """
    return _own_open_with_code.first(call_id, digits) if _could_be_a_code(digits) else None


def used_up(conference_id: str, call_id: str, caller: str, since: datetime) -> list[Exists]:
    """Whether this call, this caller since then, and this conference have had all their tries."""
    guesses = Guess.objects.order_by()
    of_call = guesses.filter(call_id=call_id, conference=None)
    by_caller = guesses.filter(caller=caller, invited=True, at__gt=since)
    of_conference = guesses.filter(conference_id=conference_id)
    return [
        Exists(of_call[TRIES_PER_CALL - 1 :][:1]),
        Exists(by_caller[MISSES_PER_INVITED_CALLER - 1 :][:1]),
        Exists(of_conference[MISSES_PER_CONFERENCE - 1 :][:1]),
    ]


def _locked_own(caller: str) -> list[Conference]:
    """One at a time, or calls that come at once would each have the last of the tries. Who is
    invited waits only for others who try his conferences."""
    return _own_to_try(caller) if caller else []


def _match(own: list[Conference], digits: str) -> Conference | None:
    return next((each for each in own if secrets.compare_digest(each.code, digits)), None)


def _wait_for_budget() -> None:
    """For those who try codes of conferences that they are not invited to."""
    budget = GuessBudget.objects.select_for_update().filter(id=1)
    if not budget:
        GuessBudget.objects.get_or_create(id=1)
        budget.get()


def is_invited(number: str) -> bool:
    """Whether this caller is on the list of an open conference."""
    caller = as_e164(number)
    return caller is not None and _own_open.any(caller)


def tries_used(call_id: str) -> int:
    return len(_tries(call_id))


@question
def _tries(call_id: str) -> QuerySet[Guess, tuple[int]]:
    return Guess.objects.filter(call_id=call_id, conference=None).values_list("id")


def _known_verdict(call: Call, tried: int) -> Verdict | None:
    """What came of the try that followed `tried` others; None: it was right."""
    guess = Guess.objects.filter(call=call, conference=None).order_by("id")[tried]
    if not guess.trouble:
        return None
    return Verdict(trouble=CodeTrouble[guess.trouble], last=tried == TRIES_PER_CALL - 1)


def _written(guess: Guess, verdict: Verdict) -> Verdict:
    guess.trouble = verdict.trouble.name if verdict.trouble else ""
    guess.save()
    return verdict


def _judge(guess: Guess, own: list[Conference], digits: str, *, last: bool) -> Verdict:
    if not _could_be_a_code(digits):
        return _written(guess, Verdict(trouble=CodeTrouble.WRONG, last=last))
    mine = _match(own, digits)
    if mine and _has_misses_left(guess, mine):
        found = _found(mine, last=last)
        return found if found.conference_id else _written(guess, found)
    missed = [each for each in own if _is_open(each) and _has_misses_left(guess, each)]
    Guess.objects.bulk_create(
        Guess(call=guess.call, caller=guess.caller, conference=each) for each in missed
    )
    guess.invited = any(map(_is_open, own))
    return _judge_by_budget(guess, digits, last=last)


def _judge_by_budget(guess: Guess, digits: str, *, last: bool) -> Verdict:
    _wait_for_budget()
    guess.risk = _open_conferences() / 10 ** len(digits)
    if _spent_since(timezone.now() - DAY) + guess.risk > settings.STRANGER_RISK_PER_DAY + 1e-12:
        guess.risk = 0.0
        trouble = CodeTrouble.WRONG if guess.invited else CodeTrouble.STRANGERS_REFUSED
        return _written(guess, Verdict(trouble=trouble, last=last))
    hit = Conference.objects.filter(code=digits, code_held=True).first()
    if hit and _is_open(hit):
        guess.risk = 0.0  # a right code gives back what was reserved for it
    wrong = Verdict(trouble=CodeTrouble.WRONG, last=last)
    return _written(guess, _found(hit, last=last) if hit else wrong)


def _found(conference: Conference, *, last: bool) -> Verdict:
    if _is_open(conference):
        return Verdict(conference_id=conference.id)
    return Verdict(trouble=CodeTrouble.ENDED, last=last)


def _is_open(conference: Conference) -> bool:
    return conference.status in OPEN_CONFERENCE


def _could_be_a_code(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 8


@question
def _own_to_try(caller: str) -> QuerySet[Conference]:
    return _conferences_of(caller).select_for_update(no_key=True)


@question
def _own_open_with_code(call_id: str, code: str) -> QuerySet[Conference]:
    """A caller whose number is written in a strange way is not found here, but by `judge`."""
    number = Call.objects.filter(id=call_id).values("from_number")
    invited = Participant.objects.filter(
        conference_id=OuterRef("id"), phone_number=Subquery(number), invited=True
    )
    held = Conference.objects.filter(code=code, code_held=True, status__in=OPEN_CONFERENCE)
    return held.filter(Exists(invited)).select_for_update(no_key=True)


@question
def _own_open(caller: str) -> QuerySet[Conference, tuple[str]]:
    return _conferences_of(caller).filter(status__in=OPEN_CONFERENCE).values_list("id")[:1]


def _conferences_of(caller: str) -> QuerySet[Conference]:
    """Those that hold a code and have this number on their list: open ones and just ended ones."""
    invited = Participant.objects.filter(phone_number=caller, invited=True)
    ids = invited.values("conference_id")
    return Conference.objects.filter(code_held=True, id__in=ids).order_by("id")


def _has_misses_left(guess: Guess, conference: Conference) -> bool:
    since = timezone.now() - DAY
    ((_, *misses),) = _used_up(conference.id, guess.call_id, guess.caller, since)
    return not any(misses)


@question
def _used_up(
    conference_id: str, call_id: str, caller: str, since: datetime
) -> QuerySet[Conference, tuple[bool, ...]]:
    conference = Conference.objects.filter(id=conference_id)
    return conference.values_list(*used_up(conference_id, call_id, caller, since))


def _open_conferences() -> int:
    return Conference.objects.filter(status__in=OPEN_CONFERENCE).count()


def _spent_since(since: datetime) -> float:
    day = Guess.objects.filter(at__gt=since, risk__gt=0)
    return float(day.aggregate(spent=Sum("risk"))["spent"] or 0.0)
