"""A Twilio of our own: a real HTTP server with one account, which keeps what was really accepted.

Each POST is answered by the next scripted answer (`tests.fakes.twilio_answers`), or accepted as Twilio would.
What a client was told and what is true can so be made to differ: `messages` is the truth.
"""

import base64
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

ACCOUNT = "ACfake0000000000000000000000000000"
TOKEN = "fake-token"
NUMBER = "+447700900000"

_CREATED = "Mon, 30 Mar 2020 15:30:00 +0000"


@dataclass(slots=True)
class Message:
    """One message of the account. Tests move `status` on as a network would."""

    sid: str
    form: dict[str, str]
    status: str = "queued"
    direction: str = "outbound-api"
    error_code: int | None = None
    date_created: str = _CREATED

    def resource(self) -> dict[str, Any]:
        """The message as Twilio's JSON."""
        return {
            "sid": self.sid,
            "account_sid": ACCOUNT,
            "to": self.form.get("To"),
            "from": self.form.get("From"),
            "messaging_service_sid": self.form.get("MessagingServiceSid"),
            "body": self.form.get("Body"),
            "status": self.status,
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "date_created": self.date_created,
            "date_updated": self.date_created,
            "date_sent": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.sid}.json",
            "subresource_uris": {},
        }


@dataclass(slots=True)
class FakeTwilio:
    """The server, while the `with` lasts; with a TLS context it speaks https. Nothing leaves this machine."""

    tls: ssl.SSLContext | None = None
    messages: list[Message] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)
    """The form of every POST that was read, whatever became of it."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set once a client has left a connection that was still being answered."""
    closing: threading.Event = field(default_factory=threading.Event)
    _answers: deque[Callable[["Exchange"], None]] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)
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

    def script(self, *answers: Callable[["Exchange"], None]) -> None:
        """How the next POSTs are answered, one each; those after them are accepted."""
        self._answers.extend(answers)

    def receive(self, sender: str, body: str, date_created: str = _CREATED) -> Message:
        """Somebody sends the account a text, a reply for example."""
        form = {"To": NUMBER, "From": sender, "Body": body}
        return self._add(form, "received", "inbound", date_created)

    def accept(self, form: dict[str, str]) -> Message:
        """The account takes a message: from here on it exists."""
        return self._add(form, "queued", "outbound-api", _CREATED)

    def _add(self, form: dict[str, str], status: str, direction: str, created: str) -> Message:
        with self._lock:
            message = Message(f"SM{len(self.messages) + 1:032x}", form, status, direction, date_created=created)
            self.messages.append(message)
            return message

    def answer(self, exchange: "Exchange") -> None:
        """Answer one POST by the script."""
        with self._lock:
            self.requests.append(exchange.form)
            answer = self._answers.popleft() if self._answers else None
        if answer is not None:
            answer(exchange)
        elif not exchange.form.get("To"):
            exchange.problem(400, 21604, "A 'To' phone number is required.")
        else:
            exchange.reply(201, self.accept(exchange.form).resource())


@dataclass(frozen=True, slots=True)
class Exchange:
    """One POST being answered: what an answer has in its hands."""

    fake: FakeTwilio
    form: dict[str, str]
    handler: BaseHTTPRequestHandler

    def accept(self) -> Message:
        """Take the message, whatever is answered."""
        return self.fake.accept(self.form)

    def reply(self, status: int, body: object, headers: Iterable[tuple[str, str]] = ()) -> None:
        """A whole answer: JSON, or bytes as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.start(status, [*headers, ("Content-Length", str(len(content)))])
        self.write(content)

    def problem(self, status: int, code: int, message: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        """An error as Twilio words it."""
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        self.reply(status, {"code": code, "message": message, "more_info": more_info, "status": status}, headers)

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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about: no traceback."""


class _Handler(BaseHTTPRequestHandler):
    fake: FakeTwilio
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        form = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        exchange = Exchange(self.fake, form, self)
        self.close_connection = True
        if self._allowed(exchange, f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"):
            try:
                self.fake.answer(exchange)
            except OSError:
                self.fake.hung_up.set()
                raise

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        exchange = Exchange(self.fake, dict(parse_qsl(url.query)), self)
        folder = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
        if url.path == f"{folder}.json":
            if self._allowed(exchange, url.path):
                self._list(exchange)
            return
        found = [m for m in self.fake.messages if url.path == f"{folder}/{m.sid}.json"]
        if self._allowed(exchange, url.path if found else ""):
            exchange.reply(200, found[0].resource())

    def _list(self, exchange: Exchange) -> None:
        """The account's messages, the newest first, filtered by To and From, in pages."""
        wanted, size = exchange.form, int(exchange.form.get("PageSize", "50"))
        page = int(wanted.get("Page", "0"))
        found = [
            message.resource()
            for message in reversed(self.fake.messages)
            if all(message.form.get(key) == wanted[key] for key in ("To", "From") if key in wanted)
        ]
        filters = "".join(f"&{key}={wanted[key].replace('+', '%2B')}" for key in ("To", "From") if key in wanted)
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json?PageSize={size}{filters}&Page="
        more = len(found) > (page + 1) * size
        exchange.reply(
            200,
            {
                "messages": found[page * size : (page + 1) * size],
                "page": page,
                "page_size": size,
                "uri": f"{uri}{page}",
                "first_page_uri": f"{uri}0",
                "next_page_uri": f"{uri}{page + 1}" if more else None,
                "previous_page_uri": f"{uri}{page - 1}" if page else None,
            },
        )

    def _allowed(self, exchange: Exchange, path: str) -> bool:
        """Whether the request is for this account and has its token; answers it where not."""
        secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {secret}":
            exchange.problem(401, 20003, "Authenticate")
        elif urlsplit(self.path).path != path:
            exchange.problem(404, 20404, "The requested resource was not found")
        else:
            return True
        return False

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Silent: a request line holds telephone numbers."""
