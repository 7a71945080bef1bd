"""A service with its web room on a real socket; passes and time are a test's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import requests

from mash_monitor.app import App
from mash_monitor.service import passes
from mash_monitor.service.daemon import Daemon
from mash_monitor.state import services, tokens
from mash_monitor.state.database import writing
from mash_monitor.web.companion import Companion, beside
from tests.e2e.program import CONFIG, Program
from tests.integration.service.scripted import Clock
from tests.integration.service.town import Council
from tests.integration.service.wire import free_port, gone
from tests.unit.domain.hubs import at

NOON = "2026-03-06 12:30"
SOUTH = """
[hubs.south]
title = "South MASH"
rules = "rules.toml"
store = {url = "sqlite:///south.db"}

[[hubs.south.escalation]]
when = "red"
to = ["duty"]
by = ["console"]

[[hubs.south.escalation]]
when = "overdue"
to = ["duty"]
by = ["console"]
"""


@dataclass
class Room:
    """The hubs "north" and "south", each with a store of its own."""

    app: App
    daemon: Daemon
    clock: Clock
    companion: Companion
    councils: dict[str, Council]
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.companion.listen.port}"

    def token(self, name: str | None = None, hub: str | None = "north") -> str:
        """A new token."""
        with writing(self.app.engine) as connection:
            made = tokens.new(connection, name or f"token-{next(self.numbers)}", hub, self.clock.now)
        assert made is not None
        return made

    def get(self, path: str, token: str | None = None, **given: Any) -> requests.Response:
        """One page, with this token in the cookie; redirects are not followed."""
        cookies = {} if token is None else {"mash-monitor": token}
        return requests.get(
            self.url + path, cookies=cookies, timeout=10, allow_redirects=False, **given
        )  # fmt: skip

    def enter(self, token: str, back: str | None = None, **headers: str) -> requests.Response:
        """The form, sent with this token."""
        form = {"token": token} | ({} if back is None else {"next": back})
        return requests.post(f"{self.url}/login", form, headers=headers, timeout=10, allow_redirects=False)

    def report(self, when: str, hub: str = "north") -> None:
        """A pass at this time, by a service that lives."""
        self.clock.now = at(when)
        passes.report(self.app.hub(hub), self.app.engine, self.clock.now)
        self.live()

    def live(self) -> None:
        """A sign of life."""
        with writing(self.app.engine) as connection:
            services.beat(connection, services.Heartbeat("us", 0, 30, self.clock.now, None, None))


@contextmanager
def room(folder: Path, web: str = "", state: Path | None = None) -> Iterator[Room]:
    """The room, with more keys in [web]; its records begin as a copy of `state`, which spares a migration."""
    port = free_port()
    if state is not None:
        shutil.copy(state, folder / "state.db")
    Program.made(folder, CONFIG + SOUTH + f'\n[web]\nlisten = "127.0.0.1:{port}"\n{web}')
    councils = {
        name: Council(f"sqlite:///{folder}/{file}") for name, file in (("north", "contacts.db"), ("south", "south.db"))
    }
    app, clock = App.load(folder / "config.toml", {}), Clock(at(NOON))
    daemon = app.daemon(clock)
    companion = beside(app, daemon)
    assert isinstance(companion, Companion)
    companion.start()
    try:
        yield Room(app, daemon, clock, companion, councils)
    finally:
        companion.stop()
        gone(port)
        app.engine.dispose()
