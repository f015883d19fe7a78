"""How long and how often everything is measured, and what is said meanwhile."""

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Bench:
    rounds: int = 5
    seconds: int = 2  # that each shot of a round takes
    webhooks: int = 60_000  # after which memory is judged
    calls: int = 10_000_000  # in the large database
    began: float = field(default_factory=time.monotonic)

    def say(self, what: str) -> None:
        passed = round(time.monotonic() - self.began)
        print(f"{passed // 60:2d}:{passed % 60:02d} {what}", file=sys.stderr, flush=True)

    def rounds_of(self, shots: Mapping[str, Callable[[], T]]) -> list[dict[str, T]]:
        """All shots in turn, so that whatever else the machine does disturbs all alike."""
        rounds = []
        for number in range(self.rounds):
            rounds.append({name: shot() for name, shot in shots.items()})
            self.say(f"round {number + 1} of {self.rounds}: {', '.join(shots)}")
        return rounds
