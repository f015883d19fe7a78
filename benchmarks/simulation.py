"""A hundred thousand conferences at once, on paper: who waits how long, and for what.

    python -m benchmarks.simulation [--at-once 100000] [--cores 40] [--milliseconds 3.0]

Conferences of three people open at an even pace and live five minutes. Each of their requests comes
at its own moment to whichever core is free first; `--milliseconds` is what one costs, database and
all, as measured. Standard library only; the same seed gives the same answer.
"""

import argparse
import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass

LIFE = 300.0  # seconds
PEOPLE = 3
CALLED = 2
# What one conference asks of the web: a POST; for each leg its status callbacks, its TwiML (the
# incoming call or the answer, the digits, the end of <Dial>), its coming and going; the room's own
# beginning and end; the text's fate.
STATUS_OF_CALLED, TWIML, PASSAGES, ROOM, TEXT = 4, 3, 2, 2, 2
REQUESTS = 1 + CALLED * STATUS_OF_CALLED + 1 + PEOPLE * (TWIML + PASSAGES) + ROOM + TEXT


@dataclass(frozen=True)
class House:
    at_once: int
    cores: int
    milliseconds: float  # of CPU, for each request

    @property
    def opened(self) -> float:
        """Conferences a second that keep so many alive at once."""
        return self.at_once / LIFE

    @property
    def requests(self) -> float:
        """A second."""
        return self.opened * REQUESTS


def main() -> None:
    house = _house()
    waits = sorted(_waits(house, seconds=20.0, seed=7))
    busy = house.requests * house.milliseconds / 1000 / house.cores
    print(f"{house.at_once:,} conferences at once, {house.cores} cores")
    print(f"  opened and ended               {house.opened:8.0f} a second")
    print(f"  requests of the network        {house.requests:8.0f} a second")
    print(f"  cores busy                     {100 * busy:8.0f} %")
    for share in (0.5, 0.99, 0.999):
        print(f"  waits for a core, {100 * share:5.1f} %     {_at(waits, share):8.1f} ms")
    print(f"  dial-outs                      {house.opened * CALLED:8.0f} a second (Twilio: 1)")
    print(f"  codes in use, with half an hour of rest {house.at_once * (1 + 1800 / LIFE):,.0f}")
    print(f"  digits that they need          {_digits(house):8d}")
    print(f"  rows a day, written evenly     {house.opened * 86_400 * _ROWS / 1e6:8.0f} million")


_ROWS = 1 + PEOPLE + PEOPLE + REQUESTS + PEOPLE  # conference, people, legs, events, orders


def _house() -> House:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=__doc__)
    parser.add_argument("--at-once", type=int, default=100_000)
    parser.add_argument("--cores", type=int, default=40)
    parser.add_argument("--milliseconds", type=float, default=3.0)
    options = parser.parse_args()
    return House(options.at_once, options.cores, options.milliseconds)


def _waits(house: House, seconds: float, seed: int) -> Iterator[float]:
    """How long each request waits for a core, in milliseconds."""
    chance = random.Random(seed)
    free = [0.0] * house.cores  # when each core is
    now = 0.0
    while now < seconds:
        now += chance.expovariate(house.requests)
        start = max(now, heapq.heappop(free))
        # Costs scatter: most are a little cheaper, few much dearer.
        heapq.heappush(free, start + chance.gammavariate(4.0, house.milliseconds / 4000))
        yield 1000 * (start - now)


def _at(ordered: list[float], share: float) -> float:
    return ordered[int(len(ordered) * share)]


def _digits(house: House) -> int:
    """Only half of all codes are ever in use."""
    used, digits = house.at_once * (1 + 1800 / LIFE), 4
    while 10**digits < 2 * used:
        digits += 1
    return digits


if __name__ == "__main__":
    main()
