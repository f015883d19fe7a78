"""A telephone network that says yes to everything, after a set delay, and keeps the times.

    python -m benchmarks.network PORT DELAY FILE

Each line of FILE is a request: when it came, when it was answered (seconds since 1970), its verb
and its path.
"""

import asyncio
import json
import secrets
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SID = {"Calls": "CA", "Messages": "SM", "Conferences": "CF"}
_STATUS = {"Calls": "queued", "Messages": "queued", "Conferences": "completed"}


@dataclass(frozen=True)
class Asked:
    came: float
    answered: float
    verb: str
    path: str


def asked(file: Path) -> list[Asked]:
    """What a network has written until now."""
    rows = (line.split(" ") for line in file.read_text().splitlines())
    return [Asked(float(came), float(answered), verb, path) for came, answered, verb, path in rows]


async def _serve(port: int, delay: float, file: Path) -> None:
    with file.open("w", buffering=1) as log:

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                while True:
                    verb, path = await _request(reader)
                    came = time.time()
                    await asyncio.sleep(delay)
                    writer.write(_answer(verb, path))
                    log.write(f"{came:.6f} {time.time():.6f} {verb} {path}\n")
            except (EOFError, OSError):
                writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", port, backlog=1024)
        await server.serve_forever()


async def _request(reader: asyncio.StreamReader) -> tuple[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *fields = head.split("\r\n")
    lengths = [f.partition(":")[2] for f in fields if f.lower().startswith("content-length:")]
    await reader.readexactly(int(lengths[0]) if lengths else 0)
    verb, path, _ = line.split(" ")
    return verb, path


def _answer(verb: str, path: str) -> bytes:
    """Of `/2010-04-01/Accounts/AC…/Calls.json`, or `…/Calls/CA….json`; lists are empty."""
    resource = path.partition("?")[0].removesuffix(".json").partition("/Accounts/")[2]
    kind, _, sid = resource.split("/", 1)[1].partition("/")
    if verb == "GET" and not sid:
        told: dict[str, object] = {kind.lower(): [], "next_page_uri": None}
    else:
        told = {"sid": sid or _SID[kind] + secrets.token_hex(16), "status": _STATUS[kind]}
    body = json.dumps(told).encode()
    status = "200 OK" if verb == "GET" else "201 Created"
    fields = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
    return f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + body


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
