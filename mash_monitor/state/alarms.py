"""What is wrong with the service itself: raised once, shown until it ends."""

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from mash_monitor.state.schema import alarms
from mash_monitor.state.upsert import insert_into

STORE = "store"
"""The alarm of a contact store that cannot be read."""

_END = update(alarms).where(
    alarms.c.hub == bindparam("of_hub"), alarms.c.kind == bindparam("of_kind"), alarms.c.ended_at.is_(None)
)  # built once: a pass asks for several kinds


def raise_(connection: Connection, hub: str, kind: str, detail: str, now: int) -> bool:
    """Raise an alarm unless it stands already; True when it is new. `detail` is for people."""
    added = connection.execute(
        insert_into(connection, alarms)
        .values(hub=hub, kind=kind, detail=detail, raised_at=now)
        .on_conflict_do_nothing()
        .returning(alarms.c.id)  # not every driver tells the row count of an insert
    )
    return added.first() is not None


def end(connection: Connection, hub: str, kind: str, now: int) -> bool:
    """End an alarm; True when it stood."""
    return connection.execute(_END, {"of_hub": hub, "of_kind": kind, "ended_at": now}).rowcount > 0


class Standing(NamedTuple):
    """An alarm that stands."""

    kind: str
    detail: str
    raised_at: int


def standing(connection: Connection, hub: str) -> list[Standing]:
    """Alarms that stand, the oldest first."""
    rows = connection.execute(
        select(alarms.c.kind, alarms.c.detail, alarms.c.raised_at)
        .where(alarms.c.hub == hub, alarms.c.ended_at.is_(None))
        .order_by(alarms.c.raised_at, alarms.c.id)
    )
    return [Standing(*row) for row in rows]
