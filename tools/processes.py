"""Child processes that live and die together."""

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

GRACE = 8.0  # Seconds that children have to end by themselves.
LOUD = re.compile(r"\b(ERROR|CRITICAL)\b|^Traceback ")
LOG_LINE = re.compile(r"^(\[?\d{4}-\d\d-\d\d |[A-Z]+: )")


class Child:
    """One program, its log file, and its last lines."""

    def __init__(
        self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        self.last_lines: deque[str] = deque(maxlen=15)
        self.process = subprocess.Popen(
            [*dying_with_parent(), *command],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def died(self) -> bool:
        return self.process.poll() is not None

    def obituary(self) -> str:
        """Which child it was, how it ended, and its last words."""
        self._reader.join(timeout=1)
        words = "".join(f"    {line}" for line in self.last_lines)
        return f"{self.name} ended by itself (exit code {self.process.returncode}):\n{words}"

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.log.open("w", buffering=1) as log:
            _copy(self.process.stdout, log, self.last_lines, self.name)


def _copy(source: IO[str], log: IO[str], last_lines: deque[str], name: str) -> None:
    """Everything to the log, errors with their tracebacks to the terminal too."""
    loud = False
    for line in source:
        log.write(line)
        last_lines.append(line)
        goes_on = loud and bool(line.strip()) and not LOG_LINE.match(line)
        loud = goes_on or bool(LOUD.search(line))
        if loud:
            print(f"[{name}] {line}", end="", file=sys.stderr, flush=True)


def dying_with_parent(by: str = "TERM") -> list[str]:
    """A killed parent must not leave children that hold its ports, where we can help it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", by, "--"] if setpriv else []


class Stopped(Exception):
    """Somebody asked us to stop."""


class Family:
    """Children started one by one and stopped together."""

    def __init__(self, env: Mapping[str, str], log_folder: Path) -> None:
        self._env = env
        self._log_folder = log_folder
        self._children: list[Child] = []
        self._log_folder.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def start(self, name: str, *command: str) -> Child:
        child = Child(name, command, self._env, self._log_folder / f"{name}.log")
        self._children.append(child)
        return child

    def wait_until(self, ready: Callable[[], bool], patience: float, what: str) -> None:
        """Raises RuntimeError if a child dies, or if it is not so within `patience` seconds."""
        deadline = time.monotonic() + patience
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{what} did not come up within {patience:.0f} s: see {self._log_folder}/."
                )
            time.sleep(0.05)

    def check(self) -> None:
        """Raises RuntimeError with the last words of a child that has died."""
        for child in self._children:
            if child.died():
                raise RuntimeError(child.obituary())

    def watch(self) -> None:
        """Returns never: raises when a child dies, or Stopped when somebody asks for it."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        """Asks all to end, and kills those that have not after GRACE seconds."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for child in self._children:
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self._children:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

    def _asked_to_stop(self, *_: object) -> None:
        raise Stopped
