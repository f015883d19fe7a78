"""Whether codes are long enough for so many conferences at once."""

from collections.abc import Iterator

from django.conf import settings

from calls.models import Conference
from calls.states import OPEN_CONFERENCE
from conferencing.doctor.findings import Finding, error, ok, warning

_LONGER = "Raise CONFERENCE_CODE_LENGTH; codes that are out already stay valid."


def findings() -> Iterator[Finding]:
    yield from _space()
    yield _strangers()


def _space() -> Iterator[Finding]:
    all_codes = 10**settings.CONFERENCE_CODE_LENGTH
    held = Conference.objects.filter(code_held=True).count()
    says = f"{held} of {all_codes:,} codes are in use"
    if held * 2 >= all_codes:
        yield error(f"{says}: no conference can be created.", _LONGER)
    elif held * 4 >= all_codes:
        yield warning(f"{says}: from half of them on, none can be created.", _LONGER)
    else:
        yield ok(f"{says}.")


def _strangers() -> Finding:
    """A stranger's guess costs its chance of a hit, out of what a day may risk."""
    budget = settings.STRANGER_RISK_PER_DAY * 10**settings.CONFERENCE_CODE_LENGTH
    most = int(budget + 1e-6)  # open conferences at which one guess a day is left
    open_now = Conference.objects.filter(status__in=OPEN_CONFERENCE).count()
    tries = int(budget / max(open_now, 1) + 1e-6)
    opened = "1 conference is" if open_now == 1 else f"{open_now} conferences are"
    says = f"{opened} open: callers who are not invited have {tries} tries a day in all"
    shut_out = f"with more than {most} open at once they have none"
    if open_now > most:
        return error(f"{says}; {shut_out}.", _LONGER)
    if open_now * 2 > most:
        return warning(f"{says}; {shut_out}.", _LONGER)
    return ok(f"{says}; {shut_out}.")
