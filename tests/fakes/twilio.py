"""A Twilio of our own: a real HTTP server with one account, which keeps what was really accepted.

Each request is answered by the next scripted answer (`tests.fakes.twilio_answers`), or as Twilio would. What a
client was told and what is true can so be made to differ: `messages` is the truth. Nothing happens to a message
by itself: tests move it on (`move`), with or without telling (`call_back`), and let people reply (`receive`).
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from tests.fakes.server import Exchange, FakeServer

ACCOUNT = "ACfake0000000000000000000000000000"
TOKEN = "fake-token"
NUMBER = "+447700900000"

_FOLDER = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
_STOP = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"}
_START = {"START", "YES", "UNSTOP"}


@dataclass(slots=True)
class Message:
    """One message of the account, created at `created` (epoch seconds)."""

    sid: str
    form: dict[str, str]
    created: int
    status: str = "queued"
    direction: str = "outbound-api"
    error_code: int | None = None

    def resource(self) -> dict[str, Any]:
        """The message as Twilio's JSON."""
        date = formatdate(self.created).replace("-0000", "+0000")
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
            "date_created": date,
            "date_updated": date,
            "date_sent": None if self.status == "queued" else date,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{_FOLDER}/{self.sid}.json",
            "subresource_uris": {},
        }


@dataclass(slots=True)
class FakeTwilio(FakeServer):
    """The account. `now` dates its messages, in epoch seconds."""

    now: Callable[[], int] = lambda: int(time.time())
    messages: list[Message] = field(default_factory=list)
    """All that were accepted or came in, the oldest first."""
    stopped: set[str] = field(default_factory=set)
    """Numbers whose people said STOP: what is sent to them fails with 21610."""

    @property
    def sent(self) -> list[Message]:
        """The messages that the account took from us, the oldest first."""
        with self._lock:
            return [message for message in self.messages if message.direction != "inbound"]

    def message(self, sid: str) -> Message:
        """The message with this id."""
        with self._lock:
            return next(message for message in self.messages if message.sid == sid)

    def move(self, sid: str, *statuses: str, error_code: int | None = None, tell: bool = False) -> None:
        """The network moves a message on, through these statuses; `tell`: with a callback for each."""
        for status in statuses:
            with self._lock:
                message = self.message(sid)
                message.status, message.error_code = status, error_code
            if tell:
                self.call_back(sid, status, error_code=error_code)

    def call_back(
        self, sid: str, status: str, *, token: str = TOKEN, signature: str | None = None, error_code: int | None = None
    ) -> int:
        """Tell the message's StatusCallback of a status, true or not, as often as this is called.

        Signed with the account's token; another `token` or `signature` is a forgery. Returns the answer's status.
        """
        message = self.message(sid)
        form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status, "AccountSid": ACCOUNT}
        form |= {key: message.form[key] for key in ("To", "From", "MessagingServiceSid") if key in message.form}
        if error_code is not None:
            form["ErrorCode"] = str(error_code)
        return post_signed(message.form["StatusCallback"], form, token, signature)

    def receive(
        self, sender: str, body: str, created: int | None = None, *, to: str = NUMBER, service: str | None = None
    ) -> Message:
        """Somebody sends the account a text, a reply for example. STOP and START are heeded."""
        form = {"To": to, "From": sender, "Body": body} | ({} if service is None else {"MessagingServiceSid": service})
        with self._lock:
            if body.strip().upper() in _STOP:
                self.stopped.add(sender)
            elif body.strip().upper() in _START:
                self.stopped.discard(sender)
            return self._add(form, "received", "inbound", created)

    def accept(self, content: dict[str, Any]) -> dict[str, Any]:
        return self._add(content, "queued", "outbound-api", None).resource()

    def _add(self, form: dict[str, str], status: str, direction: str, created: int | None) -> Message:
        with self._lock:
            sid = f"SM{len(self.messages) + 1:032x}"
            message = Message(sid, form, self.now() if created is None else created, status, direction)
            self.messages.append(message)
            return message

    def problem(self, status: int, code: int, message: str) -> dict[str, Any]:
        more_info = f"https://www.twilio.com/docs/errors/{code}"
        return {"code": code, "message": message, "more_info": more_info, "status": status}

    def allowed(self, exchange: Exchange) -> bool:
        secret = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        known = exchange.path == f"{_FOLDER}.json" or (
            exchange.method == "GET" and any(exchange.path == f"{_FOLDER}/{m.sid}.json" for m in self.messages)
        )
        if exchange.header("Authorization") != f"Basic {secret}":
            exchange.problem(401, 20003, "Authenticate")
        elif not known:
            exchange.problem(404, 20404, "The requested resource was not found")
        else:
            return True
        return False

    def serve(self, exchange: Exchange) -> None:
        if exchange.method == "GET":
            if exchange.path == f"{_FOLDER}.json":
                self._list(exchange)
            else:
                sid = exchange.path.removeprefix(f"{_FOLDER}/").removesuffix(".json")
                exchange.reply(200, self.message(sid).resource())
        elif not exchange.content.get("To"):
            exchange.problem(400, 21604, "A 'To' phone number is required.")
        elif exchange.content["To"] in self.stopped:
            exchange.problem(400, 21610, "Attempt to send to unsubscribed recipient")
        else:
            exchange.reply(201, exchange.accept())

    def _list(self, exchange: Exchange) -> None:
        """The account's messages, the newest first, filtered by To and From, in pages."""
        wanted = {key: exchange.content[key] for key in ("To", "From") if key in exchange.content}
        size, page = int(exchange.content.get("PageSize", "50")), int(exchange.content.get("Page", "0"))
        with self._lock:
            found = [
                message.resource()
                for message in reversed(self.messages)
                if all(message.form.get(key) == value for key, value in wanted.items())
            ]
        uri = f"{_FOLDER}.json?{urlencode({'PageSize': size} | wanted)}&Page="
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


def post_signed(url: str, form: dict[str, str], token: str = TOKEN, signature: str | None = None) -> int:
    """Post a form to an address on this machine, signed as Twilio signs it. Returns the answer's status."""
    parts = urlsplit(url)
    signed = RequestValidator(token).compute_signature(url, form) if signature is None else signature
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed}
        connection.request("POST", f"{parts.path or '/'}?{parts.query}".rstrip("?"), urlencode(form), headers)
        return connection.getresponse().status
    finally:
        connection.close()
