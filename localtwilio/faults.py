"""Faults on demand, drawn from a seeded generator: what may go wrong, and how often."""

import random
from collections.abc import Mapping
from typing import Any

REST_KNOBS = (
    "429",
    "500_before",
    "500_after",
    "timeout_before",
    "timeout_after",
    "list_lag",
)
SECONDS = ("delay", "list_lag")
SHUFFLE_WITHIN = 1.0  # seconds, where `shuffle` is asked for without a `delay`


class Faults:
    """The knobs of `/faults`. Shares are 0 to 1; `delay` and `list_lag` are seconds."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.callbacks: dict[str, float] = {"drop": 0.0, "duplicate": 0.0, "delay": 0.0}
        self.shuffle = False
        self.rest: dict[str, float] = dict.fromkeys(REST_KNOBS, 0.0)
        self.cps = 1.0
        self.seed: int | None = None
        self._random = random.Random()  # noqa: S311 - faults must be repeatable
        self._latest: dict[str, float] = {}

    def as_json(self) -> dict[str, Any]:
        return {
            "callbacks": {**self.callbacks, "shuffle": self.shuffle},
            "rest": dict(self.rest),
            "cps": self.cps,
            "seed": self.seed,
        }

    def change(self, wanted: Mapping[str, Any]) -> None:
        """Turn the knobs that are named, leave the others. Raises ValueError naming a bad one."""
        checked = _checked(wanted)
        for name, value in checked.get("callbacks", {}).items():
            if name == "shuffle":
                self.shuffle = value
            else:
                self.callbacks[name] = value
        self.rest.update(checked.get("rest", {}))
        self.cps = checked.get("cps", self.cps)
        if "seed" in checked:
            self.seed = checked["seed"]
            self._random = random.Random(self.seed)  # noqa: S311

    def hits(self, knob: str) -> bool:
        """Whether this REST request meets that fault."""
        share = self.rest[knob]
        return share > 0 and self._random.random() < share

    def deliveries(self, stream: str, moment: float) -> list[float]:
        """After how many seconds each copy of a callback goes out; none when it is dropped.

        Without `shuffle` a stream (a leg, a conference) keeps its order, however late it is.
        """
        if self._chance("drop"):
            return []
        copies = 2 if self._chance("duplicate") else 1
        return [self._wait(stream, moment) for _ in range(copies)]

    def _chance(self, knob: str) -> bool:
        share = self.callbacks[knob]
        return share > 0 and self._random.random() < share

    def _wait(self, stream: str, moment: float) -> float:
        longest = self.callbacks["delay"] or (SHUFFLE_WITHIN if self.shuffle else 0.0)
        if not longest:
            return 0.0
        due = moment + self._random.uniform(0, longest)
        if not self.shuffle:
            due = max(due, self._latest.get(stream, 0.0))
            self._latest[stream] = due
        return due - moment


def _checked(wanted: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in wanted.items():
        if name == "callbacks":
            checked[name] = _group(name, value, ("drop", "duplicate", "delay", "shuffle"))
        elif name == "rest":
            checked[name] = _group(name, value, REST_KNOBS)
        elif name == "cps":
            checked[name] = _number(name, value, at_least=0.001)
        elif name == "seed":
            checked[name] = _seed(value)
        else:
            raise ValueError(f"{name}: no such fault; use callbacks, rest, cps or seed")
    return checked


def _group(group: str, value: object, known: tuple[str, ...]) -> dict[str, float | bool]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{group}: must be an object")
    return {str(name): _knob(group, str(name), knob, known) for name, knob in value.items()}


def _knob(group: str, name: str, value: object, known: tuple[str, ...]) -> float | bool:
    path = f"{group}.{name}"
    if name not in known:
        raise ValueError(f"{path}: no such fault; use {', '.join(known)}")
    if name == "shuffle":
        if not isinstance(value, bool):
            raise ValueError(f"{path}: must be true or false")
        return value
    number = _number(path, value, at_least=0.0)
    if name not in SECONDS and number > 1:
        raise ValueError(f"{path}: is a share, from 0 to 1")
    return number


def _number(path: str, value: object, at_least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= at_least:
        raise ValueError(f"{path}: must be a number, at least {at_least:g}")
    return float(value)


def _seed(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise ValueError("seed: must be a whole number or null")
