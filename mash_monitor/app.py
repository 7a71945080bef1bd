"""The composition root: from a configuration to the objects that do the work."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from mash_monitor.config import Config, ConfigError, Hub, load
from mash_monitor.config.roster import HubRoster
from mash_monitor.contacts import ContactStore, StoreSettings, open_store
from mash_monitor.domain.entry import Rules
from mash_monitor.rules import Pack, load_pack
from mash_monitor.service.hub import Directory, Recipients, StoreAccess, WatchedHub
from mash_monitor.state.database import connect, locate
from mash_monitor.state.migrate import Level, Status, require, status, upgrade

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from mash_monitor.channels.base import Channel
    from mash_monitor.config.channels import Notify
    from mash_monitor.config.models import Recipients as ConfiguredRecipients
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
            self._made[name] = self._hub(name, self.config.hubs[name])
        return self._made[name]

    def named(self, name: str | None) -> str:
        """This name, if a hub has it; without one that of the only hub. Raises ConfigError."""
        if name is None and len(self.config.hubs) == 1:
            name = next(iter(self.config.hubs))
        if name is None or name not in self.config.hubs:
            asked = "name one of them with --hub" if name is None else f"there is no hub {name!r}"
            raise ConfigError([f"{asked}: {', '.join(sorted(self.config.hubs))}"])
        return name

    def pack(self, name: str) -> Pack:
        """The rule pack of a hub. Raises ConfigError."""
        return load_pack(self.config.folder / self.config.hubs[name].rules)

    def _hub(self, name: str, hub: Hub) -> WatchedHub:
        policy = self.pack(name).policy(self.config.zone, *self.config.reports(hub))
        rules = Rules(policy, sha256(policy.fingerprint.encode()).hexdigest()[:32])
        return WatchedHub(
            name=name,
            title=hub.title,
            rules=rules,
            store=StoreAccess(self._opener(hub), hub.store.timeout),
            directory=Directory(
                self._reach(name),
                HubRoster(self.config, name).at,
                self.config.zone,
                aliases=tuple({**self.config.people, **hub.people}),
            ),
            ladder=hub.ladder(),
            summary=_recipients(hub.summary),
            ops=_recipients(self.config.service.ops),
            handover=_recipients(hub.handover),
            repeat_every=hub.repeat_every,
            repeat_most=hub.repeat_most,
        )

    def store_settings(self, hub: Hub) -> StoreSettings:
        """A hub's contact store as its reader wants it."""
        store = hub.store
        return StoreSettings(
            url=store.url, preset=store.preset, lookback=store.lookback, table=store.table, columns=store.columns,
            query=store.query, outcomes=store.outcomes, sources=store.sources, risks=store.risks,
            timeout=store.timeout,
        )  # fmt: skip

    def _opener(self, hub: Hub) -> Callable[[], ContactStore]:
        return lambda: open_store(self.store_settings(hub), self.config.zone, self.config.folder)

    def _reach(self, hub: str) -> Callable[[str, str], str | None]:
        def reach(alias: str, channel: str) -> str | None:
            person = self.config.person(hub, alias)
            return None if person is None else person.address(channel)

        return reach

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
        from mash_monitor.channels.apprise import AppriseChannel
        from mash_monitor.channels.console import ConsoleChannel
        from mash_monitor.channels.email import EmailChannel, EmailSettings
        from mash_monitor.channels.twilio import TwilioChannel, TwilioSettings
        from mash_monitor.channels.twilio_callback import STATUS

        given, built = self.config.channels, dict[str, "Channel"]()
        try:
            if given.console is not None:
                built["console"] = ConsoleChannel(console)
            if given.twilio is not None:
                sms = given.twilio
                built["sms"] = TwilioChannel(TwilioSettings(
                    account_sid=sms.account_sid, auth_token=sms.auth_token.reveal(),
                    from_number=sms.sender, messaging_service_sid=sms.messaging_service_sid, base_url=sms.base_url,
                    connect_timeout=min(5, sms.timeout), read_timeout=sms.timeout, total_timeout=sms.timeout,
                    status_callback=self.public(STATUS) if sms.status == "callback" else None,
                    followed=sms.status != "off",
                ))  # fmt: skip
            if given.email is not None:
                mail = given.email
                built["email"] = EmailChannel(EmailSettings(
                    host=mail.host, port=mail.port, sender=mail.sender, security=mail.security, user=mail.user,
                    password=mail.password.reveal() if mail.password else None, timeout=mail.timeout,
                ), now)  # fmt: skip
            if given.apprise is not None:
                built["apprise"] = AppriseChannel(timeout=given.apprise.timeout)
            if given.notify is not None:
                built |= {channel.name: channel for channel in _notify(given.notify)}
        except ValueError as error:
            raise ConfigError([str(error)]) from None
        return built

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


def _notify(given: "Notify") -> "Iterator[Channel]":
    """A channel for each template that there is. Raises ValueError."""
    from mash_monitor.channels.notify import NotifyChannel
    from mash_monitor.channels.notify_settings import NotifySettings

    settings = NotifySettings(
        api_key=given.api_key.reveal(), sms_template=given.sms_template,
        email_template=given.email_template, base_url=given.base_url, timeout=given.timeout,
    )  # fmt: skip
    if given.sms_template is not None:
        yield NotifyChannel(settings, "sms")
    if given.email_template is not None:
        yield NotifyChannel(settings, "email")


def _recipients(given: "ConfiguredRecipients | None") -> Recipients | None:
    return None if given is None else Recipients(tuple(given.to), tuple(given.by))
