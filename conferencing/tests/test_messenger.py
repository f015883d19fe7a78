"""Workers are woken by a thread that no request waits for."""

from threading import Event

import pytest

from conferencing import tasks
from conferencing.messenger import Messenger
from conferencing.models import Lane

pytestmark = pytest.mark.usefixtures("no_connections")


@pytest.fixture
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread has none to close."""
    monkeypatch.setattr("conferencing.messenger.close_old_connections", lambda: None)


class Broker:
    """A slow one: a message takes until it is let through."""

    def __init__(self) -> None:
        self.reached, self.let_through = Event(), Event()
        self.woken: list[tuple[Lane, int]] = []
        self.done = Event()

    def wake(self, lane: Lane, workers: int) -> None:
        self.reached.set()
        assert self.let_through.wait(10)
        self.woken.append((lane, workers))
        if lane is Lane.KEEPING:
            self.done.set()


def test_whoever_comes_meanwhile_is_told_of_in_one_message() -> None:
    broker = Broker()
    messenger = Messenger(broker.wake)
    messenger.start()

    messenger.tell(Lane.ENDING, 1)
    assert broker.reached.wait(10)
    for _ in range(5):
        messenger.tell(Lane.INVITING, 1)
    messenger.tell(Lane.KEEPING, 1)
    broker.let_through.set()

    assert broker.done.wait(10)
    assert broker.woken == [(Lane.ENDING, 1), (Lane.INVITING, 5), (Lane.KEEPING, 1)]


def test_where_there_is_no_messenger_workers_are_woken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    woken: list[tuple[Lane, int]] = []
    monkeypatch.setattr(tasks, "_wake", lambda *asked: woken.append(asked))

    tasks.nudge(Lane.ROOM, 2)

    assert woken == [(Lane.ROOM, 2)]


def test_where_there_is_one_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Event()
    messenger = Messenger(lambda lane, workers: told.set())
    messenger.start()
    monkeypatch.setattr(tasks, "messenger", messenger)

    tasks.nudge(Lane.ROOM)

    assert told.wait(10)
