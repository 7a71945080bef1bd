"""A hub, its providers and its service, on a clock that the test moves: where faults are played."""

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from tests.e2e.program import Program
from tests.fakes.mail import FakeMail, Mail
from tests.fakes.server import Answer, Exchange
from tests.fakes.twilio import ACCOUNT, NUMBER, TOKEN, FakeTwilio, Message
from tests.faults.launcher import Launcher, Process
from tests.integration.service.town import Council
from tests.unit.domain.hubs import at

DUTY, BOSS, OPS = "+447700900123", "+447700900456", "+447700900789"
DUTY_MAIL, LEADS_MAIL = "duty@example.org", "leads@example.org"

CONFIG = """\
[service]
reports = ["08:30", "12:30", "16:30"]
dead_man = "off"
ops = {{ to = ["ops"], by = ["sms"] }}
{service}

[state]
url = "sqlite:///state.db"

[hubs.north]
title = "North MASH"
rules = "rules.toml"
summary = {{ to = ["leads"], by = ["email"] }}
repeat_every = {repeat_every}

[hubs.north.store]
url = "sqlite:///contacts.db"

[people.duty]
sms = "{duty}"
email = "{duty_mail}"

[people.boss]
sms = "{boss}"

[people.ops]
sms = "{ops}"

[people.leads]
email = "{leads_mail}"

[[hubs.north.escalation]]
when = "red"
to = ["duty"]
by = {by}

[[hubs.north.escalation]]
when = "red"
after = "5m"
to = ["boss"]
by = ["sms"]

[[hubs.north.escalation]]
when = "overdue"
to = ["duty"]
by = {by}

[channels.twilio]
account_sid = "{account}"
from = "{number}"
base_url = "{twilio}"
timeout = "5s"
status = "{status}"

[channels.email]
host = "127.0.0.1"
port = {port}
from = "mash@example.org"
security = "none"
timeout = "5s"

{web}
"""

_WEB = """\
[web]
listen = "127.0.0.1:{port}"
public_url = "http://127.0.0.1:{port}"
"""

_STEP = 60
"""Seconds of the clock between two looks at whether something has happened."""
_MOST_DEATHS = 3
_STILL = 30.0
"""Real seconds after which a process that does not come to rest fails the test."""


@dataclass(slots=True)
class Stage:
    """One hub with its fakes. The service in it dies at `armed`, and is started again whenever it has died."""

    folder: Path
    launcher: Launcher
    url: str
    twilio: FakeTwilio
    mail: FakeMail
    council: Council
    armed: Mapping[str, Any] = field(default_factory=dict)
    processes: list[Process] = field(default_factory=list)
    deaths: int = 0
    _engine: Engine | None = None

    # the clock

    @property
    def now(self) -> int:
        """The instant it is."""
        return int((self.folder / "clock").read_text(encoding="ascii"))

    def set(self, now: int) -> None:
        """Move the clock; nobody is waited for."""
        with (self.folder / "clock.new").open("w", encoding="ascii") as file:
            file.write(str(now))
        os.replace(self.folder / "clock.new", self.folder / "clock")  # noqa: PTH105 - atomic, and said so

    def at(self, when: str) -> None:
        """Move the clock to a local time, and let the service do what is due then."""
        self.move_to(at(when))

    def move_to(self, now: int) -> None:
        """Move the clock to an instant, and let the service do what is due then."""
        self.set(now)
        self.settle()

    def until(self, happened: Callable[[], Any], what: str, seconds: int = 900, step: int = _STEP) -> Any:
        """Let time pass until something has happened, and return it."""
        for _ in range(seconds // step):
            if found := happened():
                return found
            self.move_to(self.now + step)
        raise AssertionError(f"not within {seconds} s of the clock: {what}")

    def wait_for(self, happened: Callable[[], Any], what: str) -> None:
        """Wait, while the clock stands, until something has happened."""
        end = time.monotonic() + _STILL
        while not happened():
            assert time.monotonic() < end, f"not while the clock stood: {what}; {self.log[-800:]}"
            time.sleep(0.002)

    # the service

    def accounted_for(self, when: str) -> None:
        """The service last accounted for the report of this local time."""
        self.rows("INSERT INTO slots (hub, slot_at, state, fence) VALUES ('north', :at, 'before', 0)", at=at(when))

    def start(self, number: int = 1, **fate: Any) -> None:
        """Start the service, so many processes of it."""
        self.processes = [self.launch("run", **fate) for _ in range(number)]
        self.settle()

    def launch(self, *arguments: str, **fate: Any) -> Process:
        """One process of the program."""
        return self.launcher.start(
            self.folder, list(arguments), self.environment, **{**self.armed, **fate}
        )  # fmt: skip

    def command(self, *arguments: str) -> None:
        """One command, given again where its process died."""
        while True:
            before = self.hits
            process = self.launch(*arguments)
            process.ended()
            if not self.died_since(before):
                return
            self.deaths += 1
            self.set(self.now + 60)  # whoever gave it takes a while

    def settle(self) -> None:
        """Wait until every process has nothing more to do; whoever died is started again."""
        end = time.monotonic() + _STILL
        now = self.now
        for place, process in enumerate(self.processes):
            running = process
            while not (running.lives and running.rests(now)):
                assert time.monotonic() < end, f"not at rest: {self.log[-800:]}"
                if not running.lives:
                    self.deaths += 1
                    assert self.deaths <= _MOST_DEATHS, f"dies again and again: {self.log[-800:]}"
                    running = self.processes[place] = self.launch("run")
                time.sleep(0.002)

    def terminate(self) -> None:
        """SIGTERM, and wait for the end; whoever died of something else meanwhile is started and ended again."""
        for process in self.processes:
            before = self.hits
            process.send(signal.SIGTERM)
            process.ended()
            if self.died_since(before):
                self.deaths += 1
                again = self.launch("run")
                end = time.monotonic() + _STILL
                while not again.rests(self.now):
                    assert time.monotonic() < end
                    time.sleep(0.002)
                again.send(signal.SIGTERM)
                again.ended()
        self.processes = []

    def rest(self, most: int = 7200) -> None:
        """Let time pass until no message waits for anything but to be asked about."""
        end = self.now + most
        while self.now < end:
            due = self.rows(
                "SELECT min(next_action_at) FROM deliveries WHERE state IN ('pending', 'sending', 'unknown')"
            )[0][0]  # fmt: skip
            if due is None:
                return
            self.move_to(max(due, self.now + 1))
        raise AssertionError(f"messages still wait: {self.rows('SELECT id, state, code FROM deliveries')}")

    @property
    def hits(self) -> int:
        """How often the armed point was passed."""
        return self.passed.count(self.armed.get("point", ""))

    @property
    def passed(self) -> list[str]:
        """Every point that was passed, in order."""
        file = self.folder / "passed"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def died_since(self, before: int) -> bool:
        """Whether the armed point's turn has come since."""
        return bool(self.armed) and before < self.armed.get("nth", 1) <= self.hits

    # what is on record, and what is true

    @property
    def environment(self) -> dict[str, str]:
        """What the program is given beside its configuration."""
        return {"MASH_CHANNELS__TWILIO__AUTH_TOKEN": TOKEN, "MASH_STATE__URL": self.url}

    @property
    def engine(self) -> Engine:
        """The state database, as a second reader of it."""
        if self._engine is None:
            self._engine = create_engine(self.url, poolclass=NullPool)
        return self._engine

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the state database answers."""
        with self.engine.begin() as connection:
            result = connection.execute(text(query), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def texts(self, number: str) -> list[Message]:
        """The text messages that the provider took for this number, the oldest first."""
        return [message for message in self.twilio.sent if message.form["To"] == number]

    def bodies(self, number: str) -> list[str]:
        """What they said."""
        return [message.form["Body"] for message in self.texts(number)]

    def confirm(self) -> None:
        """The network delivers every text that it has."""
        for message in self.twilio.sent:
            if message.status == "queued":
                self.twilio.move(message.sid, "delivered")

    def mails(self, address: str) -> list[Mail]:
        """The emails that were taken for this address."""
        return [mail for mail in self.mail.mails if mail.recipients == (address,)]

    @property
    def log(self) -> str:
        """What the service logged."""
        file = self.folder / "err.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""


@contextmanager
def staged(
    folder: Path,
    launcher: Launcher,
    url: str,
    when: str,
    *,
    by: str = '["sms", "email"]',
    service: str = "",
    repeat_every: str = '"2h"',
    called_back: bool = False,
) -> Iterator[Stage]:
    """A stage on a migrated state database, at this local time; nothing runs yet.

    `called_back`: the provider of text messages tells what becomes of them, instead of being asked.
    """
    with FakeTwilio() as twilio, FakeMail() as mail:
        Program.made(folder, CONFIG.format(
            service=service, by=by, repeat_every=repeat_every, duty=DUTY, duty_mail=DUTY_MAIL, boss=BOSS, ops=OPS,
            leads_mail=LEADS_MAIL, status="callback" if called_back else "poll",
            web=_WEB.format(port=_free_port()) if called_back else "",
            account=ACCOUNT, number=NUMBER, twilio=twilio.base_url, port=mail.port,
        ))  # fmt: skip
        council = Council(f"sqlite:///{folder}/contacts.db")
        stage = Stage(folder, launcher, url, twilio, mail, council)
        twilio.now = lambda: stage.now
        stage.set(at(when))
        try:
            yield stage
        finally:
            for process in stage.processes:
                process.kill()
            if stage._engine is not None:
                stage._engine.dispose()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def first_to(number: str, answer: Answer) -> Answer:
    """The first message to this number is answered so; everything else as the provider would."""
    left = [answer]

    def answers(exchange: Exchange) -> None:
        if exchange.method == "POST" and exchange.content.get("To") == number and left:
            left.pop()(exchange)
        else:
            exchange.fake.serve(exchange)

    return answers
