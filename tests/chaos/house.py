"""A house that is meant to be killed: three workers, two beats, each started again by name."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

import psutil

from tests.chaos.watch import Watch
from tests.journeys.house import House

WEB = "web"
BEATS = ("beat-1", "beat-2")
WORKERS = {"worker-1": "orders", "worker-2": "orders", "worker-3": "deadlines"}
OURS = (WEB, *WORKERS, *BEATS)
SETTINGS = {
    "CONFERENCE_CODE_LENGTH": "6",
    "CONFERENCE_NO_SHOW_AFTER": "120",  # so that a run ends soon, where nobody has come
    "CALLS_PER_SECOND": "100",
    "API_REQUESTS_PER_MINUTE": "1000000",
    "WEB_CONCURRENCY": "2",
}


class ChaosHouse(House):
    """`start`, `kill` and `stop` as any house's; besides, each process by its name."""

    @cached_property
    def watch(self) -> Watch:
        return Watch(self.environment["DATABASE_URL"])

    def start_workers(self) -> None:
        for name in (*WORKERS, *BEATS):
            self.start_one(name)

    def start_one(self, name: str) -> None:
        """Call it from the main thread: what another one starts dies with that thread."""
        if name == WEB:
            self.start_web()
        elif name in BEATS:
            self._run(name, "celery", "-A", "config", "beat")
        else:
            queue = ["-Q", WORKERS[name], "-n", f"{name}@%h", "--without-mingle"]
            self._run(name, "celery", "-A", "config", "worker", *queue, "--without-gossip")

    def restart(self, name: str) -> None:
        """SIGKILL, and started again."""
        self.kill(name)
        self.start_one(name)

    def deploy(self) -> None:
        """As a deployment does it: TERM to all, time to drain, and all of them anew."""
        for name in OURS:
            os.killpg(self.processes[name].pid, signal.SIGTERM)
        for name in OURS:
            self.processes.pop(name).wait(timeout=40)
        self.start_product()

    @contextmanager
    def standstill(self, *names: str) -> Iterator[None]:
        """These, or workers and beats, stand still: the machine has no time for them."""
        still = [self.processes[name].pid for name in names or (*WORKERS, *BEATS)]
        for pid in still:
            os.killpg(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in still:
                os.killpg(pid, signal.SIGCONT)

    def recovers(self) -> None:
        """No faults any more, but the pace stays."""
        self.network.http.delete("/faults").raise_for_status()
        self.suffers(cps=CALLS_A_SECOND)

    def memory(self) -> int:
        """Bytes that our own processes hold, children included; the network's are not ours."""
        ours = (self.processes[name].pid for name in OURS if name in self.processes)
        return sum(map(_resident, ours))


CALLS_A_SECOND = 1000


def _resident(pid: int) -> int:
    """Proportional where the kernel tells it: workers of gunicorn share most of their pages."""
    try:
        parent = psutil.Process(pid)
        return sum(_held(each) for each in (parent, *parent.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _held(process: psutil.Process) -> int:
    return int(process.memory_full_info().pss)
