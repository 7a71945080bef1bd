"""What is wrong with the service itself: raised once, shown until it ends."""

from hashlib import sha256
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, bindparam, select, update

from mash_monitor.state.schema import alarms
from mash_monitor.state.upsert import insert_into

STORE = "store"
"""The alarm of a contact store that cannot be read."""
_LONGEST = 32

_END = update(alarms).where(
    alarms.c.hub == bindparam("of_hub"), alarms.c.kind == bindparam("of_kind"), alarms.c.ended_at.is_(None)
)

_KNOWN: WeakKeyDictionary[Connection, dict[str, set[str]]] = WeakKeyDictionary()
"""Kinds that stand by hub, read once a connection: a pass ends a dozen kinds, of which nearly none stands."""


def kind_of(*parts: str) -> str:
    """The kind of an alarm about these: as its column has room for, and never that of others."""
    kind = "_".join(parts)
    return kind if len(kind) <= _LONGEST else f"{kind[: _LONGEST - 9]}_{sha256(kind.encode()).hexdigest()[:8]}"


def raise_(connection: Connection, hub: str, kind: str, detail: str, now: int) -> bool:
    """Raise an alarm unless it stands already; True when it is new. `detail` is for people."""
    added = connection.execute(
        insert_into(connection, alarms)
        .values(hub=hub, kind=kind, detail=detail, raised_at=now)
        .on_conflict_do_nothing()
        .returning(alarms.c.id)  # not every driver tells the row count of an insert
    )
    _stand(connection, hub).add(kind)
    return added.first() is not None


def end(connection: Connection, hub: str, kind: str, now: int) -> bool:
    """End an alarm; True when it stood."""
    if kind not in _stand(connection, hub):
        return False
    _stand(connection, hub).remove(kind)
    return connection.execute(_END, {"of_hub": hub, "of_kind": kind, "ended_at": now}).rowcount > 0


def _stand(connection: Connection, hub: str) -> set[str]:
    known = _KNOWN.setdefault(connection, {})
    if hub not in known:
        known[hub] = {alarm.kind for alarm in standing(connection, hub)}
    return known[hub]


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
