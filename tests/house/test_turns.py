"""On SQLite, those who write take turns, and nobody keeps his turn when he has done."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from django.db import OperationalError
from pytest_django import DjangoDbBlocker

from config.sqlite import base
from config.sqlite.base import DatabaseWrapper

Connect = Callable[..., DatabaseWrapper]
SETTINGS = {
    "ENGINE": "config.sqlite",
    "AUTOCOMMIT": True,
    "CONN_HEALTH_CHECKS": False,
    "CONN_MAX_AGE": None,
    "TEST": {},
    "TIME_ZONE": None,
}


@pytest.fixture
def connect(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Connect]:
    def another(timeout: float = 0.2) -> DatabaseWrapper:
        own = {
            "NAME": tmp_path / "turns.sqlite3",
            "OPTIONS": {"timeout": timeout, "transaction_mode": "IMMEDIATE"},
        }
        made = DatabaseWrapper({**SETTINGS, **own}, "default")
        made.inc_thread_sharing()
        return made

    with django_db_blocker.unblock():
        with another().cursor() as cursor:
            cursor.execute("CREATE TABLE said (word text)")
        yield another


def begin(database: DatabaseWrapper) -> None:
    database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def say(database: DatabaseWrapper, word: str) -> None:
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO said VALUES (%s)", [word])


def may_write(database: DatabaseWrapper) -> bool:
    """At once: whoever waits for long is not let in."""
    begin(database)
    database.rollback()
    return not base._turns[str(database.settings_dict["NAME"])].locked()


def test_the_next_one_begins_when_the_first_has_committed(
    connect: Connect,
) -> None:
    first, second = connect(), connect(20)
    begin(first)
    say(first, "one")
    order: list[str] = []

    def write() -> None:
        begin(second)
        order.append("second begins")
        second.commit()

    thread = Thread(target=write)
    thread.start()
    order.append("first commits")
    first.commit()
    thread.join()

    assert order == ["first commits", "second begins"]


@pytest.mark.parametrize("done", [DatabaseWrapper.commit, DatabaseWrapper.rollback])
def test_whoever_has_done_has_no_turn(
    connect: Connect, done: Callable[[DatabaseWrapper], None]
) -> None:
    database = connect()
    begin(database)
    done(database)

    assert may_write(connect())


def test_whoever_is_closed_in_the_middle_has_no_turn(
    connect: Connect,
) -> None:
    database = connect()
    begin(database)
    say(database, "lost")
    database.close()

    assert may_write(connect())


def test_whoever_could_not_begin_has_no_turn(connect: Connect, tmp_path: Path) -> None:
    """Another process holds the database for longer than anybody waits."""
    other = sqlite3.connect(tmp_path / "turns.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = connect()
    with pytest.raises(OperationalError, match="locked"):
        begin(database)
    other.execute("COMMIT")

    assert may_write(connect())


def test_a_turn_that_never_ends_is_not_waited_for_twice(connect: Connect) -> None:
    first = connect()
    begin(first)
    with pytest.raises(OperationalError, match="locked"):
        begin(connect())
    assert not base._turns[str(first.settings_dict["NAME"])].locked()

    first.commit()

    assert may_write(connect())
