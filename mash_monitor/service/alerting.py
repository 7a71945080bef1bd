"""Which contact somebody must be told of: at most one open alert each, at the level where it now stands.

Runs inside the transaction of the pass, so that a change and its alert exist together or not at all.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from mash_monitor.domain.entry import Entry
from mash_monitor.domain.rating import Level
from mash_monitor.domain.transition import Kind, Transition
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts

_ALWAYS_ALERTED = (Level.RED, Level.OVERDUE)


def alerted_levels(hub: WatchedHub) -> set[Level]:
    """The levels at which a contact of this hub has an alert."""
    return {*_ALWAYS_ALERTED, *(step.when for step in hub.ladder)}


def settle_alerts(connection: Connection, hub: WatchedHub, moves: Sequence[tuple[Entry, Transition]], now: int) -> None:
    """Let each contact that moved have the one open alert that it should have, or none.

    An alert about another level or another deadline than the present ones ends in the very transaction that
    raises the one in its place; so a red alert is never dropped at its deadline. A parked contact has none.
    """
    told = alerted_levels(hub)
    known = [entry.contact_id for entry, change in moves if change.kind is not Kind.APPEARED]
    standing = alerts.open_of(connection, hub.name, known)
    over: dict[str, str] = {}
    raised: list[tuple[str, Level, int | None]] = []
    for entry, change in moves:
        due = entry.future.deadline
        wanted = (entry.level, due.at if due else None)
        alerted = entry.watched and entry.level in told and (entry.parked_until or 0) <= now
        alert = standing.get(entry.contact_id)
        if alert is not None:
            if alerted and (Level(alert.level), alert.deadline) == wanted:
                continue
            over[entry.contact_id] = f"now {entry.level.value}" if entry.watched else change.reason
        if alerted:
            raised.append((entry.contact_id, *wanted))
    alerts.end(connection, hub.name, over, now)
    alerts.raise_(connection, hub.name, raised, now)
