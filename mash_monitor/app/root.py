"""One configuration, and everything that is made from it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mash_monitor.app.hubs import watched_hub
from mash_monitor.config import Config, ConfigError, load
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state.database import connect, locate
from mash_monitor.state.migrate import Level, Status, require, status, upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mash_monitor.channels.base import Channel
    from mash_monitor.service.daemon import Daemon
    from mash_monitor.service.deliver import Courier


@dataclass
class App:
    """One configuration at work. Everything is made when it is first needed."""

    config: Config
    _made: dict[str, WatchedHub] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def load(cls, path: Path, environment: Mapping[str, str] = os.environ) -> "App":
        """The program under the configuration at `path`. Raises ConfigError."""
        return cls(load(path, environment))

    # hubs

    @cached_property
    def hubs(self) -> dict[str, WatchedHub]:
        """Every configured hub, by name. Raises ConfigError."""
        return {name: self.hub(name) for name in self.config.hubs}

    def hub(self, name: str | None) -> WatchedHub:
        """The hub of this name, whatever is wrong with others; without a name the only one. Raises ConfigError."""
        name = self.named(name)
        if name not in self._made:
            self._made[name] = watched_hub(self.config, name)
        return self._made[name]

    def named(self, name: str | None) -> str:
        """This name, if a hub has it; without one that of the only hub. Raises ConfigError."""
        if name is None and len(self.config.hubs) == 1:
            name = next(iter(self.config.hubs))
        if name is None or name not in self.config.hubs:
            asked = "name one of them with --hub" if name is None else f"there is no hub {name!r}"
            raise ConfigError([f"{asked}: {', '.join(sorted(self.config.hubs))}"])
        return name

    # state

    @cached_property
    def engine(self) -> "Engine":
        """The state database, not yet checked. Raises StateError."""
        return connect(locate(self.config.state.url, self.config.folder))

    @property
    def embedded(self) -> bool:
        """Whether the state database is a file of our own, which upgrades itself."""
        return self.engine.url.get_backend_name() == "sqlite"

    def state_status(self) -> Status:
        """How the state database compares to this version. Raises StateError."""
        return status(self.engine)

    def state_for_reading(self) -> "Engine | None":
        """The state database for a command that only reads; None before there is one. Raises StateError."""
        now = self.state_status()
        if now.level is Level.ABSENT:
            return None
        require(self.engine, now)
        return self.engine

    def state_for_writing(self) -> "Engine":
        """The state database for work; the embedded one upgrades itself first. Raises StateError."""
        if self.embedded:
            self.upgrade_state()
        require(self.engine)
        return self.engine

    @contextmanager
    def state_for_trying(self) -> "Iterator[Engine]":
        """The state database for a trial; before there is one, an empty one that goes afterwards. Raises StateError."""
        if (there := self.state_for_reading()) is not None:
            yield there
            return
        from tempfile import TemporaryDirectory

        with TemporaryDirectory(prefix="mash-monitor-") as folder:
            empty = connect(locate("sqlite:///state.db", Path(folder)))
            upgrade(empty)
            yield empty
            empty.dispose()

    def upgrade_state(self) -> Status:
        """Bring the state database up to this version; a SQLite one is copied first. Raises StateError."""
        now = self.state_status()
        copy = None
        if self.embedded and now.found is not None:
            file = Path(self.engine.url.database or "")
            copy = file.with_name(f"{file.name}.before-{now.needed}")
        return upgrade(self.engine, copy)

    # channels and the daemon

    def channels(self, now: Callable[[], int], console: TextIO = sys.stdout) -> dict[str, "Channel"]:
        """The configured ways out, by the name people are reached by. Raises ConfigError."""
        from mash_monitor.app.ways import ways_out
        from mash_monitor.channels.twilio_callback import STATUS

        return ways_out(self.config.channels, now, console, self.public(STATUS))

    def public(self, path: str) -> str | None:
        """The address at which others reach a path of the web room; None where no public address is configured."""
        web = self.config.web
        return None if web is None or web.public_url is None else web.public_url.rstrip("/") + path

    def courier(self, owner: str, now: Callable[[], int], channels: Mapping[str, "Channel"] | None = None) -> "Courier":
        """Whoever sends what is in the outbox. Raises ConfigError, StateError."""
        from mash_monitor.service.deliver import Courier

        ways = self.channels(now) if channels is None else channels
        return Courier(self.engine, self.hubs, ways, owner, now, self.config.service.senders)

    def daemon(self, now: Callable[[], int]) -> "Daemon":
        """The service, ready to run. Raises ConfigError, also for a ladder that could not tell anybody, StateError."""
        from mash_monitor.domain.finding import Severity
        from mash_monitor.service.checks import escalation_findings
        from mash_monitor.service.daemon import Daemon, instance_name
        from mash_monitor.service.replies import Secretary

        found = (finding for hub in self.hubs.values() for finding in escalation_findings(hub, now()))
        wrong = [f"{each.place}: {each.found}; {each.remedy}" for each in found if each.severity is Severity.ERROR]
        if wrong:
            raise ConfigError(wrong)
        service, ways = self.config.service, self.channels(now)
        sms = self.config.channels.twilio
        replies = "off" if sms is None else sms.replies
        polled = ways if replies == "poll" else {}
        return Daemon(
            engine=self.state_for_writing(),
            hubs=self.hubs,
            courier=self.courier(instance_name(), now, ways),
            secretary=None if replies == "off" else Secretary(self.engine, self.hubs, polled),
            now=now,
            tick_seconds=service.tick,
            watch_every=service.watch_every,
            dead_man=None if service.dead_man == "off" else service.dead_man,
        )
