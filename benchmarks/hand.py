"""A small client that sends prepared requests, where wrk is not there or cannot do it.

It opens a connection and sends on it in a tenth of a millisecond. asyncio took a third of one more
for each, and on the same machine that is time which the server does not have.
"""

import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

PATIENCE = 30  # seconds in which nobody is answered at all
_MOST_AT_ONCE = 65_536  # bytes


@dataclass
class Sent:
    """What came of so many requests."""

    took: list[float] = field(default_factory=list)  # seconds, of each that was answered
    refused: int = 0  # answered, but not with a success
    broken: int = 0
    seconds: float = 0.0  # until the last answer


@dataclass
class _Line:
    """A connection with one request under way."""

    socket: socket.socket
    sent_at: float
    read: bytes = b""

    def ask(self, request: bytes) -> None:
        self.sent_at, self.read = time.perf_counter(), b""
        self.socket.sendall(request)

    def status(self) -> int:
        """Read what there is. 0: the answer is not whole yet. Raises OSError where none comes."""
        data = self.socket.recv(_MOST_AT_ONCE)
        if not data:
            raise ConnectionError("closed before the answer")
        self.read += data
        head, ended, body = self.read.partition(b"\r\n\r\n")
        if not ended or len(body) < _length(head):
            return 0
        return int(head.split(b" ", 2)[1])


def send(base: str, every: list[bytes], connections: int, seconds: float) -> Sent:
    """Over so many connections at once, each request after the answer to the one before it."""
    told, left, begin = Sent(), iter(every), time.perf_counter()
    with selectors.DefaultSelector() as lines:
        for request in islice(left, connections):
            try:
                line = _Line(_connected(base), begin)
                line.ask(request)
            except OSError:
                told.broken += 1
            else:
                lines.register(line.socket, selectors.EVENT_READ, line)
        while lines.get_map():
            for key, _ in lines.select(PATIENCE) or _given_up(lines, told):
                try:
                    goes_on = _goes_on(key.data, told, left, begin + seconds)
                except OSError:
                    told.broken, goes_on = told.broken + 1, False
                if not goes_on:
                    lines.unregister(key.fileobj)
                    key.data.socket.close()
    told.seconds = time.perf_counter() - begin
    return told


def _goes_on(line: _Line, told: Sent, left: Iterator[bytes], until: float) -> bool:
    """Whether something is still under way on this line."""
    status = line.status()
    if not status:
        return True
    now = time.perf_counter()
    told.took.append(now - line.sent_at)
    told.refused += status >= 400
    request = next(left, None) if now < until else None
    if request:
        line.ask(request)
    return request is not None


def _given_up(lines: selectors.BaseSelector, told: Sent) -> list[tuple[selectors.SelectorKey, int]]:
    for key in list(lines.get_map().values()):
        told.broken += 1
        lines.unregister(key.fileobj)
        key.data.socket.close()
    return []


def _connected(base: str) -> socket.socket:
    address = urlsplit(base)
    assert address.hostname, f"{base} names no host"
    return socket.create_connection((address.hostname, address.port or 80), PATIENCE)


def _length(head: bytes) -> int:
    _, told, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if told else 0
