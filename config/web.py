"""gunicorn's worker: it takes only what it can serve, and ends at once when nobody is waiting."""

from socket import MSG_DONTWAIT, MSG_PEEK, socket
from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class Worker(ThreadWorker):  # type: ignore[misc]
    """A process that has no thread free leaves new connections to the others.

    gunicorn's own takes up to a thousand at once, so of a burst one process may have most, and the
    other is idle when it has served its own. After each answer it takes one all the same: else
    those whose connections are kept, and who ask again at once, would let nobody else in.
    """

    _has_answered = False  # since it last took one

    def accept(self, listener: Any) -> None:
        super().accept(listener)
        self._has_answered = False
        if not self._may_take_one():
            self.set_accept_enabled(False)

    def finish_request(self, conn: Any, fs: Any) -> None:
        super().finish_request(conn, fs)
        self._has_answered = True  # and gunicorn asks `set_accept_enabled` again

    def set_accept_enabled(self, enabled: bool) -> None:
        super().set_accept_enabled(enabled and self._may_take_one())

    def _may_take_one(self) -> bool:
        silent = len(self.keepalived_conns) + len(self.pending_conns)
        return bool(self._has_answered or self.nr_conns - silent < self.cfg.threads)

    def enqueue_req(self, conn: Any) -> None:
        """A request that is here already need not be waited for."""
        conn.data_ready = conn.data_ready or bool(_next_byte(conn.sock))
        super().enqueue_req(conn)

    def on_client_socket_readable(self, conn: Any, client: socket) -> None:
        """Whoever has hung up needs no thread."""
        if _next_byte(client) != b"":
            super().on_client_socket_readable(conn, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def murder_pending(self) -> None:
        """A browser opens connections ahead and sends nothing on them. gunicorn closes those only
        when their time is up, so it would take its whole grace to stop, and be killed at the end
        of it."""
        if not self.alive:
            for connection in self.pending_conns:
                connection.timeout = 0.0
        super().murder_pending()


def _next_byte(client: socket) -> bytes | None:
    """What will be read next; empty: the other side has hung up; None: nothing is there."""
    try:
        return client.recv(1, MSG_PEEK | MSG_DONTWAIT)
    except (OSError, ValueError):  # the latter from TLS, which has no peeking
        return None
