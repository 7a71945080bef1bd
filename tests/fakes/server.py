"""A real HTTP server on loopback whose answers are scripted: what all of our own providers are made of.

What changes something (POST) and what only asks (GET) have a script each. A request that nothing is scripted for
is dealt with as the provider would.
"""

import json
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(slots=True)
class FakeServer:
    """The server, while the `with` lasts; with a TLS context it speaks https. Nothing leaves this machine."""

    tls: ssl.SSLContext | None = None
    down: "Answer | None" = None
    """How every request is answered that has no script, as long as this stands: an outage."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """The content of every POST that was read, whatever became of it."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set once a client has left a connection that was still being answered."""
    closing: threading.Event = field(default_factory=threading.Event)
    _posts: "deque[Answer]" = field(default_factory=deque)
    _gets: "deque[Answer]" = field(default_factory=deque)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _server: ThreadingHTTPServer = field(init=False)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        if self.tls is not None:
            # The handshake is done by the thread of the connection, so that none holds up the others.
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        """What to configure as `base_url`."""
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return self._server.server_port

    def script(self, *answers: "Answer") -> None:
        """How the next POSTs are answered, one each."""
        with self._lock:
            self._posts.extend(answers)

    def script_questions(self, *answers: "Answer") -> None:
        """How the next GETs are answered, one each."""
        with self._lock:
            self._gets.extend(answers)

    def answer(self, exchange: "Exchange") -> None:
        """Answer one request that is allowed: by the script, by the outage, or as the provider would."""
        with self._lock:
            if exchange.method == "POST":
                self.requests.append(exchange.content)
            script = self._posts if exchange.method == "POST" else self._gets
            answer = script.popleft() if script else self.down
        (answer or self.serve)(exchange)

    def allowed(self, exchange: "Exchange") -> bool:
        """Whether this request is for the provider and has its secret; answers it where not."""
        raise NotImplementedError

    def serve(self, exchange: "Exchange") -> None:
        """Answer as the provider would."""
        raise NotImplementedError

    def accept(self, content: dict[str, Any]) -> dict[str, Any]:
        """Take what was sent: from here on it exists. Returns it as the provider's JSON."""
        raise NotImplementedError

    def problem(self, status: int, code: int, message: str) -> dict[str, Any]:
        """The JSON of an error, as the provider words it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request being answered: what an answer has in its hands.

    `content` is the form or JSON of `body`, or the query.
    """

    fake: FakeServer
    method: str
    path: str
    content: dict[str, Any]
    body: str
    handler: BaseHTTPRequestHandler

    def header(self, name: str) -> str | None:
        """A header of the request."""
        return self.handler.headers.get(name)

    def accept(self) -> dict[str, Any]:
        """Take what was sent, whatever is answered. A question is nothing that could be taken."""
        return self.fake.accept(self.content) if self.method == "POST" else {}

    def reply(self, status: int, body: object, headers: Iterable[tuple[str, str]] = ()) -> None:
        """A whole answer: JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.start(status, [*headers, ("Content-Length", str(len(content)))])
        self.write(content)

    def problem(self, status: int, code: int, message: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        """An error as the provider words it."""
        self.reply(status, self.fake.problem(status, code, message), headers)

    def start(self, status: int, headers: Iterable[tuple[str, str]]) -> None:
        """The head of an answer, its body to follow by `write`."""
        self.handler.send_response_only(status)  # no Date, unless it is given
        self.handler.send_header("Content-Type", "application/json")
        for name, value in headers:
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def write(self, content: bytes) -> None:
        """Some bytes of the answer, at once."""
        self.handler.wfile.write(content)
        self.handler.wfile.flush()


Answer = Callable[[Exchange], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about: no traceback."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        if self.headers.get_content_type() == "application/json":
            self._answer(json.loads(body), body)
        else:
            self._answer(dict(parse_qsl(body, keep_blank_values=True)), body)

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)), "")

    def _answer(self, content: dict[str, Any], body: str) -> None:
        exchange = Exchange(self.fake, self.command, urlsplit(self.path).path, content, body, self)
        self.close_connection = True
        try:
            if self.fake.allowed(exchange):
                self.fake.answer(exchange)
        except OSError:
            self.fake.hung_up.set()
            raise

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent: a request line holds telephone numbers."""
