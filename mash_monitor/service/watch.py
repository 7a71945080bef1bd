"""The watch over one hub by one process: which slots have come, which of them is ours, and the thread that does it.

A slot that is claimed and what is due between reports are done in a thread of the hub's own, so that a store
that hangs stops nobody else.
"""

import threading
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from mash_monitor.service import ops, passes
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.mailroom import Mailroom
from mash_monitor.service.shift import Shift
from mash_monitor.state import slots
from mash_monitor.state.agenda import Agenda
from mash_monitor.state.database import reading, writing
from mash_monitor.state.slots import Claim, FenceLost

log = structlog.get_logger()

AGAIN = 300
"""Seconds after which a store that did not answer is looked at again: what came while it was lost cannot wait for the
next report, which may be tomorrow's."""


@dataclass(slots=True)
class Watch:
    """What one hub's thread is doing, the slot it holds, and the newest slot that is accounted for.

    `every`: seconds after which the store is looked at between reports too; None: only if the last look failed.
    """

    hub: WatchedHub
    shift: Shift
    mailroom: Mailroom
    every: int | None
    looked_at: int
    thread: threading.Thread | None = None
    claim: Claim | None = None
    _begun: bool = False
    _lost: bool = False
    _accounted: int | None = None

    @property
    def busy(self) -> bool:
        """Whether its thread is at work."""
        return self.thread is not None and self.thread.is_alive()

    def tick(self, due: Agenda, now: int) -> None:
        """Account for slots that have come, claim the one that is due, and start what is to be done."""
        hub, engine = self.hub.name, self.shift.engine
        arrived = self._account(now)
        if self.busy:
            if self.claim is not None:
                with writing(engine) as connection:
                    slots.renew(connection, hub, self.claim, now + self.shift.lease)
            return
        if arrived or hub in due.reports:
            with writing(engine) as connection:
                self.claim = slots.claim(connection, hub, self.shift.owner, now, self.shift.lease)
        self._lost = hub in due.stores
        if self.claim is not None or not self._begun or due.concerns(hub) or self._looks(now):
            self.thread = self.shift.start(f"hub-{hub}", self._attend)

    def forget(self, now: int) -> None:
        """Time did not go on: which slots are accounted for is read again, and nothing waits for a later time."""
        self._accounted, self.looked_at = None, min(self.looked_at, now)

    def release(self) -> None:
        """Give back the slot that is held, so that nobody has to wait for the end of its lease."""
        if (claim := self.claim) is None:
            return
        try:
            with writing(self.shift.engine) as connection:
                slots.release(connection, self.hub.name, claim)
        except SQLAlchemyError:
            log.warning("slot_not_released", hub=self.hub.name)  # its lease ends by itself

    def _looks(self, now: int) -> bool:
        pauses = [seconds for seconds in (self.every, AGAIN if self._lost else None) if seconds is not None]
        return bool(pauses) and now - self.looked_at >= min(pauses)

    def _account(self, now: int) -> bool:
        """Account for every slot that has come since the last one known; whether there was one."""
        hub, latest = self.hub, self._accounted
        if latest is None:
            with reading(self.shift.engine) as connection:
                latest = slots.latest(connection, hub.name)
        passed = [hub.schedule.before(now)] if latest is None else hub.schedule.within(latest, now)
        missed: list[int] = []
        if passed:
            with writing(self.shift.engine) as connection:
                if latest is None:
                    slots.begin(connection, hub.name, passed[-1])
                else:
                    missed = slots.arrive(connection, hub.name, passed)
                if missed:
                    ops.tell_missed(connection, hub, missed, ops.missed_words(hub, missed, now), now)
        self._accounted = passed[-1] if passed else latest
        for slot in missed:
            log.warning("report_missed", hub=hub.name, slot=slot)
        return bool(passed)

    def _attend(self) -> None:
        """What is due: the report, or else what cannot wait for the next one."""
        hub, now, claim = self.hub, self.shift.now(), self.claim
        try:
            if claim is not None:
                result = passes.report(hub, self.shift.engine, now, claim)
                log.info(
                    "report", hub=hub.name, slot=claim.slot_at, transitions=result.changes.total(),
                    messages=result.messages, store="unread" if result.trouble else "read",
                )  # fmt: skip
            else:
                self._between(now)
        except FenceLost:
            log.info("overtaken", hub=hub.name)
            self.release()  # ours still, where other passes were only always faster
        except Exception as error:
            self.shift.trouble = f"{hub.name}: {type(error).__name__}"
            log.exception("hub_failed", hub=hub.name)
            self.release()
        finally:
            self.claim = None
            if not self.shift.over:
                self.mailroom.open()  # what it made need not wait for the next tick

    def _between(self, now: int) -> None:
        hub, engine = self.hub, self.shift.engine
        with writing(engine) as connection:
            ops.end_maintenance(connection, hub, now)
        overdue = passes.raise_overdue(hub, engine, now)
        if overdue is not None:
            log.info("overdue", hub=hub.name, transitions=overdue.changes.total(), messages=overdue.messages)
        # A new service does not wait for its first report: what breaches before that is told at once.
        first, self._begun = not self._begun and passes.not_looked_since_report(hub, engine), True
        if first or self._looks(now):
            self.looked_at = now
            passes.between_reports(hub, engine, now)
        passes.climb(hub, engine, now)
