"""The daemon: one short tick that starts what is due, and never waits for it.

Which report has run is decided by rows in the database, so any number of processes may tick. Stores are
read (watch.py) and messages are sent (mailroom.py) in threads of their own: a store or a provider that hangs
stops neither the tick nor the others.
"""

import os
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from apscheduler.events import EVENT_SCHEDULER_STARTED
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.blocking import BlockingScheduler
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from mash_monitor.service import auditor
from mash_monitor.service.bounded import Lane, TimedOut
from mash_monitor.service.deadman import ping
from mash_monitor.service.deliver import Courier
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.mailroom import Mailroom
from mash_monitor.service.replies import Secretary
from mash_monitor.service.shift import Shift
from mash_monitor.service.timekeeper import Timekeeper
from mash_monitor.service.watch import Watch
from mash_monitor.state import services
from mash_monitor.state.agenda import Agenda, agenda
from mash_monitor.state.database import reading, writing

log = structlog.get_logger()

_STOP_SECONDS = 2.0


def instance_name() -> str:
    """A name for this process that no other one has."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{os.urandom(3).hex()}"


class Companion(Protocol):
    """What runs beside the ticks in the same process."""

    def start(self) -> None:
        """Begin, in threads of its own. What it raises ends the service before anything was done."""
        ...

    def stop(self) -> None:
        """End soon; nobody waits for it. Never raises."""
        ...


@dataclass(slots=True)
class Daemon:
    """The running service. `now` reads the clock; `dead_man` is an address or None."""

    engine: Engine
    hubs: Mapping[str, WatchedHub]
    courier: Courier
    now: Callable[[], int]
    tick_seconds: int = 30
    watch_every: int | None = None
    dead_man: str | None = None
    secretary: Secretary | None = None
    companion: Companion | None = None
    started_at: int = 0
    _shift: Shift = field(init=False)
    _mailroom: Mailroom = field(init=False)
    _timekeeper: Timekeeper = field(init=False)
    _watches: dict[str, Watch] = field(default_factory=dict)
    _scheduler: Any = None
    _signed_at: int = 0

    def __post_init__(self) -> None:
        self._shift = Shift(self.engine, self.courier.owner, self.now, self.tick_seconds)
        self._mailroom = Mailroom(self._shift, self.courier, self.secretary)
        self._timekeeper = Timekeeper(self._shift, self.hubs)

    def run(self) -> None:
        """Tick until `stop` is called. Raises what the scheduler or the companion's start raises."""
        if self.companion is not None:
            self.companion.start()
        self.started_at = self.now()
        self._scheduler = BlockingScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self.tick_seconds,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        log.info("started", instance=self._shift.owner, hubs=sorted(self.hubs), tick_seconds=self.tick_seconds)
        # for a signal that comes just before the scheduler runs
        self._scheduler.add_listener(lambda _: self._halt_if_stopping(), EVENT_SCHEDULER_STARTED)
        self.tick()
        if not self._shift.over:
            self._scheduler.start()
        self._wind_down()

    def stop(self) -> None:
        """Stop claiming work; `run` then gives up what is in flight and returns within five seconds."""
        self._shift.end()
        self._halt_if_stopping()

    def _halt_if_stopping(self) -> None:
        if self._shift.over and self._scheduler is not None and self._scheduler.running:
            with suppress(SchedulerNotRunningError):
                self._scheduler.shutdown(wait=False)

    def tick(self) -> None:
        """Start whatever is due. Never raises: what goes wrong is logged, and `health` shows it."""
        if self._shift.over:
            return
        now, trouble = self.now(), None
        try:
            due = self._due(now)
            if not (due.as_left and self._timekeeper.went_on(now)):
                self._come_to(now)
                due = self._due(now)
            for hub in self.hubs.values():
                try:
                    self._watch(hub, now).tick(due, now)
                except Exception as error:  # one hub's trouble is not the others'
                    trouble = type(error).__name__
                    log.exception("tick_failed", hub=hub.name)
            if due.messages or self._mailroom.secretary is not None:
                self._mailroom.open()
            well = self._audit(now)
            self._beat(now, trouble or self._shift.trouble)
        except SQLAlchemyError:
            log.exception("state_database_failed")
            return
        self._shift.trouble = None
        if well and trouble is None and self.dead_man is not None:
            self._shift.start("dead-man", lambda: self._ping(self.dead_man or ""))

    def _due(self, now: int) -> Agenda:
        with reading(self.engine) as connection:
            return agenda(connection, now, self._shift.owner, self._signed_at)

    def _come_to(self, now: int) -> None:
        """After a start, a pause or a jump of the clock, or when another process put the records right after one: what
        is on record may not be what was left there.
        """
        self._timekeeper.put_right(now)
        for watch in self._watches.values():
            watch.forget(now)
        # Before anything is written at this time: should the clock be wrong, and this process die of its first
        # tick, then whoever comes next must know that this was the present.
        self._beat(now, self._shift.trouble)

    def _watch(self, hub: WatchedHub, now: int) -> Watch:
        """The watch over a hub; it begins with the first tick."""
        if hub.name not in self._watches:
            self._watches[hub.name] = Watch(hub, self._shift, self._mailroom, self.watch_every, looked_at=now)
        return self._watches[hub.name]

    def _audit(self, now: int) -> bool:
        """Whether every promise is kept, as far as can be told: an audit that fails is no reason for silence."""
        try:
            with reading(self.engine) as connection:
                seen = auditor.inspect(connection, self.hubs, now, up_since=self._timekeeper.awake_since(now))
            auditor.act(self.engine, self.hubs, seen, now)
        except SQLAlchemyError:
            raise
        except Exception as error:  # it stops neither the sign of life nor, at the next tick, any hub
            self._shift.trouble = f"audit: {type(error).__name__}"
            log.exception("audit_failed")
            return False
        if not seen.well:
            log.warning("amiss", found=sorted({f"{hub}: {what.value}" for hub, what in seen.found}))
        return seen.well

    def _beat(self, now: int, trouble: str | None) -> None:
        sign = services.Heartbeat(self._shift.owner, self.started_at, self.tick_seconds, now, None, trouble)
        with writing(self.engine) as connection:
            services.beat(connection, sign)
        self._signed_at = now

    def _ping(self, url: str) -> None:
        if (failed := ping(url)) is not None:
            log.warning("dead_man_not_reached", why=failed)

    def _wind_down(self) -> None:
        """Give up what is in flight: slots go back, messages become unknown."""
        if self.companion is not None:
            self.companion.stop()

        def wait() -> None:
            for thread in [self._mailroom.thread, *(watch.thread for watch in self._watches.values())]:
                if thread is not None:
                    thread.join()

        with suppress(TimedOut):
            Lane[None]("last-calls").run(wait, _STOP_SECONDS)

        def give_up() -> int:
            for watch in self._watches.values():
                watch.release()
            unknown = self.courier.give_up()
            with writing(self.engine) as connection:
                services.stop(connection, self._shift.owner, self.now())
            return unknown

        try:
            unknown = Lane[int]("wind-down").run(give_up, _STOP_SECONDS)
            log.info("stopped", given_up=unknown)
        except (TimedOut, SQLAlchemyError):
            log.warning("stopped", given_up="not recorded: leases end by themselves")
