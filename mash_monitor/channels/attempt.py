"""One call to another machine: bounded as a whole, and aware of whether anything has left.

The time limits of a socket count from byte to byte, so that an answer that drips outlives them. And what
became of a message that was cut off depends on one thing only: had it begun to leave?
"""

import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Lock, Thread
from typing import TypeVar

from mash_monitor.channels.base import Outcome, Result

T = TypeVar("T")


class OverrunError(TimeoutError):
    """The call took longer than it was given."""


class Attempt:
    """One call. Who makes it reports to `uses` and `leaving`; the attempt decides when it is over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._socket: socket.socket | None = None
        self._left = False
        self._over = False

    def uses(self, connection: socket.socket | None) -> None:
        """The call goes by this connection from now on. Raises OverrunError where its time is up."""
        with self._lock:
            self._socket = connection
            self._go_on()

    def leaving(self) -> None:
        """The message itself comes next. Raises OverrunError where its time is up: it then never leaves."""
        with self._lock:
            self._go_on()
            self._left = True

    def run(self, seconds: float, call: Callable[[], T]) -> T:
        """What `call` returns or raises, within `seconds`; OverrunError after that.

        The call has a thread of its own, since nothing else bounds the resolving of a name. Once it is given
        up, its connection is shut down, which ends the thread too.
        """
        done: Future[T] = Future()

        def work() -> None:
            try:
                done.set_result(call())
            except BaseException as error:  # raised again where the call is waited for
                done.set_exception(error)

        Thread(target=work, name="attempt", daemon=True).start()
        if not wait([done], seconds).done:
            self._give_up()
            raise OverrunError(f"no end after {seconds:g} s")
        return done.result()

    def failed(self, error: BaseException) -> Outcome:
        """What is known when the call ended by `error`, and no answer says more."""
        return Outcome(Result.UNKNOWN if self._left else Result.REFUSED, code=reason(error))

    def _go_on(self) -> None:
        if self._over:
            raise OverrunError("given up before")

    def _give_up(self) -> None:
        with self._lock:
            self._over = True
            if self._socket is not None:
                with suppress(OSError):  # closed already
                    # The plain shutdown, for TLS too: its own would change it under the thread that reads.
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def reason(error: BaseException) -> str:
    """A short code for a failed call, from its root cause; it holds nothing of the error's own words."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    match error:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case ssl.SSLError():
            return "tls"
        case socket.gaierror():
            return "name-not-resolved"
        case TimeoutError():
            return "timeout"
        case ConnectionRefusedError():
            return "connection-refused"
        case OSError():
            return "connection-failed"
        case _:
            return type(error).__name__
