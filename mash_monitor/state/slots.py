"""Report slots as rows: each is run by one process, whoever ticks, and none is forgotten.

A slot is claimed by compare-and-set with a lease and a fence, so a process that was paused past its lease
cannot finish what another has taken over.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select, update

from mash_monitor.state.batches import batches
from mash_monitor.state.schema import slots
from mash_monitor.state.upsert import insert_into


class Claim(NamedTuple):
    """A slot that this process may run, until the lease ends."""

    slot_at: int
    fence: int


class FenceLost(RuntimeError):
    """Another process took over what this one was doing; nothing of it may be written."""


def latest(connection: Connection, hub: str) -> int | None:
    """The newest slot that is accounted for."""
    return connection.execute(select(func.max(slots.c.slot_at)).where(slots.c.hub == hub)).scalar()


def begin(connection: Connection, hub: str, slot_at: int) -> None:
    """Note the slot before which the service did not run: earlier ones were not missed."""
    first = insert_into(connection, slots).values(hub=hub, slot_at=slot_at, state="before")
    connection.execute(first.on_conflict_do_nothing())


def before(connection: Connection, hub: str) -> int | None:
    """The slot before which the service did not run, as long as none has come since."""
    newest = select(slots.c.slot_at, slots.c.state).where(slots.c.hub == hub).order_by(slots.c.slot_at.desc()).limit(1)
    row = connection.execute(newest).first()
    return row.slot_at if row is not None and row.state == "before" else None


def arrive(connection: Connection, hub: str, passed: Sequence[int]) -> list[int]:
    """Account for slots that have come: the newest is due, older ones unfinished were missed.

    `passed` are the slots since the latest one known, in order. Returns those newly missed; none where another
    process accounted for the newest first.
    """
    if not passed or not _added(connection, hub, [passed[-1]], "due"):
        return []
    before = (slots.c.hub == hub) & (slots.c.slot_at < passed[-1]) & slots.c.state.in_(("due", "running"))
    overtaken = connection.execute(select(slots.c.slot_at).where(before)).scalars().all()
    connection.execute(update(slots).where(before).values(state="missed"))
    return sorted([*overtaken, *_added(connection, hub, passed[:-1], "missed")])


def _added(connection: Connection, hub: str, instants: Sequence[int], state: str) -> list[int]:
    """Those of these slots that nobody had accounted for, and that now are."""
    added: list[int] = []
    for some in batches(instants, 200):
        rows = insert_into(connection, slots).values([{"hub": hub, "slot_at": at, "state": state} for at in some])
        added += connection.execute(rows.on_conflict_do_nothing().returning(slots.c.slot_at)).scalars()
    return added


def claim(connection: Connection, hub: str, owner: str, now: int, lease: int) -> Claim | None:
    """Take the slot that is due, or whose runner's lease has ended; None when there is nothing to take."""
    free = or_(slots.c.state == "due", (slots.c.state == "running") & (slots.c.lease_until < now))
    row = connection.execute(select(slots.c.slot_at, slots.c.fence).where(slots.c.hub == hub, free)).first()
    if row is None:
        return None
    taken = connection.execute(
        update(slots)
        .where(slots.c.hub == hub, slots.c.slot_at == row.slot_at, slots.c.fence == row.fence, free)
        .values(state="running", owner=owner, fence=row.fence + 1, lease_until=now + lease, started_at=now)
    )
    return Claim(row.slot_at, row.fence + 1) if taken.rowcount == 1 else None


def renew(connection: Connection, hub: str, held: Claim, lease_until: int) -> bool:
    """Keep a slot that is still being run; False when it has been taken over."""
    kept = connection.execute(
        update(slots)
        .where(slots.c.hub == hub, slots.c.slot_at == held.slot_at, slots.c.fence == held.fence,
               slots.c.state == "running")
        .values(lease_until=lease_until)
    )  # fmt: skip
    return kept.rowcount == 1


def finish(connection: Connection, hub: str, held: Claim, now: int) -> None:
    """Mark a slot done, in the transaction of its pass. Raises FenceLost."""
    done = connection.execute(
        update(slots)
        .where(slots.c.hub == hub, slots.c.slot_at == held.slot_at, slots.c.fence == held.fence,
               slots.c.state == "running")
        .values(state="done", finished_at=now, lease_until=None)
    )  # fmt: skip
    if done.rowcount != 1:
        raise FenceLost(f"slot {held.slot_at} of {hub} was taken over")


def release(connection: Connection, hub: str, held: Claim) -> None:
    """Give a slot back unfinished, so that it is run again."""
    connection.execute(
        update(slots)
        .where(slots.c.hub == hub, slots.c.slot_at == held.slot_at, slots.c.fence == held.fence,
               slots.c.state == "running")
        .values(state="due", lease_until=None)
    )  # fmt: skip


def done(connection: Connection, hub: str, before: int, number: int) -> list[tuple[int, int]]:
    """The newest slots that were reported by then: when each was due, and when it was finished. The newest first."""
    found = (
        select(slots.c.slot_at, slots.c.finished_at)
        .where(slots.c.hub == hub, slots.c.state == "done", slots.c.finished_at <= before)
        .order_by(slots.c.slot_at.desc())
        .limit(number)
    )
    return [(row.slot_at, row.finished_at) for row in connection.execute(found)]


def missed_since(connection: Connection, hub: str, since: int) -> list[int]:
    """Slots missed at or after this instant."""
    condition = (slots.c.hub == hub) & (slots.c.state == "missed") & (slots.c.slot_at >= since)
    return list(connection.execute(select(slots.c.slot_at).where(condition).order_by(slots.c.slot_at)).scalars())
