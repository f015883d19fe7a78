"""`make test`: every test, on SQLite and files and again on PostgreSQL and Redis.

Three parts, since they bear different company. The chaos needs the machine for itself: its load is
what two cores carry. All the rest goes side by side, more than there are cores: phone calls mostly
wait, and units work meanwhile. It comes last, so that the last line counts most of the tests.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tools import legs
from tools.console import Steps, stop

NOTHING_SELECTED = 5  # pytest's exit code
# The journeys start hundreds of processes: each would compile all of our modules anew.
NOT_OURS = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}
REMEDIES = {
    "PARTYLINE_TEST_POSTGRES_URL": "PostgreSQL: start one at 127.0.0.1:5432",
    "PARTYLINE_TEST_REDIS_URL": "Redis: install redis-server (apt-get install redis-server)",
    "PARTYLINE_TEST_CHROMIUM": "Browser: install Chromium (apt-get install chromium)",
}


@dataclass(frozen=True)
class Part:
    """One run of pytest, so many tests at a time; `chosen` by markers and, at first, by folders."""

    chosen: str
    at_once: int
    folders: tuple[str, ...] = ()

    def command(self, arguments: Sequence[str]) -> list[str]:
        """`arguments` choose among the tests of this part."""
        own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
        own.add_argument("-m", dest="markers", default="")
        given, others = own.parse_known_args(arguments)
        markers = f"({given.markers}) and {self.chosen}" if given.markers else self.chosen
        found = () if _name_places(others) else self.folders
        return [sys.executable, "-m", "pytest", *self._workers(), "-m", markers, *others, *found]

    def _workers(self) -> list[str]:
        if self.at_once == 1:
            return ["-n", "0"]
        # A worker that dies is not replaced: xdist may then wait for ever for what it had.
        alone = ["--max-worker-restart", "0"]
        return ["-n", str(self.at_once), *alone]


ON_POSTGRES = Part("database", at_once=2, folders=("calls", "conferencing"))
CHAOS = Part("chaos", at_once=1, folders=("tests/chaos",))
THE_REST = Part("not chaos", at_once=4)


def main() -> None:
    steps = Steps(6, done=2)
    with ExitStack() as stack, ThreadPoolExecutor(1) as beside:
        steps.next("PostgreSQL, Redis and Chromium: found, or started")
        found = {
            "PARTYLINE_TEST_POSTGRES_URL": stack.enter_context(legs.postgres()),
            "PARTYLINE_TEST_REDIS_URL": stack.enter_context(legs.redis_server()),
        }
        chromium = beside.submit(legs.chromium)
        report(found)
        env = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        env |= {name: url for name, url in found.items() if url}
        suite = Suite(steps, sys.argv[1:], env)
        suite.on_postgres(found["PARTYLINE_TEST_POSTGRES_URL"])
        report({"PARTYLINE_TEST_CHROMIUM": chromium.result()})
        suite.run("chaos, alone", CHAOS)
        suite.run("all other tests", THE_REST)
        sys.exit(suite.verdict())


def report(found: dict[str, str | None]) -> None:
    """Says what there is and, loudly, what there is not; with CI=true that is the end."""
    for name, value in found.items():
        print(f"    {name}={value}" if value else f"SKIPPED {REMEDIES[name]}", flush=True)
    if os.environ.get("CI") == "true" and None in found.values():
        stop("With CI=true nothing may be skipped.")


@dataclass(frozen=True)
class Ended:
    """What became of a part."""

    what: str
    code: int
    closing_line: str


class Suite:
    """The parts, one after another."""

    def __init__(self, steps: Steps, arguments: list[str], env: dict[str, str]) -> None:
        self._steps, self._arguments, self._env = steps, arguments, env
        self.ended: list[Ended] = []

    def on_postgres(self, server: str | None) -> None:
        """The database tests, whatever else was chosen."""
        what = "tests of calls and conferencing on PostgreSQL"
        self._steps.next(what)
        if server:
            own_name = f"{server.rpartition('/')[0]}/partyline_{os.getpid()}"
            self._pytest(what, ON_POSTGRES.command([]), {**self._env, "DATABASE_URL": own_name})

    def run(self, what: str, part: Part) -> None:
        self._steps.next(what)
        self._pytest(what, part.command(self._arguments), self._env)

    def verdict(self) -> int:
        """The exit code. The last line printed is the closing line of a part that failed, if any,
        else of the last one that had any test to run."""
        ran = [each for each in self.ended if each.code != NOTHING_SELECTED]
        failed = [each for each in ran if each.code]
        decides = (failed or ran or self.ended)[-1]
        if decides is not self.ended[-1]:
            print(f"{decides.what}:\n{decides.closing_line}", flush=True)
        return decides.code

    def _pytest(self, what: str, command: list[str], env: dict[str, str]) -> None:
        """Shows everything as it comes."""
        last_line = ""
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last_line = line.strip() or last_line
        self.ended.append(Ended(what, process.wait(), last_line))


def _name_places(arguments: Sequence[str]) -> bool:
    return any(Path(each.partition("::")[0]).exists() for each in arguments)


if __name__ == "__main__":
    main()
