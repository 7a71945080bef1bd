"""After the clock was set back: what was put off or accounted for by the time that was wrong."""

from typing import Any

from sqlalchemy import Column, Connection, case, delete, func, or_, select, union_all, update

from mash_monitor.state.schema import alerts, attempts, audit, deliveries, services, slots

TOLERANCE = 300
"""Seconds by which the clocks of several machines may differ: nothing is made of that."""

_SENT, _ALERT, _SLOT = deliveries.c, alerts.c, slots.c


def latest_present(connection: Connection) -> int | None:
    """The latest instant that was the present for whoever wrote the records; None where there are none.

    A process that died may have left its work, and no sign of life of that time.
    """
    last_event = select(audit.c.at).order_by(audit.c.seq.desc()).limit(1).scalar_subquery()
    presents = union_all(
        select(func.max(services.c.last_tick_at)), select(func.max(slots.c.slot_at)),
        select(func.max(attempts.c.started_at)), select(last_event),
    )  # fmt: skip
    return max((at for at in connection.scalars(presents) if at is not None), default=None)


def move_back(connection: Connection, hub: str, by: int, now: int) -> list[int]:
    """Move what lies ahead of `now` back by as many seconds as the clock, so that nothing waits longer than it should.

    Deadlines, openings and what people chose are instants of the true time, and stay. Returns the report slots
    that were accounted for before their time: nobody knows of them any more, so they come again.
    """
    ahead = now + TOLERANCE

    def moved(*columns: Column[Any]) -> dict[str, Any]:
        return {column.name: case((column > ahead, column - by), else_=column) for column in columns}

    connection.execute(
        update(deliveries)
        .where(_SENT.hub == hub, or_(_SENT.next_action_at > ahead, _SENT.lease_until > ahead, _SENT.sent_at > ahead))
        .values(moved(_SENT.next_action_at, _SENT.lease_until, _SENT.sent_at, _SENT.accepted_at, _SENT.unknown_since))
    )
    connection.execute(  # or whoever starts next would take them for the present, and move all back once more
        update(attempts)
        .where(attempts.c.hub == hub, attempts.c.started_at > ahead)
        .values(moved(attempts.c.started_at, attempts.c.finished_at))
    )
    connection.execute(
        update(alerts)
        .where(_ALERT.hub == hub, _ALERT.ended_at.is_(None), _ALERT.acknowledged_at.is_(None))
        .where(or_(_ALERT.next_step_at > ahead, _ALERT.ladder_from > ahead))
        .values(moved(_ALERT.next_step_at, _ALERT.ladder_from))
    )
    connection.execute(update(services).where(services.c.last_tick_at > ahead).values(moved(services.c.last_tick_at)))
    connection.execute(
        update(slots).where(_SLOT.hub == hub, _SLOT.lease_until > ahead).values(moved(_SLOT.lease_until))
    )
    early = delete(slots).where(_SLOT.hub == hub, _SLOT.slot_at > ahead).returning(_SLOT.slot_at)
    return sorted(connection.execute(early).scalars())
