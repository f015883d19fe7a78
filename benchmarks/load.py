"""Load, from wrk where it is there, from a small asyncio client else."""

import asyncio
import json
import math
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks import letters

_SCRIPT = Path(__file__).with_name("wrk.lua")
_PATIENCE = 30  # seconds for an answer
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
            f"--timeout={_PATIENCE}s",
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
        told = asyncio.run(_send(self.base, waiting, connections, seconds))
        sent = int(told.pop("sent"))
        used = sum(letters.size(each) for each in waiting[:sent])
        place = min(end, self._place + used)
        return {**told, "place": place, "exhausted": float(sent == len(waiting))}


async def _send(
    base: str, every: list[bytes], connections: int, seconds: float
) -> dict[str, float]:
    address = urlsplit(base)
    took: list[float] = []
    wrong = {"refused": 0, "broken": 0}
    left = iter(every)
    begin = time.perf_counter()

    async def connection() -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while time.perf_counter() - begin < seconds and (request := next(left, None)):
            sent = time.perf_counter()
            try:
                status = await asyncio.wait_for(_ask(reader, writer, request), _PATIENCE)
            except (OSError, EOFError, TimeoutError):
                wrong["broken"] += 1
                reader, writer = await asyncio.open_connection(address.hostname, address.port)
                continue
            took.append(time.perf_counter() - sent)
            wrong["refused"] += status >= 400
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    ordered = sorted(took)
    return {
        "requests": len(took),
        "seconds": time.perf_counter() - begin,
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p99_ms": 1000 * ordered[int(len(ordered) * 0.99)],
        **wrong,
        "sent": len(took) + wrong["broken"],
    }


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send it and read the whole answer. Returns its status."""
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
    await reader.readexactly(int(fields.get("content-length", 0)))
    return int(head.split(" ", 2)[1])


@dataclass(frozen=True)
class Burst:
    """What came of requests that were all sent at once, each over a connection of its own."""

    answered: int
    errors: int
    seconds: float  # until the last answer


def burst(base: str, requests: list[bytes]) -> Burst:
    return asyncio.run(_burst(base, requests))


async def _burst(base: str, requests: list[bytes]) -> Burst:
    address = urlsplit(base)

    async def one(request: bytes) -> bool:
        try:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            status = await asyncio.wait_for(_ask(reader, writer, request), 4 * _PATIENCE)
            writer.close()
        except (OSError, EOFError, TimeoutError) as problem:
            print(f"      {problem!r}", file=sys.stderr)
            return False
        return status < 400

    begin = time.perf_counter()
    went_well = await asyncio.gather(*map(one, requests))
    seconds = time.perf_counter() - begin
    return Burst(sum(went_well), len(requests) - sum(went_well), seconds)
