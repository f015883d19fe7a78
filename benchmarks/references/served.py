"""How the references are served: as gunicorn's guide has it, with as many processes and threads as
ours has. What else ours does was found by measuring, and is part of what is compared; how the plain
view fares under it is measured besides."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 8
keepalive = 15
errorlog = "-"
control_socket_disable = True
