"""A hub as it was last read, shared by everybody who looks: one pass costs one set of queries."""

import secrets
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from mash_monitor.domain.position import Position
from mash_monitor.domain.words import clock_time
from mash_monitor.service import positions
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import hubs, services
from mash_monitor.state.database import reading

log = structlog.get_logger()

CHECKED_EVERY = 2
"""Seconds after which it is asked whether there was a pass; a question of one row."""
_READ_EVERY = 60
"""Seconds after which a hub is read anew without a pass: time left, messages and alarms move on meanwhile."""
_GRACE = 600
"""Seconds within which a report that has come due should be seen."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A position, why it is not to be taken for the present one (or None), and the pages drawn of it so far."""

    position: Position
    late: str | None
    pass_no: int
    version: str
    _drawn: dict[Hashable, bytes] = field(default_factory=dict)

    def drawn(self, page: Hashable, draw: Callable[[], bytes]) -> bytes:
        """A page of this snapshot, drawn when it is first asked for."""
        if page not in self._drawn:
            self._drawn[page] = draw()
        return self._drawn[page]


class Lookout:
    """Keeps the newest snapshot of one hub."""

    def __init__(self, hub: WatchedHub, engine: Engine, now: Callable[[], int]) -> None:
        self.hub = hub
        self._engine = engine
        self._now = now
        self._lock = threading.Lock()
        self._checked_at = 0
        self._newest: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """The newest one. While somebody is reading it anew, all others get the one before.

        Raises SQLAlchemyError only where there never was any.
        """
        newest = self._newest
        if newest is not None and self._just_checked():
            return newest
        if not self._lock.acquire(blocking=newest is None) and newest is not None:
            return newest
        try:
            if self._newest is None or not self._just_checked():
                self._newest = self._looked(self._newest)
                self._checked_at = self._now()
            return self._newest
        finally:
            self._lock.release()

    def _just_checked(self) -> bool:
        return 0 <= self._now() - self._checked_at < CHECKED_EVERY

    def _looked(self, last: Snapshot | None) -> Snapshot:
        try:
            return self._read(last)
        except SQLAlchemyError as error:
            if last is None:
                raise
            log.warning("board_not_read", hub=self.hub.name, error=type(error).__name__)
            said = f"the records cannot be read; this is how it stood {self._time(last.position.now)}"
            return last if last.late == said else replace(last, late=said, version=_version(), _drawn={})

    def _read(self, last: Snapshot | None) -> Snapshot:
        now = self._now()
        with reading(self._engine) as connection:
            pass_no = hubs.seen(connection, self.hub.name).pass_no
            if last is not None and last.pass_no == pass_no and 0 <= now - last.position.now < _READ_EVERY:
                return last
            position = positions.from_ledger(connection, self.hub, now)
            alive = services.newest(connection)
        late = self._late(position)
        if late is None and (alive is None or not alive.alive(now)):
            late = "the service gives no sign of life"
        return Snapshot(position, late, pass_no, _version())

    def _late(self, position: Position) -> str | None:
        """Why a position is not as new as it should be by now."""
        seen, due = position.store.last_seen_at, self.hub.schedule.before(position.now)
        if position.store.trouble is not None:
            return "the contact store cannot be read"
        if seen is None:
            return "the contact store has not been read yet"
        if seen < due and position.now - due > _GRACE:
            return f"the {self._time(due)} report has not run"
        return None

    def _time(self, instant: int) -> str:
        return clock_time(instant, self._now(), self.hub.zone)


def _version() -> str:
    return secrets.token_hex(6)
