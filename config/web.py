"""gunicorn's worker, which ends at once when it is told to and nobody is waiting for it."""

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class Worker(ThreadWorker):  # type: ignore[misc]
    """A browser opens connections ahead and sends nothing on them. gunicorn closes those only when
    their time is up, so it would take its whole grace to stop, and be killed at the end of it."""

    def murder_pending(self) -> None:
        if not self.alive:
            for connection in self.pending_conns:
                connection.timeout = 0.0
        super().murder_pending()
