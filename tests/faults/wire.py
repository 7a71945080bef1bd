"""The wire between a service and PostgreSQL, which can be cut at the worst moment."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sqlalchemy import URL, make_url


@dataclass(slots=True)
class Wire:
    """Leads to the server of this URL while the `with` lasts. A `cut` comes once: COMMIT arrives, no answer."""

    url: URL
    cut: threading.Event = field(default_factory=threading.Event)
    _door: socket.socket = field(init=False)

    def __enter__(self) -> Self:
        self._door = socket.create_server(("127.0.0.1", 0), backlog=50)
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._door.close()

    @property
    def near(self) -> str:
        """The URL of this end."""
        plain = {"sslmode": "disable", "gssencmode": "disable"}
        here = make_url(self.url).set(host="127.0.0.1", port=self._door.getsockname()[1], query=plain)
        return here.render_as_string(hide_password=False)

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._door.accept()
                threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(f"{self.url.query['host']}/.s.PGSQL.{self.url.port or 5432}")
            threading.Thread(target=_pump, args=(server, client), daemon=True).start()
            while data := client.recv(65_536):
                lost = b"COMMIT" in data and self.cut.is_set()
                if lost:
                    self.cut.clear()
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(data)
                if lost:
                    break


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
