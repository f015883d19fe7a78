"""Looks at our database again and again: from when on did it hold what it holds in the end?

Events cannot tell: one that comes late, and only says again what is known, is an event as well.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.chaos import ours

_PAUSE = 2.0  # seconds between two looks: so exact are the figures


@dataclass(frozen=True)
class State:
    """What we show of a conference. `talk` may become a little more exact, and is right before."""

    words: tuple[tuple[str, ...], ...]
    talk: tuple[int, ...]

    def is_like(self, other: "State", slack: float) -> bool:
        close = len(self.talk) == len(other.talk) and all(
            abs(a - b) <= slack for a, b in zip(self.talk, other.talk, strict=True)
        )
        return close and self.words == other.words


@dataclass
class Watch:
    """What each conference looked like, from when on."""

    database_url: str
    seen: dict[str, list[tuple[float, State]]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def kept(self) -> Iterator["Watch"]:
        over = threading.Event()
        watcher = threading.Thread(target=self._keep, args=[over])
        watcher.start()
        try:
            yield self
        finally:
            over.set()
            watcher.join()

    def right_since(self, slack: float) -> dict[str, float]:
        """By conference, the first look since which it has been as it is in the end."""
        return {id_: _right_since(looks, slack) for id_, looks in self.seen.items()}

    def look(self) -> None:
        at = time.time()
        for id_, state in _states(ours.glance(self.database_url)).items():
            looks = self.seen[id_]
            if not looks or looks[-1][1] != state:
                looks.append((at, state))

    def _keep(self, over: threading.Event) -> None:
        while not over.is_set():
            with suppress(*ours.OUT_OF_REACH):  # PostgreSQL is killed now and then
                self.look()
            over.wait(_PAUSE)


def _right_since(looks: list[tuple[float, State]], slack: float) -> float:
    since, final = looks[-1]
    for at, state in reversed(looks):
        if not state.is_like(final, slack):
            break
        since = at
    return since


def _states(glance: dict[str, list[ours.Row]]) -> dict[str, State]:
    words: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    talk: dict[str, list[int]] = defaultdict(list)
    for row in glance["conferences"]:
        words[row["id"]].append((row["status"], row["end_reason"]))
    for row in glance["people"]:
        words[row["conference_id"]].append((row["id"], row["status"]))
        talk[row["conference_id"]].append(row["talk_seconds"])
    for row in glance["legs"]:
        known = (row["id"], str(row["sid"]), row["status"], str(row["duration"] or 0))
        words[row["conference_id"]].append(known)
    return {id_: State(tuple(words[id_]), tuple(talk[id_])) for id_ in words}
