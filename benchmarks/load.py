"""Load, from wrk where it is there, from our own small hand else."""

import json
import math
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks import hand, letters

_SCRIPT = Path(__file__).with_name("wrk.lua")
_MOST_BY_HAND = 20_000  # requests that are read for one round


class Exhausted(Exception):
    """More requests went out in the time than had been prepared."""


@dataclass(frozen=True)
class Load:
    """What so many connections got out of a server, each with one request under way."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int  # answered, but not with a success
    broken: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def errors(self) -> int:
        return self.refused + self.broken


class Post:
    """The prepared requests to one server: each is sent only once."""

    def __init__(self, base: str, file: Path) -> None:
        self.base = base
        self._file = file
        self._place = 0  # in the file, where the next round goes on

    def load(self, connections: int, seconds: float, *, by_hand: bool = False) -> Load:
        """Raises Exhausted where too few requests were prepared."""
        hand = by_hand or not shutil.which("wrk")
        told = (self._by_hand if hand else self._by_wrk)(connections, seconds)
        self._place = int(told.pop("place"))
        if told.pop("exhausted"):
            raise Exhausted(f"{self._file.name}: prepare more requests")
        return Load(**told)  # type: ignore[arg-type]

    def take(self, count: int) -> list[bytes]:
        """The next so many of them, to be sent otherwise."""
        taken, self._place = letters.read(self._file, self._place, count)
        return taken

    def over_and_over(self, connections: int, seconds: float) -> Load:
        """Each as often as there is time for; needs wrk."""
        told = self._by_wrk(connections, seconds, "again")
        return Load(**{name: told[name] for name in Load.__dataclass_fields__})  # type: ignore[arg-type]

    def _by_wrk(self, connections: int, seconds: float, *again: str) -> dict[str, float]:
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{round(seconds)}s",
            f"--timeout={hand.PATIENCE}s",
        ]
        command += ["--latency", "-s", str(_SCRIPT), self.base]
        done = subprocess.run(
            [*command, "--", str(self._file), str(self._place), *again],
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"wrk: {done.stdout}{done.stderr}")
        told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        # Nothing was answered in the time: that is no quick answer.
        return told if told["requests"] else {**told, "p50_ms": math.inf, "p99_ms": math.inf}

    def _by_hand(self, connections: int, seconds: float) -> dict[str, float]:
        waiting, end = letters.read(self._file, self._place, _MOST_BY_HAND)
        sent = hand.send(self.base, waiting, connections, seconds)
        took, count = sorted(sent.took) or [math.inf], len(sent.took) + sent.broken
        used = sum(map(letters.size, waiting[:count]))
        return {
            "requests": len(sent.took),
            "seconds": sent.seconds,
            "p50_ms": 1000 * took[len(took) // 2],
            "p99_ms": 1000 * took[int(len(took) * 0.99)],
            "refused": sent.refused,
            "broken": sent.broken,
            "place": min(end, self._place + used),
            "exhausted": float(count == len(waiting)),
        }


@dataclass(frozen=True)
class Burst:
    """What came of requests that were all sent at once, each over a connection of its own."""

    answered: int
    errors: int
    seconds: float  # until the last answer


def burst(base: str, requests: list[bytes]) -> Burst:
    sent = hand.send(base, requests, len(requests), seconds=0.0)
    answered = len(sent.took) - sent.refused
    return Burst(answered, len(requests) - answered, sent.seconds)
