"""A little HTTP server that answers what a test tells it to, and remembers what it was asked."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    form: dict[str, list[str]]
    authorization: str
    connection: tuple[str, int]


@dataclass
class Server:
    url: str
    asked: list[Asked] = field(default_factory=list)
    answers: deque[Callable[[BaseHTTPRequestHandler, Asked], None]] = field(default_factory=deque)

    def will(self, status: int, body: object) -> None:
        """Answer the next request with this; a str goes out as it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.append(lambda handler, _asked: reply(handler, status, text))

    def will_refuse(self, status: int, code: int, message: str = "No.") -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        self.will(status, {"code": code, "message": message, "more_info": more, "status": status})


def reply(handler: BaseHTTPRequestHandler, status: int, text: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text.encode())))
    handler.end_headers()
    handler.wfile.write(text.encode())


@contextmanager
def running() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            asked = Asked(
                method=self.command,
                path=parts.path,
                query=parse_qs(parts.query, keep_blank_values=True),
                form=parse_qs(self.rfile.read(length).decode(), keep_blank_values=True),
                authorization=self.headers.get("Authorization", ""),
                connection=self.client_address,
            )
            server.asked.append(asked)
            if server.answers:
                server.answers.popleft()(self, asked)
            else:
                reply(self, 500, "the test told no answer")

        do_GET = do_POST = do_DELETE = _any  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
