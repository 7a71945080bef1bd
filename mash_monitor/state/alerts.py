"""Alerts: what somebody must be told of one contact, until it is decided or another level takes over."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, select, update
from sqlalchemy.sql.dml import Update

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.rating import Level
from mash_monitor.state.batches import batches, insert_all, json_text
from mash_monitor.state.schema import alerts, deliveries, delivery_alerts

_REFERENCE_HOLDS = 30 * 86_400
"""Seconds for which a short reference stands for the alerts of its message."""

_MANY = 100
"""More alerts than these that stand at one place on the ladder are moved by it."""

_STANDING = tuple(alerts.c[name] for name in (
    "id", "contact_id", "level", "deadline", "raised_at", "steps_done", "ladder_from", "repeats"
))  # fmt: skip


_STILL_OPEN = (
    select(alerts.c.id)
    .join(delivery_alerts, delivery_alerts.c.alert_id == alerts.c.id)
    .where(delivery_alerts.c.delivery_id == bindparam("of_delivery"), alerts.c.ended_at.is_(None),
           alerts.c.acknowledged_at.is_(None))
    .limit(1)
)  # fmt: skip
"""Built once: it is asked before each sending."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One open alert. `steps_done` are the positions in the ladder that have spoken since `ladder_from`.

    `repeats` counts how often all of it has spoken again.
    """

    id: int
    contact_id: str
    level: Level
    deadline: int | None
    raised_at: int
    steps_done: frozenset[int]
    ladder_from: int
    repeats: int = 0


class Progress(NamedTuple):
    """How far the ladder has come for alerts that stood at one place, and when it next speaks.

    None when it has said all.
    """

    alike: Sequence[Alert]
    steps_done: frozenset[int]
    repeats: int
    next_step_at: int | None


def end(connection: Connection, hub: str, reasons: Mapping[str, str], now: int) -> None:
    """End the open alert of each of these contacts, with the reason given for it."""
    by_reason: dict[str, list[str]] = {}
    for contact_id, reason in reasons.items():
        by_reason.setdefault(reason, []).append(contact_id)
    for reason, ids in by_reason.items():
        for chunk in batches(ids):
            connection.execute(
                update(alerts)
                .where(alerts.c.hub == hub, alerts.c.contact_id.in_(chunk), alerts.c.ended_at.is_(None))
                .values(ended_at=now, end_reason=reason, next_step_at=None)
            )


def raise_(connection: Connection, hub: str, raised: Iterable[tuple[str, Level, int | None]], now: int) -> None:
    """Raise alerts, (contact, level, deadline) each; the ladder speaks at once. Older ones must have ended."""
    rows = (
        {"hub": hub, "contact_id": contact_id, "level": level.value, "deadline": deadline, "raised_at": now,
         "next_step_at": now, "steps_done": json_text(()), "ladder_from": now}
        for contact_id, level, deadline in raised
    )  # fmt: skip
    insert_all(connection, alerts, rows)


def due(connection: Connection, hub: str, now: int) -> list[Alert]:
    """Open, unacknowledged alerts for which the ladder may have something to say now."""
    rows = connection.execute(select(*_STANDING).where(_is_due(hub, now)).order_by(alerts.c.id))
    return [_alert(row) for row in rows]


def speaking(connection: Connection, hub: str, now: int) -> bool:
    """Whether the ladder may have something to say now, or an acknowledgement ends."""
    chosen = (alerts.c.hub == hub) & (alerts.c.next_step_at <= now) & alerts.c.ended_at.is_(None)
    return connection.execute(select(alerts.c.id).where(chosen).limit(1)).first() is not None


def named_by(connection: Connection, reference: str, now: int) -> list[Row[Any]]:
    """The alerts that the messages under this short reference named, open or ended, the newest message's first.

    A reference is given again only after months, but an old one must never acknowledge something new.
    """
    newest = (
        select(deliveries.c.id)
        .where(deliveries.c.short_ref == reference, deliveries.c.created_at > now - _REFERENCE_HOLDS)
        .order_by(deliveries.c.id.desc())
    )
    rows = connection.execute(
        select(alerts).where(alerts.c.id.in_(
            select(delivery_alerts.c.alert_id).where(delivery_alerts.c.delivery_id.in_(newest))
        )).order_by(alerts.c.id)
    )  # fmt: skip
    return list(rows)


def waiting_for(connection: Connection, hub: str, person: str) -> set[str]:
    """The short references that this person may have received, whose alerts nobody has acknowledged."""
    row = deliveries.c
    never_arrived = row.state.in_((DeliveryState.CANCELLED.value, DeliveryState.FAILED.value)) & ~row.repeat
    rows = connection.execute(
        select(deliveries.c.short_ref)
        .join(delivery_alerts, delivery_alerts.c.delivery_id == deliveries.c.id)
        .join(alerts, alerts.c.id == delivery_alerts.c.alert_id)
        .where(row.hub == hub, row.person == person, row.sent_at.is_not(None), row.short_ref.is_not(None),
               ~never_arrived, alerts.c.ended_at.is_(None), alerts.c.acknowledged_at.is_(None))
    )  # fmt: skip
    return {reference for reference in rows.scalars() if reference is not None}


def acknowledge(connection: Connection, ids: Collection[int], by: str, now: int, lapses_at: int | None) -> None:
    """Stop the ladder of these open alerts: somebody has seen them. It begins anew at `lapses_at`, if given."""
    for chunk in batches(ids):
        connection.execute(
            update(alerts).where(alerts.c.id.in_(chunk), alerts.c.ended_at.is_(None))
            .values(acknowledged_at=now, acknowledged_by=by, lapses_at=lapses_at, next_step_at=lapses_at)
        )  # fmt: skip


def own(connection: Connection, ids: Collection[int], by: str) -> None:
    """Note who said of these alerts that they have them in hand."""
    for chunk in batches(ids):
        connection.execute(update(alerts).where(alerts.c.id.in_(chunk)).values(owned_by=by))


def lapse(connection: Connection, hub: str, now: int) -> int:
    """End the acknowledgements whose time has come: the ladder of their alerts begins anew. Returns how many."""
    return connection.execute(
        update(alerts)
        .where(alerts.c.hub == hub, alerts.c.next_step_at <= now, alerts.c.lapses_at <= now,
               alerts.c.ended_at.is_(None))
        .values(acknowledged_at=None, acknowledged_by=None, lapses_at=None, steps_done=[], ladder_from=now,
                repeats=0, next_step_at=now)
    ).rowcount  # fmt: skip


def of_delivery(connection: Connection, delivery_id: int) -> list[Alert]:
    """The alerts that a delivery names, as far as they stand and nobody has acknowledged them."""
    rows = connection.execute(
        select(*_STANDING).join(delivery_alerts, delivery_alerts.c.alert_id == alerts.c.id).where(
            delivery_alerts.c.delivery_id == delivery_id, alerts.c.ended_at.is_(None),
            alerts.c.acknowledged_at.is_(None),
        )
    )  # fmt: skip
    return [_alert(row) for row in rows]


def press(connection: Connection, alert: Alert, done: Collection[int], at: int) -> None:
    """Let all of the ladder that has not spoken (but `done` has) speak at this instant, whatever its waits."""
    connection.execute(
        update(alerts).where(alerts.c.id == alert.id)
        .values(steps_done=sorted(done), ladder_from=0, next_step_at=at)
    )  # fmt: skip


def stepped(connection: Connection, hub: str, changes: Sequence[Progress], now: int) -> None:
    """Note how far the ladder has come for all alerts that are `due` now.

    Many that stand at one place, as after a first look, are moved by that place: one statement, where a list
    of their ids would take hundreds.
    """
    at_place = Counter(_place(moved.alike[0]) for moved in changes)
    ids: dict[tuple[frozenset[int], int, int | None], list[int]] = {}
    for alike, done, repeats, next_step_at in changes:
        place, outcome = _place(alike[0]), (done, repeats, next_step_at)
        if len(alike) > _MANY and at_place[place] == 1:
            connection.execute(_moved(*outcome).where(_is_due(hub, now), *(alerts.c[name] == at for name, at in place)))
        else:
            ids.setdefault(outcome, []).extend(alert.id for alert in alike)
    for outcome, some in ids.items():
        statement = _moved(*outcome).where(alerts.c.id.in_(bindparam("ids", expanding=True)))
        for chunk in batches(some):
            connection.execute(statement, {"ids": chunk})


def open_of(connection: Connection, hub: str, ids: Collection[str]) -> dict[str, Row[Any]]:
    """The open alerts of these contacts, by contact."""
    found: dict[str, Row[Any]] = {}
    for chunk in batches(ids):
        rows = connection.execute(
            select(alerts).where(alerts.c.hub == hub, alerts.c.contact_id.in_(chunk), alerts.c.ended_at.is_(None))
        )
        found.update((row.contact_id, row) for row in rows)
    return found


def live_since(connection: Connection, hub: str, since: int, *, due_by: int, before: int) -> list[str]:
    """Contacts due at `due_by` or before of which an alert, raised before `before`, stood at `since` or later.

    Those whose time cannot be read are among them, the last.
    """
    table = alerts.c
    unreadable = table.deadline.is_(None) & (table.level == Level.RED.value)
    rows = connection.execute(
        select(table.contact_id)
        .where(table.hub == hub, (table.deadline <= due_by) | unreadable,
               table.raised_at < before, table.ended_at.is_(None) | (table.ended_at >= since))
        .group_by(table.contact_id)
        .order_by(func.min(table.deadline).is_(None), func.min(table.deadline), table.contact_id)
    )  # fmt: skip
    return list(rows.scalars())


def still_open(connection: Connection, delivery_id: int) -> bool:
    """Whether any alert that this delivery names still stands and nobody has acknowledged it."""
    return connection.execute(_STILL_OPEN, {"of_delivery": delivery_id}).first() is not None


def _is_due(hub: str, now: int) -> ColumnElement[bool]:
    unseen = alerts.c.ended_at.is_(None) & alerts.c.acknowledged_at.is_(None)
    return (alerts.c.hub == hub) & (alerts.c.next_step_at <= now) & unseen


def _place(alert: Alert) -> tuple[tuple[str, object], ...]:
    """Where an alert stands on the ladder, by columns that every database can compare: `steps_done` is none."""
    return (
        ("level", alert.level.value), ("raised_at", alert.raised_at), ("ladder_from", alert.ladder_from),
        ("repeats", alert.repeats),
    )  # fmt: skip


def _moved(done: frozenset[int], repeats: int, next_step_at: int | None) -> Update:
    return update(alerts).values(steps_done=sorted(done), repeats=repeats, next_step_at=next_step_at)


def _alert(row: Any) -> Alert:
    key, contact_id, level, deadline, raised_at, done, since, repeats = row
    return Alert(key, contact_id, Level(level), deadline, raised_at, frozenset(done), since, repeats)
