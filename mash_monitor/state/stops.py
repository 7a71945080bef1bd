"""Who has told a carrier to let nothing through: they hear no alert by that channel until they say START."""

from sqlalchemy import Connection, delete, select

from mash_monitor.state.schema import stops
from mash_monitor.state.upsert import insert_into


def stop(connection: Connection, hub: str, person: str, channel: str, at: int) -> bool:
    """Note it; True when it is new."""
    added = (
        insert_into(connection, stops).values(hub=hub, person=person, channel=channel, at=at).on_conflict_do_nothing()
    )
    return connection.execute(added.returning(stops.c.person)).first() is not None


def start(connection: Connection, hub: str, person: str, channel: str) -> bool:
    """Forget it; True when there was something to forget."""
    chosen = (stops.c.hub == hub) & (stops.c.person == person) & (stops.c.channel == channel)
    return connection.execute(delete(stops).where(chosen)).rowcount > 0


def stopped(connection: Connection, hub: str) -> set[tuple[str, str]]:
    """(person, channel) of everybody who has."""
    rows = connection.execute(select(stops.c.person, stops.c.channel).where(stops.c.hub == hub))
    return {(row.person, row.channel) for row in rows}
