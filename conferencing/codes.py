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
from django.db.models import Sum
from django.utils import timezone

from calls.models import Call, Conference
from calls.states import OPEN_CONFERENCE
from conferencing.errors import NoFreeCode
from conferencing.models import Guess, GuessBudget
from conferencing.numbers import as_e164
from conferencing.steps import CodeTrouble

TRIES_PER_CALL = 3
MISSES_PER_INVITED_CALLER = 10  # a day
MISSES_PER_CONFERENCE = 30
DAY = timedelta(hours=24)
_DRAWN_AT_ONCE = 16  # with half of the codes taken, one round fails once in 65,536


def draw() -> str:
    """A free random code. Raises NoFreeCode when half of them are taken.

    Free now: the database's constraint is what promises that two conferences never share it.
    """
    length = settings.CONFERENCE_CODE_LENGTH
    held = Conference.objects.filter(code_held=True)
    if held.count() * 2 >= 10**length:
        raise NoFreeCode(
            "Half of all codes are in use: try again in a minute, or raise CONFERENCE_CODE_LENGTH."
        )
    while True:
        drawn = [_random_code(length) for _ in range(_DRAWN_AT_ONCE)]
        taken = set(held.filter(code__in=drawn).values_list("code", flat=True))
        free = [code for code in drawn if code not in taken]
        if free:
            return free[0]


def _random_code(length: int) -> str:
    return f"{secrets.randbelow(10**length):0{length}d}"


@dataclass(frozen=True)
class Verdict:
    """`conference_id` where the code was right, else why not; `last`: no more tries."""

    conference_id: str = ""
    trouble: CodeTrouble | None = None
    last: bool = False


def judge(call: Call, digits: str) -> Verdict:
    """Judge what a caller typed. The digits are compared and forgotten."""
    with transaction.atomic():
        # One at a time, or calls that come at once would each have the last of the tries.
        GuessBudget.objects.get_or_create(id=1)
        GuessBudget.objects.select_for_update().get(id=1)
        used = tries_used(call)
        if used >= TRIES_PER_CALL:
            return Verdict(trouble=CodeTrouble.WRONG, last=True)
        return _judge(call, digits, last=used == TRIES_PER_CALL - 1)


def is_invited(number: str) -> bool:
    """Whether this caller is on the list of an open conference."""
    return any(_is_open(conference) for conference in _conferences_of(as_e164(number) or ""))


def tries_used(call: Call) -> int:
    return Guess.objects.filter(call=call, conference=None).count()


def _judge(call: Call, digits: str, *, last: bool) -> Verdict:
    caller = as_e164(call.from_number) or ""
    guess = Guess(call=call, caller=caller)
    if not _could_be_a_code(digits):
        guess.save()
        return Verdict(trouble=CodeTrouble.WRONG, last=last)
    own = _conferences_of(caller)
    tried = [each for each in own if _has_misses_left(caller, each)]
    mine = next((each for each in tried if secrets.compare_digest(each.code, digits)), None)
    if mine:
        if not _is_open(mine):
            guess.save()
        return _found(mine, last=last)
    missed = filter(_is_open, tried)
    Guess.objects.bulk_create(Guess(call=call, caller=caller, conference=c) for c in missed)
    guess.invited = any(map(_is_open, own))
    return _judge_by_budget(guess, digits, last=last)


def _judge_by_budget(guess: Guess, digits: str, *, last: bool) -> Verdict:
    guess.risk = _open_conferences() / 10 ** len(digits)
    if _spent_since(timezone.now() - DAY) + guess.risk > settings.STRANGER_RISK_PER_DAY + 1e-12:
        guess.risk = 0.0
        guess.save()
        trouble = CodeTrouble.WRONG if guess.invited else CodeTrouble.STRANGERS_REFUSED
        return Verdict(trouble=trouble, last=last)
    hit = Conference.objects.filter(code=digits, code_held=True).first()
    if hit and _is_open(hit):
        guess.risk = 0.0  # a right code gives back what was reserved for it
    guess.save()
    return _found(hit, last=last) if hit else Verdict(trouble=CodeTrouble.WRONG, last=last)


def _found(conference: Conference, *, last: bool) -> Verdict:
    if _is_open(conference):
        return Verdict(conference_id=conference.id)
    return Verdict(trouble=CodeTrouble.ENDED, last=last)


def _is_open(conference: Conference) -> bool:
    return conference.status in OPEN_CONFERENCE


def _could_be_a_code(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 8


def _conferences_of(caller: str) -> list[Conference]:
    """Those that hold a code and have this number on their list: open ones and just ended ones."""
    if not caller:
        return []
    return list(
        Conference.objects.filter(
            code_held=True, participants__phone_number=caller, participants__invited=True
        ).distinct()
    )


def _has_misses_left(caller: str, conference: Conference) -> bool:
    since = timezone.now() - DAY
    by_caller = Guess.objects.filter(caller=caller, invited=True, at__gt=since).count()
    of_conference = Guess.objects.filter(conference=conference).count()
    return by_caller < MISSES_PER_INVITED_CALLER and of_conference < MISSES_PER_CONFERENCE


def _open_conferences() -> int:
    return Conference.objects.filter(status__in=OPEN_CONFERENCE).count()


def _spent_since(since: datetime) -> float:
    day = Guess.objects.filter(at__gt=since, risk__gt=0)
    return float(day.aggregate(spent=Sum("risk"))["spent"] or 0.0)
