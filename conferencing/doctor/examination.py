"""All checks in order. None of them may keep the next one from being made."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError

from conferencing.doctor import address, codes, database, pace, programs, setup, storage, telephones
from conferencing.doctor.findings import Finding, Level, error, warning


@dataclass(frozen=True)
class Check:
    """One part of the set-up, by the name under which its findings are shown."""

    name: str
    findings: Callable[[], Iterable[Finding]]
    needs_database: bool = False


DATABASE = Check("database", database.findings)
CHECKS = (
    Check("settings", setup.findings),
    DATABASE,
    Check("broker", programs.broker),
    Check("programs", programs.signs_of_life, needs_database=True),
    Check("address", address.findings),
    Check("signature", address.signature_findings),
    Check("telephones", telephones.findings),
    Check("clock", telephones.clock_findings),
    Check("codes", codes.findings, needs_database=True),
    Check("pace", pace.findings, needs_database=True),
    Check("storage", storage.findings),
)


def examine(checks: Iterable[Check] = CHECKS) -> Iterator[tuple[Check, Finding]]:
    """Each finding as soon as it is made, with the check that made it."""
    database_serves = True
    for check in checks:
        if check.needs_database and not database_serves:
            yield check, warning("Not examined, for want of the database.", "Mend that first.")
            continue
        for finding in _guarded(check):
            if check is DATABASE and finding.level is Level.ERROR:
                database_serves = False
            yield check, finding


def _guarded(check: Check) -> list[Finding]:
    try:
        return list(check.findings())
    except (DatabaseError, InterfaceError) as trouble:
        says = f"The database failed meanwhile: {first_line(trouble)}."
        return [error(says, "See that it runs, and run doctor again.")]
    except Exception as trouble:  # noqa: BLE001 - what breaks one check must not hide the others
        says = f"Could not be examined: {type(trouble).__name__}, {first_line(trouble)}."
        return [error(says, "Please report it.")]


def first_line(trouble: Exception) -> str:
    return (str(trouble).strip().splitlines() or [type(trouble).__name__])[0].rstrip(".")
