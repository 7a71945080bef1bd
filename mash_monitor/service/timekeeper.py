"""Whether time went on as it should from tick to tick: a machine may sleep, and a clock be set."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from mash_monitor.service import ops
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.shift import Shift
from mash_monitor.state import setback, slots
from mash_monitor.state.database import reading, writing

log = structlog.get_logger()


@dataclass(slots=True)
class Timekeeper:
    """Remembers the last tick of one process."""

    shift: Shift
    hubs: Mapping[str, WatchedHub]
    _last_tick_at: int = 0
    _awake_since: int = 0

    def went_on(self, now: int) -> bool:
        """Whether time went on since the last tick of this process; not so at its first one, nor after a pause."""
        return 0 <= now - self._last_tick_at <= max(60, 3 * self.shift.tick_seconds)

    def put_right(self, now: int) -> None:
        """Where the clock was set back, let nothing on record wait any longer for the time that was wrong."""
        with reading(self.shift.engine) as connection:
            last = setback.latest_present(connection, self.hubs)
        if last <= now + setback.TOLERANCE:
            return
        log.warning("clock_set_back", seconds=last - now)
        with writing(self.shift.engine) as connection:
            for hub in self.hubs.values():
                again = setback.move_back(connection, hub.name, last - now, now)
                if slots.latest(connection, hub.name) is None:
                    # or whoever comes next, should this process die, would take the service for a new one, and
                    # the reports that come until then would not be missed
                    slots.begin(connection, hub.name, hub.schedule.before(now))
                ops.tell_set_back(connection, hub, last - now, again, now)

    def awake_since(self, now: int) -> int:
        """Since when this process has been ticking without a pause. To be asked once a tick."""
        if not self.went_on(now):
            self._awake_since = now
        self._last_tick_at = now
        return self._awake_since
