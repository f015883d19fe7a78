"""The broker, and whether beat and worker have shown that they live."""

from collections.abc import Iterator

from conferencing import health
from conferencing.doctor.findings import Finding, error, ok

_STARTS = {
    "beat": "Start `celery -A config beat` and a worker of the queue `deadlines`.",
    "worker": "Start `celery -A config worker`.",
}
_MATTERS = {
    "beat": "without it no conference ends by us and nothing is repaired",
    "worker": "without one nobody is texted or called",
}


def broker() -> Iterator[Finding]:
    found = health.broker()
    if found.ok:
        yield ok("The broker answers.")
    else:
        yield error(
            f"The broker {found.detail}: nobody is texted or called.",
            "See that it runs and that CELERY_BROKER_URL names it.",
        )


def signs_of_life() -> Iterator[Finding]:
    for part, found in health.signs_of_life().items():
        says = f"The {part}: {found.detail}"
        if found.ok:
            yield ok(f"{says}.")
        else:
            yield error(f"{says}; {_MATTERS[part]}.", _STARTS[part])
