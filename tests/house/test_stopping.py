"""gunicorn ends when it is told to, whatever browsers have open."""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from gunicorn.config import Config
from gunicorn.workers.gthread import TConn

from config.web import Worker
from tools.embedded import Ports
from tools.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
IDLE = "import time\ndef application(environ, start):\n    start('200 OK', [])\n    return [b'']\n"


def test_connections_on_which_nobody_asks_anything_keep_nobody_waiting(tmp_path: Path) -> None:
    """A browser opens some ahead of time: they used to have the worker killed in the end."""
    port = Ports.free().web
    (tmp_path / "idle.py").write_text(IDLE)
    web = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "idle", "-c", str(ROOT / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{port}", "--pythonpath", f"{tmp_path},{ROOT}"),
        ],
        cwd=ROOT,
        env={**os.environ, "WEB_CONCURRENCY": "1", "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        eventually(lambda: _answers(port), "gunicorn answers", patience=60)
        with socket.create_connection(("127.0.0.1", port)), httpx.Client() as kept:
            kept.get(f"http://127.0.0.1:{port}/")
            web.send_signal(signal.SIGTERM)
            _, said = web.communicate(timeout=60)
    finally:
        web.kill()
        web.wait()
    assert "SIGKILL" not in said
    assert web.returncode == 0


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/").status_code == 200
    except httpx.TransportError:
        return False


def test_what_waits_for_a_first_byte_is_let_go_at_once() -> None:
    config = Config()
    worker = Worker(1, os.getpid(), [], None, 1.0, config, None)
    ours, theirs = socket.socketpair()
    connection = TConn(config, ours, None, None)
    connection.timeout = time.monotonic() + 100
    worker.poller = selectors.DefaultSelector()
    worker.pending_conns.append(connection)

    worker.murder_pending()
    assert worker.pending_conns

    worker.alive = False
    worker.murder_pending()
    assert not worker.pending_conns
    assert theirs.recv(1) == b""
