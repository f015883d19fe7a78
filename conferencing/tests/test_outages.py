"""A database that is away for a moment, and one that is away for good."""

import errno
from collections.abc import Callable

import pytest
from django.db import DataError, InterfaceError, OperationalError

from conferencing import outages

GONE = OperationalError("the server closed the connection unexpectedly\n\tThis probably means")


def failing(*errors: Exception) -> Callable[[], str]:
    waiting = list(errors)

    def act() -> str:
        if waiting:
            raise waiting.pop(0)
        return "done"

    return act


@pytest.mark.django_db
@pytest.mark.parametrize("error", [GONE, InterfaceError("connection already closed")])
def test_what_failed_for_want_of_a_database_is_done_again(error: Exception) -> None:
    assert outages.patiently(failing(error, error), seconds=10) == "done"


def test_patience_ends() -> None:
    with pytest.raises(OperationalError):
        outages.patiently(failing(GONE), seconds=0)


@pytest.mark.parametrize("error", [DataError("too long"), OperationalError("disk is full")])
def test_what_will_not_get_better_is_not_tried_again(error: Exception) -> None:
    with pytest.raises(type(error)):
        outages.patiently(failing(error), seconds=10)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: make room"),
        (OperationalError("database or disk is full"), "The disk is full: make room"),
        (GONE, "The database does not answer: the server closed the connection unexpectedly"),
        (InterfaceError(), "The database does not answer: InterfaceError"),
        (OSError(errno.EACCES, "Permission denied"), ""),
        (ValueError("disk is full"), ""),
    ],
)
def test_said_in_words(error: Exception, words: str) -> None:
    said = outages.in_words(error)
    assert said.startswith(words)
    assert bool(said) == bool(words)
