"""How each hub's store was last seen, and the rule that one pass at a time is written."""

from typing import Any, NamedTuple

from sqlalchemy import Connection, select, update

from mash_monitor.state.schema import hubs
from mash_monitor.state.slots import FenceLost
from mash_monitor.state.upsert import insert_into


class Seen(NamedTuple):
    """A hub's row. `pass_no` counts passes; `last_look_at` is when the store last answered."""

    pass_no: int = 0
    last_look_at: int | None = None
    trouble: str | None = None
    set_aside: int = 0
    set_aside_examples: tuple[str, ...] = ()


class PassOvertaken(FenceLost):
    """Another pass over the same hub was written since this one looked; a new look is worth trying."""


def hold(connection: Connection, hub: str) -> None:
    """Let nobody else write a pass over this hub, or touch what passes write, until this transaction ends."""
    connection.execute(select(hubs.c.pass_no).where(hubs.c.hub == hub).with_for_update())


def seen(connection: Connection, hub: str) -> Seen:
    """How this hub was last seen; a hub never looked at has a row of zeros."""
    row = connection.execute(select(hubs).where(hubs.c.hub == hub)).first()
    if row is None:
        return Seen()
    return Seen(row.pass_no, row.last_look_at, row.trouble, row.set_aside, tuple(row.set_aside_examples or ()))


def advance(connection: Connection, hub: str, since: int, **values: Any) -> None:
    """Write one pass's row, if no other pass came in between, and hold the hub. Raises PassOvertaken."""
    if since == 0:
        connection.execute(insert_into(connection, hubs).values(hub=hub, pass_no=0).on_conflict_do_nothing())
    moved = connection.execute(
        update(hubs).where(hubs.c.hub == hub, hubs.c.pass_no == since).values(pass_no=since + 1, **values)
    )
    if moved.rowcount != 1:
        raise PassOvertaken(f"another pass over {hub} was written in between")
