"""How gunicorn serves `config.wsgi`. It takes PORT from the environment by itself."""

import importlib
import os
import shutil
import tempfile
from typing import Any

COUNTS = "PROMETHEUS_MULTIPROC_DIR"

# Threads, because a request mostly waits for the database; two processes, for two cores.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 5
keepalive = 15  # Twilio and load balancers reuse connections.
errorlog = "-"
control_socket_disable = True  # It would stand in the home folder, one for all on the machine.


def on_starting(server: Any) -> None:
    """Reads the settings before any worker does: those would fail and be started again for ever."""
    importlib.import_module("config.settings")
    server.counts = None
    if COUNTS not in os.environ:
        # Where the processes add up what they count for /metrics.
        server.counts = os.environ[COUNTS] = tempfile.mkdtemp(prefix="partyline-counts-")


def child_exit(_server: object, worker: Any) -> None:
    # Imported only here, since it looks for the folder when it is.
    importlib.import_module("prometheus_client.multiprocess").mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if server.counts:
        shutil.rmtree(server.counts, ignore_errors=True)
