"""Parking: a person decides that a contact which vanished or cannot be decided needs no alerts for a while."""

from dataclasses import replace

from sqlalchemy import Engine

from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, hubs, ledger
from mash_monitor.state.database import writing


class NotWatched(LookupError):
    """The contact is not under watch, so there is nothing to park."""


def park(
    hub: WatchedHub, engine: Engine, contact_id: str, now: int, *, reason: str, until: int, by: str | None = None
) -> None:
    """Stop alerts for a contact until an instant; it stays on every list, and alerts begin again by themselves.

    Raises NotWatched.
    """
    with writing(engine) as connection:
        hubs.hold(connection, hub.name)
        entry = ledger.entries(connection, hub.name, [contact_id]).get(contact_id)
        if entry is None or not entry.watched:
            raise NotWatched(contact_id)
        ledger.save(connection, hub.name, [replace(entry, parked_until=until, parked_reason=reason)])
        alerts.end(connection, hub.name, {contact_id: "parked"}, now)
        audit.record(
            connection,
            now,
            hub.name,
            "parked",
            contact=contact_id,
            until=until,
            reason=reason,
            by=by or "command",
        )
