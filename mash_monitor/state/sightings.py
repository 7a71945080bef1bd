"""The open rows of the store as last seen, by fingerprint: by them a change is noticed."""

import json
from collections.abc import Collection, Mapping
from struct import unpack

from sqlalchemy import Connection, bindparam, delete, func, literal, select

from mash_monitor.state.batches import batches, insert_all
from mash_monitor.state.schema import sightings

_OF_HUB = sightings.c.hub == bindparam("of_hub")
_TEXT = select(func.json_group_array(sightings.c.fingerprint)).where(_OF_HUB)
_PACKED = select(func.string_agg(func.int8send(sightings.c.fingerprint), literal(b""))).where(_OF_HUB)
_OWNERS = select(sightings.c.contact_id).where(
    _OF_HUB, sightings.c.fingerprint.in_(bindparam("fingerprints", expanding=True))
)
_FORGET = delete(sightings).where(_OF_HUB, sightings.c.contact_id.in_(bindparam("ids", expanding=True)))


def fingerprints(connection: Connection, hub: str) -> set[int]:
    """The fingerprints of all open rows as last seen; in one value, because a row for each would take twice as long."""
    if connection.dialect.name == "postgresql":
        packed = connection.scalar(_PACKED, {"of_hub": hub}) or b""
        return set(unpack(f">{len(packed) // 8}q", packed))
    return set(json.loads(connection.execute(_TEXT, {"of_hub": hub}).scalar_one()))


def owners(connection: Connection, hub: str, prints: Collection[int]) -> set[str]:
    """The contacts to which these fingerprints belong."""
    found: set[str] = set()
    for chunk in batches(prints):
        found.update(connection.execute(_OWNERS, {"of_hub": hub, "fingerprints": chunk}).scalars())
    return found


def forget(connection: Connection, hub: str, ids: Collection[str]) -> None:
    """Forget the rows seen of these contacts: none is open any more, or others have been seen."""
    for chunk in batches(ids):
        connection.execute(_FORGET, {"of_hub": hub, "ids": chunk})


def add(connection: Connection, hub: str, rows: Mapping[str, Collection[int]]) -> None:
    """Note the open rows seen of these contacts, of which none is known."""
    insert_all(connection, sightings, (
        {"hub": hub, "fingerprint": mark, "contact_id": contact_id}
        for contact_id, marks in rows.items() for mark in set(marks)
    ))  # fmt: skip
