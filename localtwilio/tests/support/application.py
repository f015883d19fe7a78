"""The application at the other end: answers webhooks with TwiML and remembers every request."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from localtwilio.tests.support.awaiting import PATIENCE, until


class Params(dict[str, list[str]]):
    """A form as Twilio's validator likes it; `[...]` gives the first value."""

    def getlist(self, name: str) -> list[str]:
        return self.get(name, [])


@dataclass(frozen=True)
class Request:
    """One webhook as it arrived."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    params: Params

    @property
    def path(self) -> str:
        return "/" + urlsplit(self.url).path.split("/", 2)[2]

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True)

    def __getitem__(self, name: str) -> str:
        return self.params[name][0]

    def __contains__(self, name: str) -> bool:
        return name in self.params

    def get(self, name: str) -> str | None:
        return self.params.get(name, [None])[0]

    def signed_with(self, token: str) -> bool:
        signature = self.headers.get("x-twilio-signature", "")
        return RequestValidator(token).validate(self.url, self.params, signature)


@dataclass(frozen=True)
class Answer:
    """What the application says to one webhook."""

    body: str | bytes = ""
    status: int = 200
    content_type: str = "text/xml"
    headers: dict[str, str] = field(default_factory=dict)


Document = str | Answer | Callable[[Request], "str | Answer"]


def twiml(verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'


class Application:
    """One test's application, under a path of its own so that no test hears another's echo."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.received: list[Request] = []
        self._documents: dict[str, Document] = {}

    def url(self, path: str) -> str:
        return self.base_url + path

    def answers(self, path: str, document: Document) -> str:
        """Serve this document there; a bare string of verbs becomes a TwiML response."""
        self._documents[path] = document
        return self.url(path)

    def listens(self, path: str) -> str:
        """An address for callbacks, answered with 204."""
        return self.answers(path, Answer(status=204))

    def requests(self, path: str) -> list[Request]:
        return [request for request in list(self.received) if request.path == path]

    def request(self, path: str, within: float = PATIENCE, **wanted: str) -> Request:
        """The first request to `path` whose parameters are as wanted, awaited."""

        def found() -> Request | None:
            return next(
                (
                    request
                    for request in self.requests(path)
                    if all(request.get(name) == value for name, value in wanted.items())
                ),
                None,
            )

        return until(found, f"{path} is requested with {wanted}", within)

    def reply(self, request: Request) -> Answer:
        self.received.append(request)
        document = self._documents.get(request.path, Answer("not found", 404, "text/plain"))
        said = document(request) if callable(document) else document
        if isinstance(said, Answer):
            return said
        return Answer(said if said.lstrip().startswith("<?xml") else twiml(said))


class Server:
    """One HTTP server for all applications of a test session."""

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._names = (f"t{n}" for n in range(10**9))

    def application(self) -> Application:
        name = next(self._names)
        self.applications[name] = Application(f"{self.url}/{name}")
        return self.applications[name]

    def run(self) -> Iterator["Server"]:
        thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        thread.start()
        yield self
        self._http.shutdown()
        self._http.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._serve()

        def do_GET(self) -> None:
            self._serve()

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            form = parse_qs(body.decode(), keep_blank_values=True)
            request = Request(self.command, server.url + self.path, headers, body, Params(form))
            name = self.path.split("/")[1]
            answer = server.applications[name].reply(request)
            content = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            for header, value in answer.headers.items():
                self.send_header(header, value)
            if answer.status != 204:
                self.send_header("Content-Type", answer.content_type)
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Quiet: the recorded requests say more."""

    return Handler
