"""Ways in which a provider, or the network before it, may answer one request.

Where an answer takes what was sent, that is so for a POST; a GET only asks.
"""

import socket
import struct

from tests.fakes.server import Answer, Exchange
from tests.fakes.twilio import FakeTwilio


def ok(exchange: Exchange) -> None:
    """201 with the message: for scripts that go wrong only later."""
    exchange.reply(201, exchange.accept())


def refuse(code: int, status: int = 400) -> Answer:
    """A 4xx with one of Twilio's codes; nothing is sent."""
    return lambda exchange: exchange.problem(status, code, f"The 'To' number {exchange.content.get('To')} is no good.")


def busy(retry_after: str | None = None, date: str | None = None) -> Answer:
    """429: too many requests; nothing is sent."""
    given = {"Retry-After": retry_after, "Date": date}
    headers = [(name, value) for name, value in given.items() if value is not None]
    return lambda exchange: exchange.problem(429, 20429, "Too Many Requests", headers)


def broken(status: int = 500, *, accepted: bool = False) -> Answer:
    """A 5xx, before or after the message was taken: the client cannot tell."""

    def answer(exchange: Exchange) -> None:
        if accepted:
            exchange.accept()
        exchange.problem(status, 20500, "Internal Server Error")

    return answer


def plain(status: int, body: object = b"") -> Answer:
    """A status with any body (bytes, or JSON), as a gateway gives it; nothing is sent."""
    return lambda exchange: exchange.reply(status, body)


def accepted_but(body: bytes) -> Answer:
    """201 and the message is taken, but the body makes no sense."""

    def answer(exchange: Exchange) -> None:
        exchange.accept()
        exchange.reply(201, body)

    return answer


def told_first(*statuses: str) -> Answer:
    """Twilio takes the message and calls back with each of these statuses, before it answers."""

    def answer(exchange: Exchange) -> None:
        message = exchange.accept()
        assert isinstance(exchange.fake, FakeTwilio)
        exchange.fake.move(message["sid"], *statuses, tell=True)
        exchange.reply(201, message)

    return answer


def hang(exchange: Exchange) -> None:
    """The message is taken, and no answer ever comes."""
    exchange.accept()
    exchange.fake.closing.wait()


def silent(exchange: Exchange) -> None:
    """Nothing is taken, and no answer ever comes."""
    exchange.fake.closing.wait()


def drop(exchange: Exchange) -> None:
    """The message is taken, and the connection is closed without an answer."""
    exchange.accept()


def reset(exchange: Exchange) -> None:
    """The connection is reset; the message was not taken, but the client cannot know."""
    connection = exchange.handler.connection
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def half(exchange: Exchange) -> None:
    """The message is taken, and the answer breaks off in the middle."""
    exchange.accept()
    exchange.start(201, [("Content-Length", "400")])
    exchange.write(b'{"sid": "SM0123')


def drip_headers(exchange: Exchange) -> None:
    """The message is taken, and the head of the answer comes byte by byte, without end."""
    exchange.accept()
    exchange.write(b"HTTP/1.1 201 Created\r\nX-Slow: ")
    _drip(exchange)


def drip(exchange: Exchange) -> None:
    """The message is taken, and the body of the answer comes byte by byte, without end."""
    exchange.accept()
    exchange.start(201, [("Content-Length", "1000000")])
    _drip(exchange)


def _drip(exchange: Exchange) -> None:
    while not exchange.fake.closing.wait(0.01):
        exchange.write(b" ")
