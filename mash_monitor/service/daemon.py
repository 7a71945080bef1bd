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
from mash_monitor.service import auditor, ops, passes
from mash_monitor.service.bounded import Lane, TimedOut
from mash_monitor.service.deadman import ping
from mash_monitor.service.deliver import Courier
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.replies import Secretary
from mash_monitor.state import services, setback, slots
from mash_monitor.state.agenda import Agenda, agenda
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
    """What one hub's thread is doing, the slot it holds, and the newest slot that is accounted for."""

    thread: threading.Thread | None = None
    claim: Claim | None = None
    watched_at: int = 0
    begun: bool = False
    accounted: int | None = None

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
    _starting: threading.Lock = field(default_factory=threading.Lock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _scheduler: Any = None
    _last_tick_at: int = 0
    _awake_since: int = 0
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
        try:
            self._mind_the_clock(now)
            with reading(self.engine) as connection:
                due = agenda(connection, now)
            for hub in self.hubs.values():
                try:
                    self._tick_hub(hub, due, now)
                except Exception as error:  # one hub's trouble is not the others'
                    trouble = type(error).__name__
                    log.exception("tick_failed", hub=hub.name)
            if due.messages or self.secretary is not None:
                self._send()
            well = self._audit(now)
            self._beat(now, trouble or self._trouble)
        except SQLAlchemyError:
            log.exception("state_database_failed")
            return
        self._trouble = None
        if well and trouble is None and self.dead_man is not None:
            self._thread("dead-man", lambda: self._ping(self.dead_man or ""))

    def _audit(self, now: int) -> bool:
        """Whether every promise is kept, as far as can be told: an audit that fails is no reason for silence."""
        try:
            with reading(self.engine) as connection:
                seen = auditor.inspect(connection, self.hubs, now, up_since=self._awake_at(now))
            auditor.act(self.engine, self.hubs, seen, now)
        except SQLAlchemyError:
            raise
        except Exception as error:  # it stops neither the sign of life nor, at the next tick, any hub
            self._trouble = f"audit: {type(error).__name__}"
            log.exception("audit_failed")
            return False
        if not seen.well:
            log.warning("amiss", found=sorted({f"{hub}: {what.value}" for hub, what in seen.found}))
        return seen.well

    def _mind_the_clock(self, now: int) -> None:
        """Where the clock was set back, let nothing wait for the time that was wrong."""
        last: int | None = self._last_tick_at
        if not last:
            with reading(self.engine) as connection:
                last = setback.latest_present(connection)
        if last is None or last <= now + setback.TOLERANCE:
            return
        log.warning("clock_set_back", seconds=last - now)
        with writing(self.engine) as connection:
            for hub in self.hubs.values():
                again = setback.move_back(connection, hub.name, last - now, now)
                ops.tell_set_back(connection, hub, last - now, again, now)
        for work in self._work.values():
            work.accounted, work.watched_at = None, min(work.watched_at, now)

    def _awake_at(self, now: int) -> int:
        """Since when this process has been ticking without a pause: a machine may sleep, and a clock be set."""
        if not 0 <= now - self._last_tick_at <= max(60, 3 * self.tick_seconds):
            self._awake_since = now
        self._last_tick_at = now
        return self._awake_since

    def _beat(self, now: int, trouble: str | None) -> None:
        sign = services.Heartbeat(self.owner, self.started_at, self.tick_seconds, now, None, trouble)
        with writing(self.engine) as connection:
            services.beat(connection, sign)

    def _tick_hub(self, hub: WatchedHub, due: Agenda, now: int) -> None:
        work = self._work.setdefault(hub.name, _Work(watched_at=now))
        arrived = self._account(hub, work, now)
        if work.busy:
            if work.claim is not None:
                with writing(self.engine) as connection:
                    slots.renew(connection, hub.name, work.claim, now + self._lease)
            return
        if arrived or hub.name in due.reports:
            with writing(self.engine) as connection:
                work.claim = slots.claim(connection, hub.name, self.owner, now, self._lease)
        if work.claim is not None or not work.begun or due.concerns(hub.name) or self._watches(work, now):
            work.thread = self._thread(f"hub-{hub.name}", lambda: self._attend(hub, work))

    def _watches(self, work: _Work, now: int) -> bool:
        return self.watch_every is not None and now - work.watched_at >= self.watch_every

    def _send(self) -> None:
        """Let messages go out, unless they are going out already."""
        with self._starting:
            if self._sending is None or not self._sending.is_alive():
                self._sending = self._thread("delivery", self._deliver)

    @property
    def _lease(self) -> int:
        return max(30, 3 * self.tick_seconds)

    def _account(self, hub: WatchedHub, work: _Work, now: int) -> bool:
        """Account for every slot that has come since the last one known; whether there was one."""
        latest = work.accounted
        if latest is None:
            with reading(self.engine) as connection:
                latest = slots.latest(connection, hub.name)
        passed = [hub.schedule.before(now)] if latest is None else hub.schedule.within(latest, now)
        missed: list[int] = []
        if passed:
            with writing(self.engine) as connection:
                if latest is None:
                    slots.begin(connection, hub.name, passed[-1])
                else:
                    missed = slots.arrive(connection, hub.name, passed)
                if missed:
                    ops.tell_missed(connection, hub, missed, ops.missed_words(hub, missed, now), now)
        work.accounted = passed[-1] if passed else latest
        for slot in missed:
            log.warning("report_missed", hub=hub.name, slot=slot)
        return bool(passed)

    def _attend(self, hub: WatchedHub, work: _Work) -> None:
        """What is due for one hub: its report, or else what cannot wait for the next one."""
        now = self.now()
        claim = work.claim
        try:
            if claim is not None:
                result = passes.report(hub, self.engine, now, claim)
                log.info(
                    "report", hub=hub.name, slot=claim.slot_at, transitions=result.changes.total(),
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
            if not self._stopping.is_set():
                self._send()  # what it made need not wait for the next tick

    def _between(self, hub: WatchedHub, work: _Work, now: int) -> None:
        with writing(self.engine) as connection:
            ops.end_maintenance(connection, hub, now)
        overdue = passes.raise_overdue(hub, self.engine, now)
        if overdue is not None:
            log.info("overdue", hub=hub.name, transitions=overdue.changes.total(), messages=overdue.messages)
        # A new service does not wait for its first report: what breaches before that is told at once.
        first, work.begun = not work.begun and passes.not_looked_since_report(hub, self.engine), True
        if first or self._watches(work, now):
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
        sent = self._delivered()
        if self._heard():
            sent += self._delivered()
        if sent:
            log.info("delivery", attempts=sent)

    def _delivered(self) -> int:
        """How many attempts were made; a message that cannot be dealt with keeps nobody's reply from being heard."""
        try:
            return self.courier.deliver(self._stopping.is_set)
        except Exception as error:
            self._trouble = f"delivery: {type(error).__name__}"
            log.exception("delivery_failed")
            return 0

    def _heard(self) -> int:
        """How many replies came in; a provider that does not answer is asked again at the next tick."""
        if self.secretary is None or self._stopping.is_set():
            return 0
        try:
            return self.secretary.collect(self.now())
        except NotAnswered as error:
            log.warning("replies_not_read", why=str(error))
            return 0
        except Exception as error:
            self._trouble = f"replies: {type(error).__name__}"
            log.exception("replies_failed")
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
