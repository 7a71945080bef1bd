"""The daemon: one short tick that starts what is due, and never waits for it.

Which report has run is decided by rows in the database, so any number of processes may tick. Stores are
read and messages are sent in threads of their own: a store or a provider that hangs stops neither the tick
nor the others.
"""

import os
import socket
import threading
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

from mash_monitor.channels.base import NotAnswered
from mash_monitor.service import ops, passes
from mash_monitor.service.bounded import Lane, TimedOut
from mash_monitor.service.deadman import ping
from mash_monitor.service.deliver import Courier
from mash_monitor.service.health import unfinished
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.replies import Secretary
from mash_monitor.state import services, slots
from mash_monitor.state.database import reading, writing
from mash_monitor.state.slots import Claim, FenceLost

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
class _Work:
    """What one hub's thread is doing, and the slot it holds."""

    thread: threading.Thread | None = None
    claim: Claim | None = None
    watched_at: int = 0
    begun: bool = False

    @property
    def busy(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


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
    _work: dict[str, _Work] = field(default_factory=dict)
    _sending: threading.Thread | None = None
    _stopping: threading.Event = field(default_factory=threading.Event)
    _scheduler: Any = None
    _trouble: str | None = None

    @property
    def owner(self) -> str:
        """The name under which this process claims."""
        return self.courier.owner

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
        log.info("started", instance=self.owner, hubs=sorted(self.hubs), tick_seconds=self.tick_seconds)
        # for a signal that comes just before the scheduler runs
        self._scheduler.add_listener(lambda _: self._halt_if_stopping(), EVENT_SCHEDULER_STARTED)
        self.tick()
        if not self._stopping.is_set():
            self._scheduler.start()
        self._wind_down()

    def stop(self) -> None:
        """Stop claiming work; `run` then gives up what is in flight and returns within five seconds."""
        self._stopping.set()
        self._halt_if_stopping()

    def _halt_if_stopping(self) -> None:
        if self._stopping.is_set() and self._scheduler is not None and self._scheduler.running:
            with suppress(SchedulerNotRunningError):
                self._scheduler.shutdown(wait=False)

    def tick(self) -> None:
        """Start whatever is due. Never raises: what goes wrong is logged, and `health` shows it."""
        if self._stopping.is_set():
            return
        now, trouble = self.now(), None
        for hub in self.hubs.values():
            try:
                self._tick_hub(hub, now)
            except Exception as error:  # one hub's trouble is not the others'
                trouble = type(error).__name__
                log.exception("tick_failed", hub=hub.name)
        if self._sending is None or not self._sending.is_alive():
            self._sending = self._thread("delivery", self._deliver)
        try:
            with writing(self.engine) as connection:
                services.beat(
                    connection,
                    services.Heartbeat(
                        self.owner, self.started_at, self.tick_seconds, now, None, trouble or self._trouble
                    ),
                )
                late = list(unfinished(connection, self.hubs, now))
        except SQLAlchemyError:
            log.exception("state_database_failed")
            return
        self._trouble = None
        if trouble is None and not late and self.dead_man is not None:
            self._thread("dead-man", lambda: self._ping(self.dead_man or ""))

    def _tick_hub(self, hub: WatchedHub, now: int) -> None:
        work = self._work.setdefault(hub.name, _Work(watched_at=now))
        self._account(hub, now)
        if work.busy:
            if work.claim is not None:
                with writing(self.engine) as connection:
                    slots.renew(connection, hub.name, work.claim, now + self._lease)
            return
        with writing(self.engine) as connection:
            work.claim = slots.claim(connection, hub.name, self.owner, now, self._lease)
        work.thread = self._thread(f"hub-{hub.name}", lambda: self._attend(hub, work))

    @property
    def _lease(self) -> int:
        return max(30, 3 * self.tick_seconds)

    def _account(self, hub: WatchedHub, now: int) -> None:
        """Account for every slot that has come since the last one known."""
        with reading(self.engine) as connection:
            latest = slots.latest(connection, hub.name)
        passed = [hub.schedule.before(now)] if latest is None else hub.schedule.within(latest, now)
        if not passed:
            return
        with writing(self.engine) as connection:
            if latest is None:
                slots.begin(connection, hub.name, passed[-1])
                return
            missed = slots.arrive(connection, hub.name, passed)
            if missed:
                ops.tell_missed(connection, hub, missed, ops.missed_words(hub, missed, now), now)
        for slot in missed:
            log.warning("report_missed", hub=hub.name, slot=slot)

    def _attend(self, hub: WatchedHub, work: _Work) -> None:
        """What is due for one hub: its report, or else what cannot wait for the next one."""
        now = self.now()
        claim = work.claim
        try:
            if claim is not None:
                result = passes.report(hub, self.engine, now, claim)
                log.info(
                    "report", hub=hub.name, slot=claim.slot_at, transitions=len(result.transitions),
                    messages=result.messages, store="unread" if result.trouble else "read",
                )  # fmt: skip
            else:
                self._between(hub, work, now)
        except FenceLost:
            log.info("overtaken", hub=hub.name)
            self._release(hub, claim)  # ours still, where other passes were only always faster
        except Exception as error:
            self._trouble = f"{hub.name}: {type(error).__name__}"
            log.exception("hub_failed", hub=hub.name)
            self._release(hub, claim)
        finally:
            work.claim = None

    def _between(self, hub: WatchedHub, work: _Work, now: int) -> None:
        overdue = passes.raise_overdue(hub, self.engine, now)
        if overdue is not None:
            log.info("overdue", hub=hub.name, transitions=len(overdue.transitions), messages=overdue.messages)
        # A new service does not wait for its first report: what breaches before that is told at once.
        first, work.begun = not work.begun and passes.never_looked(hub, self.engine), True
        if first or (self.watch_every is not None and now - work.watched_at >= self.watch_every):
            work.watched_at = now
            passes.between_reports(hub, self.engine, now)
        passes.climb(hub, self.engine, now)

    def _release(self, hub: WatchedHub, claim: Claim | None) -> None:
        if claim is None:
            return
        try:
            with writing(self.engine) as connection:
                slots.release(connection, hub.name, claim)
        except SQLAlchemyError:
            log.warning("slot_not_released", hub=hub.name)  # its lease ends by itself

    def _deliver(self) -> None:
        """Send what is due, then hear what was replied, and answer it."""
        try:
            sent = self.courier.deliver(self._stopping.is_set)
            if self._heard():
                sent += self.courier.deliver(self._stopping.is_set)
        except Exception as error:
            self._trouble = f"delivery: {type(error).__name__}"
            log.exception("delivery_failed")
            return
        if sent:
            log.info("delivery", attempts=sent)

    def _heard(self) -> int:
        """How many replies came in; a provider that does not answer is asked again at the next tick."""
        if self.secretary is None or self._stopping.is_set():
            return 0
        try:
            return self.secretary.collect(self.now())
        except NotAnswered as error:
            log.warning("replies_not_read", why=str(error))
            return 0

    def _ping(self, url: str) -> None:
        if (failed := ping(url)) is not None:
            log.warning("dead_man_not_reached", why=failed)

    def _wind_down(self) -> None:
        """Give up what is in flight: slots go back, messages become unknown."""
        if self.companion is not None:
            self.companion.stop()

        def wait() -> None:
            for thread in [self._sending, *(work.thread for work in self._work.values())]:
                if thread is not None:
                    thread.join()

        with suppress(TimedOut):
            Lane[None]("last-calls").run(wait, _STOP_SECONDS)

        def give_up() -> int:
            for name, work in self._work.items():
                self._release(self.hubs[name], work.claim)
            unknown = self.courier.give_up()
            with writing(self.engine) as connection:
                services.stop(connection, self.owner, self.now())
            return unknown

        try:
            unknown = Lane[int]("wind-down").run(give_up, _STOP_SECONDS)
            log.info("stopped", given_up=unknown)
        except (TimedOut, SQLAlchemyError):
            log.warning("stopped", given_up="not recorded: leases end by themselves")

    def _thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, name=name, daemon=True)
        thread.start()
        return thread
