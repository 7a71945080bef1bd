"""Whether the running service is well, as its own records tell."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from mash_monitor.domain.words import duration
from mash_monitor.state import services
from mash_monitor.state.schema import slots

_SLOT_GRACE = 600
"""Seconds within which a report that has come due should be done."""


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
    yield from unfinished(connection, hubs, now)


def unfinished(connection: Connection, hubs: Iterable[str], now: int) -> Iterator[str]:
    """Reports that have come due and are not done."""
    for hub in hubs:
        waiting = select(slots.c.slot_at).where(
            slots.c.hub == hub, slots.c.state.in_(("due", "running")), slots.c.slot_at < now - _SLOT_GRACE
        )
        for slot_at in connection.execute(waiting).scalars():
            yield f"{hub}: a report is {(now - slot_at) // 60} minutes late"
