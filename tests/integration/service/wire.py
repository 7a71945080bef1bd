"""Parts of the web room on a real socket, for as long as a test wants them."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from mash_monitor.config.web import Listen
from mash_monitor.web.companion import Companion


def free_port() -> int:
    """A port on this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def open_to(port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


@contextmanager
def served(port: int, routes: Sequence[BaseRoute]) -> Iterator[None]:
    """These routes at this port."""
    companion = Companion(Listen("127.0.0.1", port), Starlette(routes=routes), threading.Event())
    companion.start()
    yield
    companion.stop()
    gone(port)


def gone(port: int) -> None:
    """Wait until nobody listens there any more."""
    while open_to(port):
        time.sleep(0.02)
