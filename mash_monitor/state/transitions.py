"""Every change of every contact, with its reason."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from mash_monitor.domain.changes import Move
from mash_monitor.domain.transition import Kind, Transition
from mash_monitor.state.batches import batches, insert_all
from mash_monitor.state.schema import transitions

if TYPE_CHECKING:
    from mash_monitor.domain.account import Change


def record(connection: Connection, hub: str, changes: Iterable[Transition]) -> None:
    """Write transitions."""
    insert_all(connection, transitions, (
        {"hub": hub, "contact_id": change.contact_id, "at": change.at, "kind": change.kind.value,
         "before": str(change.before) if change.before else None, "after": str(change.after),
         "reason": change.reason}
        for change in changes
    ))  # fmt: skip


def between(connection: Connection, hub: str, since: int, until: int) -> list[Move]:
    """The transitions of a hub after `since`, up to and including `until`, in order."""
    table = transitions.c
    rows = connection.execute(
        select(table.contact_id, table.kind, table.before, table.after)
        .where(table.hub == hub, table.at > since, table.at <= until)
        .order_by(table.at, table.id)
    )
    return [Move(*row) for row in rows]


def history(connection: Connection, hub: str, contact_id: str) -> "list[Change]":
    """The transitions of a contact, in order."""
    from mash_monitor.domain.account import Change  # a summary does without accounts

    table = transitions.c
    rows = connection.execute(
        select(table.at, table.before, table.after, table.reason)
        .where(table.hub == hub, table.contact_id == contact_id)
        .order_by(table.at, table.id)
    )
    return [Change(row.at, row.before, row.after, row.reason) for row in rows]


def acknowledged_since(connection: Connection, hub: str, ids: Collection[str], since: int) -> dict[str, str]:
    """Those of these contacts that somebody acknowledged at `since` or later, with the words of the last time."""
    found: dict[str, str] = {}
    table = transitions.c
    for chunk in batches(ids):
        rows = connection.execute(
            select(table.contact_id, table.reason)
            .where(table.hub == hub, table.contact_id.in_(chunk), table.at >= since,
                   table.kind == Kind.ACKNOWLEDGED.value)
            .order_by(table.at, table.id)
        )  # fmt: skip
        found.update((row.contact_id, row.reason) for row in rows)
    return found
