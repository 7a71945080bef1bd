"""Planned maintenance: until when alarms about the service are not sent to `ops`. Alerts about contacts always are."""

from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from mash_monitor.state.schema import maintenance
from mash_monitor.state.upsert import insert_into


class Planned(NamedTuple):
    """Maintenance of one hub's service, until an instant."""

    until: int
    since: int
    by: str


def plan(connection: Connection, hub: str, until: int, by: str, now: int) -> None:
    """Begin maintenance, or change its end."""
    begun = insert_into(connection, maintenance).values(hub=hub, until=until, since=now, by=by)
    connection.execute(begun.on_conflict_do_update(index_elements=["hub"], set_={"until": until, "by": by}))


def planned(connection: Connection, hub: str, now: int) -> Planned | None:
    """The maintenance that holds now."""
    table = maintenance.c
    row = connection.execute(
        select(table.until, table.since, table.by).where(table.hub == hub, table.until > now)
    ).first()
    return None if row is None else Planned(*row)


def end(connection: Connection, hub: str, now: int) -> bool:
    """Forget maintenance that is over; True for the one who does."""
    table = maintenance.c
    return connection.execute(delete(maintenance).where(table.hub == hub, table.until <= now)).rowcount > 0
