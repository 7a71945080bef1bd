"""Alerts: what somebody must be told of one contact, until it is decided or another level takes over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from mash_monitor.domain.rating import Level
from mash_monitor.state.batches import batches
from mash_monitor.state.schema import alerts, delivery_alerts


@dataclass(frozen=True, slots=True)
class Alert:
    """One open alert. `steps_done` are the positions in the ladder that have spoken."""

    id: int
    contact_id: str
    level: Level
    raised_at: int
    steps_done: frozenset[int]


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
    rows: Iterable[dict[str, Any]] = (
        {"hub": hub, "contact_id": contact_id, "level": level.value, "deadline": deadline, "raised_at": now,
         "next_step_at": now, "steps_done": []}
        for contact_id, level, deadline in raised
    )  # fmt: skip
    for chunk in batches(rows):
        connection.execute(insert(alerts), chunk)


def due(connection: Connection, hub: str, now: int) -> list[Alert]:
    """Open, unacknowledged alerts for which the ladder may have something to say now."""
    rows = connection.execute(
        select(alerts).where(
            alerts.c.hub == hub, alerts.c.next_step_at <= now, alerts.c.ended_at.is_(None),
            alerts.c.acknowledged_at.is_(None),
        ).order_by(alerts.c.id)
    )  # fmt: skip
    return [_alert(row) for row in rows]


def stepped(connection: Connection, changes: Iterable[tuple[Alert, frozenset[int], int | None]]) -> None:
    """Note for each alert which steps have now spoken, and when the next one may."""
    alike: dict[tuple[frozenset[int], int | None], list[int]] = {}
    for alert, done, next_step_at in changes:
        alike.setdefault((done, next_step_at), []).append(alert.id)
    for (done, next_step_at), ids in alike.items():
        for chunk in batches(ids):
            connection.execute(
                update(alerts).where(alerts.c.id.in_(chunk))
                .values(steps_done=sorted(done), next_step_at=next_step_at)
            )  # fmt: skip


def open_of(connection: Connection, hub: str, ids: Collection[str]) -> dict[str, Row[Any]]:
    """The open alerts of these contacts, by contact."""
    found: dict[str, Row[Any]] = {}
    for chunk in batches(ids):
        rows = connection.execute(
            select(alerts).where(alerts.c.hub == hub, alerts.c.contact_id.in_(chunk), alerts.c.ended_at.is_(None))
        )
        found.update((row.contact_id, row) for row in rows)
    return found


def still_open(connection: Connection, delivery_id: int) -> bool:
    """Whether any alert that this delivery names still stands."""
    return connection.execute(
        select(alerts.c.id)
        .join(delivery_alerts, delivery_alerts.c.alert_id == alerts.c.id)
        .where(delivery_alerts.c.delivery_id == delivery_id, alerts.c.ended_at.is_(None))
        .limit(1)
    ).first() is not None  # fmt: skip


def _alert(row: Row[Any]) -> Alert:
    return Alert(row.id, row.contact_id, Level(row.level), row.raised_at, frozenset(row.steps_done))
