"""How gunicorn serves `config.wsgi`. It takes PORT from the environment by itself."""

import importlib
import os
import shutil
import tempfile
from typing import Any

from prometheus_client import multiprocess

# Threads, because a request mostly waits for the database; two processes, for two cores.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 5
keepalive = 15  # Twilio and load balancers reuse connections.
errorlog = "-"
control_socket_disable = True  # It would stand in the home folder, one for all on the machine.

# Where the processes add up what they count for /metrics; only ours is also taken away again.
counts = None
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    counts = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="partyline-counts-")


def on_starting(_server: object) -> None:
    """Reads the settings before any worker does: those would fail and be started again for ever."""
    importlib.import_module("config.settings")


def child_exit(_server: object, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: object) -> None:
    if counts:
        shutil.rmtree(counts, ignore_errors=True)
