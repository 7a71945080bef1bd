"""The web server beside the ticks: its socket is bound before anything runs, and it is gone when the service is."""

import socket
import threading
from typing import TYPE_CHECKING

from mash_monitor.app import App
from mash_monitor.config import ConfigError
from mash_monitor.config.web import Listen
from mash_monitor.service.daemon import Daemon
from mash_monitor.web.checks import lacking

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

_STOP_SECONDS = 1
_WAITING = 128
_MOST_AT_ONCE = 400
"""Connections; each open page holds one. The rest of the process needs file descriptors too."""


def beside(app: App, daemon: Daemon) -> "Companion | None":
    """What serves the web room beside this service; None where [web] is not configured. Raises ConfigError."""
    if app.config.web is None:
        return None
    if (absent := lacking()) is not None:
        raise ConfigError([f"[web]: {absent}, or leave the table out"])
    from mash_monitor.web.site import site

    closing = threading.Event()
    return Companion(app.config.web.listen, site(app, daemon, closing), closing)


class Companion:
    """A web server in a thread of its own. `closing` is set when it ends, for what goes on without end."""

    def __init__(self, listen: Listen, site: "ASGIApp", closing: threading.Event) -> None:
        self.listen = listen
        self._site = site
        self._closing = closing
        self._server: uvicorn.Server | None = None

    def start(self) -> None:
        """Bind, and serve from now on. Raises ConfigError where the address cannot be had."""
        import uvicorn

        bound = self._bind()
        self._server = uvicorn.Server(uvicorn.Config(
            self._site, log_config=None, access_log=False, lifespan="off", ws="none", server_header=False,
            proxy_headers=False, limit_concurrency=_MOST_AT_ONCE, timeout_graceful_shutdown=_STOP_SECONDS,
        ))  # fmt: skip
        threading.Thread(target=self._server.run, args=([bound],), name="web", daemon=True).start()

    def stop(self) -> None:
        """Take no more requests, and end those that go on within a second; nobody waits for that."""
        self._closing.set()
        if self._server is not None:
            self._server.should_exit = True

    def _bind(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.listen.host else socket.AF_INET
        try:
            bound = socket.create_server(self.listen, family=family, backlog=_WAITING)
        except OSError as error:
            where = f"[{self.listen.host}]" if family is socket.AF_INET6 else self.listen.host
            why = (error.strerror or "").partition(" (")[0]
            found = f"web.listen: {where}:{self.listen.port} cannot be listened on: {why}"
            remedy = "expected a free port on an address of this machine: choose another, or end what has it"
            raise ConfigError([f"{found}; {remedy}"]) from None
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or a page waits 40 ms behind its own head
        return bound
