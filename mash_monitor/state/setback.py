"""After the clock was set back: what was put off or accounted for by the time that was wrong."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, case, delete, func, or_, select, union_all, update

from mash_monitor.domain.rating import Level
from mash_monitor.state.schema import alerts, attempts, audit, deliveries, services, slots
from mash_monitor.state.schema import hubs as seen

TOLERANCE = 300
"""Seconds by which the clocks of several machines may differ: nothing is made of that."""

_SENT, _ALERT, _SLOT = deliveries.c, alerts.c, slots.c


def latest_present(connection: Connection, hubs: Collection[str]) -> int:
    """The latest instant that was the present for whoever wrote the records of these hubs; 0 where there are none.

    A service signs its first moment before it writes anything else; a pass by hand leaves messages or an event.
    """
    last_event = select(audit.c.at).order_by(audit.c.seq.desc()).limit(1).scalar_subquery()
    of_hubs = (_SLOT.slot_at, attempts.c.started_at, _SENT.created_at)
    presents = union_all(
        select(func.max(services.c.last_tick_at)), select(last_event),
        *(select(func.max(column)).where(column.table.c.hub.in_(hubs)) for column in of_hubs),
    )  # fmt: skip
    return max((at for at in connection.scalars(presents) if at is not None), default=0)


def move_back(connection: Connection, hub: str, by: int, now: int) -> list[int]:
    """Move what lies ahead of `now` back by as many seconds as the clock, so that nothing waits longer than it should.

    Both what was the present and the waits that began in it; or whoever starts next would take the one for the
    present, and move all back once more. Deadlines, openings and what people chose are instants of the true
    time, and stay. Returns the report slots that were accounted for before their time: nobody knows of them any
    more, so they come again.
    """
    ahead = now + TOLERANCE

    def move(columns: tuple[Column[Any], ...], *only: ColumnElement[bool]) -> None:
        moved = {column.name: case((column > ahead, column - by), else_=column) for column in columns}
        wrong = or_(*(column > ahead for column in columns))
        connection.execute(update(columns[0].table).where(wrong, *only).values(moved))

    move(
        (_SENT.created_at, _SENT.next_action_at, _SENT.lease_until, _SENT.sent_at, _SENT.accepted_at,
         _SENT.unknown_since),
        _SENT.hub == hub,
    )  # fmt: skip
    move((attempts.c.started_at, attempts.c.finished_at), attempts.c.hub == hub)
    move(
        (_ALERT.next_step_at, _ALERT.ladder_from),
        _ALERT.hub == hub, _ALERT.ended_at.is_(None), _ALERT.acknowledged_at.is_(None),
    )  # fmt: skip
    connection.execute(  # what was acknowledged was not overdue yet: once it is, somebody is to hear of it
        update(alerts)
        .where(_ALERT.hub == hub, _ALERT.ended_at.is_(None), _ALERT.acknowledged_at.is_not(None),
               _ALERT.level == Level.OVERDUE.value, _ALERT.deadline > ahead)
        .values(lapses_at=_ALERT.deadline + 1, next_step_at=_ALERT.deadline + 1)
    )  # fmt: skip
    move((services.c.last_tick_at,))
    move((_SLOT.lease_until, _SLOT.started_at, _SLOT.finished_at), _SLOT.hub == hub)
    move((seen.c.last_look_at,), seen.c.hub == hub)
    early = delete(slots).where(_SLOT.hub == hub, _SLOT.slot_at > ahead).returning(_SLOT.slot_at)
    return sorted(connection.execute(early).scalars())
