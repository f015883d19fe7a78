"""How gunicorn serves `config.wsgi`. It takes PORT from the environment by itself."""

import importlib
import os

# Threads, because a request mostly waits for the database; two processes, for two cores.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
timeout = 30
graceful_timeout = 5
keepalive = 15  # Twilio and load balancers reuse connections.
errorlog = "-"
control_socket_disable = True  # It would stand in the home folder, one for all on the machine.


def on_starting(_server: object) -> None:
    """Reads the settings before any worker does: those would fail and be started again for ever."""
    importlib.import_module("config.settings")
