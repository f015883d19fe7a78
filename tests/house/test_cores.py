"""Where gunicorn has a process for each core, each keeps to its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.test_stopping import IDLE, ROOT
from tools.embedded import Ports
from tools.waiting import eventually

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []

pytestmark = pytest.mark.skipif(not CORES, reason="this system lets nobody choose a core")


@contextmanager
def web(folder: Path, processes: int) -> Iterator[int]:
    (folder / "idle.py").write_text(IDLE)
    master = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "idle", "-c", str(ROOT / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{Ports.free().web}", "--pythonpath", f"{folder},{ROOT}"),
            *("--workers", str(processes)),
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    try:
        yield master.pid
    finally:
        master.terminate()
        master.wait()


def workers(master: int) -> list[int]:
    children = Path(f"/proc/{master}/task/{master}/children").read_text()
    return [int(each) for each in children.split()]


def cores(master: int) -> list[set[int]]:
    return [os.sched_getaffinity(each) for each in workers(master)]


def test_each_has_its_own_and_whoever_comes_for_one_that_died_has_that(tmp_path: Path) -> None:
    every = [{core} for core in CORES]

    def all_are_taken() -> bool:
        return sorted(cores(master), key=min) == every

    with web(tmp_path, len(every)) as master:
        eventually(all_are_taken, "each has a core")
        dead = workers(master)[0]
        os.kill(dead, signal.SIGKILL)
        eventually(lambda: dead not in workers(master), "one is dead")
        eventually(all_are_taken, "each has a core again")


@pytest.mark.skipif(len(CORES) < 2, reason="there is one core only")
def test_fewer_than_there_are_cores_may_go_where_they_like(tmp_path: Path) -> None:
    with web(tmp_path, 1) as master:
        eventually(lambda: workers(master), "there is one")
        assert cores(master) == [set(CORES)]
