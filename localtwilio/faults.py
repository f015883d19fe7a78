"""Faults on demand, drawn from seeded generators: what may go wrong, and how often."""

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
WEBHOOK_KNOBS = ("slow", "dead")
SECONDS = ("delay", "list_lag")
SHUFFLE_WITHIN = 1.0  # seconds, where `shuffle` is asked for without a `delay`


class Dice:
    """A generator for each kind of fault on each kind of occasion.

    With a seed, the same occasions in the same order meet the same faults, whatever other faults
    are turned on and whatever other requests come between.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self._generators: dict[tuple[str, str], random.Random] = {}

    def roll(self, fault: str, occasion: str) -> float:
        """From 0 to 1."""
        generator = self._generators.get((fault, occasion))
        if generator is None:
            seed = None if self._seed is None else f"{self._seed} {fault} {occasion}"
            generator = random.Random(seed)  # noqa: S311 - faults must be repeatable
            self._generators[fault, occasion] = generator
        return generator.random()


class Faults:
    """The knobs of `/faults`. Shares are 0 to 1; `delay` and `list_lag` are seconds."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.callbacks: dict[str, float] = {"drop": 0.0, "duplicate": 0.0, "delay": 0.0}
        self.shuffle = False
        self.rest: dict[str, float] = dict.fromkeys(REST_KNOBS, 0.0)
        self.webhooks: dict[str, float] = dict.fromkeys(WEBHOOK_KNOBS, 0.0)
        self.cps = 1.0
        self._begin_again(None)

    def _begin_again(self, seed: int | None) -> None:
        self.seed = seed
        self._dice = Dice(seed)
        self._latest: dict[str, float] = {}

    def as_json(self) -> dict[str, Any]:
        return {
            "callbacks": {**self.callbacks, "shuffle": self.shuffle},
            "webhooks": dict(self.webhooks),
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
        self.webhooks.update(checked.get("webhooks", {}))
        self.rest.update(checked.get("rest", {}))
        self.cps = checked.get("cps", self.cps)
        if "seed" in checked:
            self._begin_again(checked["seed"])

    def fate(self, occasion: str) -> frozenset[str]:
        """The faults that this REST request meets; each is drawn, whether another comes first."""
        shares = {knob: share for knob, share in self.rest.items() if knob not in SECONDS}
        return frozenset(knob for knob in shares if self._hits(knob, shares[knob], occasion))

    def strikes(self, knob: str, event: str) -> bool:
        """Whether this attempt of a webhook meets that fault."""
        return self._hits(knob, self.webhooks[knob], event)

    def deliveries(self, stream: str, event: str, moment: float) -> list[float]:
        """After how many seconds each copy of a callback goes out; none when it is dropped.

        Without `shuffle` a stream (a leg, a conference) keeps its order, however late it is.
        """
        dropped = self._hits("drop", self.callbacks["drop"], event)
        doubled = self._hits("duplicate", self.callbacks["duplicate"], event)
        rolls = self._delays(event)
        if dropped:
            return []
        return [self._wait(stream, moment, roll) for roll in rolls[: 2 if doubled else 1]]

    def _hits(self, knob: str, share: float, occasion: str) -> bool:
        return share > 0 and self._dice.roll(knob, occasion) < share

    def _delays(self, event: str) -> list[float]:
        """For two copies, though there may be one or none: the next callback must not notice."""
        longest = self.callbacks["delay"] or (SHUFFLE_WITHIN if self.shuffle else 0.0)
        return [longest * self._dice.roll("delay", event) if longest else 0.0 for _ in range(2)]

    def _wait(self, stream: str, moment: float, late: float) -> float:
        due = moment + late
        if late and not self.shuffle:
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
        elif name == "webhooks":
            checked[name] = _group(name, value, WEBHOOK_KNOBS)
        elif name == "cps":
            checked[name] = _number(name, value, at_least=0.001)
        elif name == "seed":
            checked[name] = _seed(value)
        else:
            raise ValueError(f"{name}: no such fault; use callbacks, webhooks, rest, cps or seed")
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
