"""How long the second `make run` takes until the web answers."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from benchmarks.bench import Bench
from benchmarks.report import Finding, Goal
from benchmarks.stage import Kind, Stage
from tools.embedded import ROOT, Ports
from tools.run import answers

_PATIENCE = 120


def measure(bench: Bench, stage: Stage) -> Iterator[Finding]:
    if stage.kind is not Kind.SQLITE:  # `make run` is the embedded default
        return
    ports = Ports.free()
    took = []
    for number in range(bench.rounds + 1):  # the first one makes the database
        took.append(_start(ports))
        bench.say(f"start {number}: {took[-1]:.1f} s")
    yield Finding(
        part="startup",
        database=stage.kind,
        what="`make run` until the web answers, not the first time",
        ours=f"{median(took[1:]):.1f} s",
        reference=f"the first time {took[0]:.1f} s",
        figure=median(took[1:]),
        goal=Goal("≤", 5, "s"),
    )


def _start(ports: Ports) -> float:
    """As `make run` does, less the look for a Python and the packages, which takes a blink."""
    env = {**os.environ, "PORT": str(ports.web), "PHONES_PORT": str(ports.phones)}
    begin = time.monotonic()
    house = subprocess.Popen(
        [sys.executable, "-m", "tools.run"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
    )
    try:
        while not answers(ports.web, "/healthz"):
            assert house.poll() is None, "make run ended by itself"
            assert time.monotonic() - begin < _PATIENCE, "make run does not come up"
            time.sleep(0.02)
        return time.monotonic() - begin
    finally:
        house.send_signal(signal.SIGINT)
        house.wait()
