"""How gunicorn serves `config.wsgi`. It takes PORT from the environment by itself."""

import importlib
import os
import shutil
import tempfile
from collections import Counter
from typing import Any

# Linux alone lets us choose.
_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
COUNTS = "PROMETHEUS_MULTIPROC_DIR"

# Threads, because a request mostly waits for the database; two processes, for two cores.
worker_class = "config.web.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 7  # a new connection may be silent for 5 before it is let go
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


def pre_fork(server: Any, worker: Any) -> None:
    """Where there is a process for each core, gives the new one a core of its own."""
    taken = Counter(each.core for each in server.WORKERS.values())
    own = min(_CORES, key=lambda core: taken[core], default=None)
    worker.core = own if server.num_workers >= len(_CORES) else None


def post_fork(_server: object, worker: Any) -> None:
    """Keeps all threads of a process on one core.

    Python runs one of them at a time, and each wait for the database hands over to another: to wake
    that on another core takes longer than what it has to do (docs/scale.md has the figures).
    """
    if worker.core is not None:
        os.sched_setaffinity(0, {worker.core})


def post_worker_init(_worker: object) -> None:
    apps = importlib.import_module("django.apps").apps
    if apps.ready and apps.is_installed("conferencing"):
        importlib.import_module("config.urls")  # or the first caller would wait for it
        importlib.import_module("conferencing.tasks").messenger.start()


def child_exit(_server: object, worker: Any) -> None:
    # Imported only here, since it looks for the folder when it is.
    importlib.import_module("prometheus_client.multiprocess").mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    if server.counts:
        shutil.rmtree(server.counts, ignore_errors=True)
