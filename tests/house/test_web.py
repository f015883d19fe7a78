"""Which process of gunicorn takes a new connection, and when it lets it go."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import httpx

from tests.house.test_stopping import ROOT, _answers
from tools.embedded import Ports
from tools.waiting import eventually

# Says which process it is, once the file is there that its path names; till then, that it waits.
HELD = """
import os, threading, time
def application(environ, start):
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(0.05)
    elif path != "/":
        open(f"{path}.{os.getpid()}.{threading.get_ident()}", "w").close()
    while path not in ("/", "/slow") and not os.path.exists(path):
        time.sleep(0.01)
    start("200 OK", [("Content-Length", "8")])
    return [b"%8d" % os.getpid()]
"""


@contextmanager
def web(folder: Path, *options: str) -> Iterator[str]:
    port = Ports.free().web
    (folder / "held.py").write_text(HELD)
    master = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "held", "-c", str(ROOT / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{port}", "--pythonpath", f"{folder},{ROOT}", *options),
        ],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )
    try:
        eventually(lambda: _answers(port), "gunicorn answers", patience=60)
        yield f"http://127.0.0.1:{port}"
    finally:
        master.terminate()
        master.wait()


def test_who_has_no_thread_free_leaves_it_to_the_other(tmp_path: Path) -> None:
    """gunicorn's own takes whatever comes while it looks, and it waits there for a thread."""
    with web(tmp_path, "--workers=2", "--threads=1") as base, ThreadPoolExecutor(2) as people:
        for go in (tmp_path / f"go{number}" for number in range(8)):
            asked = []
            for under_way in (1, 2):
                asked.append(people.submit(httpx.get, f"{base}{go}", timeout=60))
                eventually(partial(_is_held, go, under_way), f"{under_way} under way", patience=30)
            go.touch()
            assert len({each.result().text for each in asked}) == 2


def _is_held(go: Path, by: int) -> bool:
    return len(list(go.parent.glob(f"{go.name}.*"))) == by


def test_whoever_is_new_is_served_though_others_ask_again_and_again(tmp_path: Path) -> None:
    over = Event()

    def asks_again_and_again() -> int:
        with httpx.Client(timeout=60) as kept:
            asked = 0
            while not over.is_set():
                asked += kept.get(f"{base}/slow").is_success
        return asked

    with web(tmp_path, "--workers=1", "--threads=1") as base, ThreadPoolExecutor(4) as people:
        others = [people.submit(asks_again_and_again) for _ in range(4)]
        try:
            for _ in range(5):
                assert httpx.get(base, timeout=20).is_success
        finally:
            over.set()
        assert all(each.result() for each in others)


def test_connections_that_are_kept_open_need_no_thread(tmp_path: Path) -> None:
    with web(tmp_path, "--workers=1", "--threads=1") as base, ExitStack() as stack:
        for _ in range(5):
            kept = stack.enter_context(httpx.Client(timeout=60))
            assert kept.get(base).is_success


def test_connections_that_were_closed_count_no_more(tmp_path: Path) -> None:
    with web(tmp_path, "--workers=1", "--threads=1", "--worker-connections=2") as base:
        for _ in range(10):
            with httpx.Client(timeout=60) as client:
                assert client.get(base).is_success
