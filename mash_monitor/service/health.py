"""Whether the running service is well, as its own records tell."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from mash_monitor.domain.words import duration
from mash_monitor.state import alarms, services
from mash_monitor.state.oversight import Amiss
from mash_monitor.state.schema import slots

_SLOT_GRACE = 600
"""Seconds within which a report that has come due should be done."""
_AUDITED = {each.value for each in Amiss if each is not Amiss.UNREPORTED}


def troubles(connection: Connection, hubs: Iterable[str], now: int) -> Iterator[str]:
    """What is wrong with the service, for people; nothing when it is well."""
    last = services.newest(connection)
    if last is None:
        yield "the service has never run on this database; start it with: mash-monitor run"
        return
    if not last.alive(now):
        ago = duration(now - (last.stopped_at or last.last_tick_at))
        how = f"was stopped {ago} ago" if last.stopped_at is not None else f"has shown no sign of life for {ago}"
        yield f"the service {how}; start it: mash-monitor run"
    elif last.trouble:
        yield f"the last tick failed: {last.trouble}"
    for hub in hubs:
        yield from _late_reports(connection, hub, now)
        for alarm in alarms.standing(connection, hub):
            if alarm.kind in _AUDITED:
                yield f"{hub}: {alarm.detail}"


def _late_reports(connection: Connection, hub: str, now: int) -> Iterator[str]:
    """Reports that have come due and are not done: seen here too, because no auditor runs in a dead service."""
    late = (slots.c.hub == hub) & slots.c.state.in_(("due", "running")) & (slots.c.slot_at < now - _SLOT_GRACE)
    for slot_at in connection.execute(select(slots.c.slot_at).where(late)).scalars():
        yield f"{hub}: a report is {(now - slot_at) // 60} minutes late"
