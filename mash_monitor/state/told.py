"""What was told: deliveries, the attempts to send them and the alerts that they name, as they stand."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.state.batches import batches
from mash_monitor.state.outbox import Purpose
from mash_monitor.state.schema import alerts, attempts, deliveries, delivery_alerts
from mash_monitor.state.undelivered import FAILED

UNSETTLED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
_LOST = (DeliveryState.FAILED, DeliveryState.UNDELIVERED, DeliveryState.CANCELLED)
_NOT_OUT = {*FAILED, DeliveryState.PENDING}


def alert_ids(connection: Connection, delivery_id: int) -> tuple[int, ...]:
    """The alerts that a delivery names."""
    rows = connection.execute(select(delivery_alerts.c.alert_id).where(delivery_alerts.c.delivery_id == delivery_id))
    return tuple(rows.scalars())


def nobody_else_told(connection: Connection, alert_id: int, but: int) -> bool:
    """Whether no other delivery that names this alert has arrived, or may soon."""
    row = deliveries.c
    arrived = row.state.in_((DeliveryState.DELIVERED.value, DeliveryState.SHOWN.value))
    on_its_way = row.state.not_in([state.value for state in _LOST]) & row.sought_at.is_(None)
    return connection.execute(
        select(deliveries.c.id)
        .join(delivery_alerts, delivery_alerts.c.delivery_id == deliveries.c.id)
        .where(delivery_alerts.c.alert_id == alert_id, row.id != but, arrived | on_its_way)
        .limit(1)
    ).first() is None  # fmt: skip


def overtaken(connection: Connection, row: Row[Any]) -> bool:
    """Whether all that stands of what this delivery names was taken in later messages, to the same person alike."""
    later = deliveries.c
    taken = [state.value for state in (DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.SHOWN)]
    told = (
        select(delivery_alerts.c.alert_id)
        .join(deliveries, later.id == delivery_alerts.c.delivery_id)
        .where(later.hub == row.hub, later.person == row.person, later.channel == row.channel, later.id > row.id,
               later.state.in_(taken))
    )  # fmt: skip
    return connection.execute(
        select(alerts.c.id)
        .join(delivery_alerts, delivery_alerts.c.alert_id == alerts.c.id)
        .where(delivery_alerts.c.delivery_id == row.id, alerts.c.ended_at.is_(None),
               alerts.c.acknowledged_at.is_(None), alerts.c.id.not_in(told))
        .limit(1)
    ).first() is None  # fmt: skip


def of_contact(connection: Connection, hub: str, contact_id: str) -> Sequence[Row[Any]]:
    """The deliveries that named a contact, in order."""
    return connection.execute(
        select(deliveries).where(deliveries.c.id.in_(
            select(delivery_alerts.c.delivery_id)
            .join(alerts, alerts.c.id == delivery_alerts.c.alert_id)
            .where(alerts.c.hub == hub, alerts.c.contact_id == contact_id)
        )).order_by(deliveries.c.id)
    ).all()  # fmt: skip


def delivery(connection: Connection, delivery_id: int) -> Row[Any] | None:
    """One delivery; None where there is none of this id."""
    return connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()


def listing(
    connection: Connection, hub: str, states: Collection[DeliveryState] = (), limit: int = 200
) -> Sequence[Row[Any]]:
    """Deliveries of a hub, the newest first; with `states`, only those."""
    query = select(deliveries).where(_listed(hub, states)).order_by(deliveries.c.id.desc()).limit(limit)
    return connection.execute(query).all()


def number(connection: Connection, hub: str, states: Collection[DeliveryState] = ()) -> int:
    """How many deliveries of a hub there are; with `states`, only those."""
    return connection.execute(select(func.count()).select_from(deliveries).where(_listed(hub, states))).scalar_one()


def _listed(hub: str, states: Collection[DeliveryState]) -> ColumnElement[bool]:
    of_hub = deliveries.c.hub == hub
    return of_hub & deliveries.c.state.in_([state.value for state in states]) if states else of_hub


def tally(connection: Connection, hub: str, since: int) -> dict[DeliveryState, int]:
    """How many of the messages of a hub made at `since` or later stand in each state."""
    made = (deliveries.c.hub == hub) & (deliveries.c.created_at >= since)
    found = connection.execute(select(deliveries.c.state, func.count()).where(made).group_by(deliveries.c.state))
    numbers = {row[0]: row[1] for row in found}
    return {state: numbers.get(state.value, 0) for state in DeliveryState}


def ailing(connection: Connection, since: int) -> set[str]:
    """Channels by which the last message, sent at `since` or later, is not known to have gone out."""
    row, lately = deliveries.c, 100
    tried = select(row.channel, row.state, row.sent_at).where(row.sent_at.is_not(None))  # not so one written anew
    last: dict[str, bool] = {}
    for channel, state, sent_at in connection.execute(tried.order_by(row.id.desc()).limit(lately)):
        last.setdefault(channel, sent_at >= since and state in _NOT_OUT)
    return {channel for channel, not_out in last.items() if not_out}


def ops_lost(connection: Connection, hub: str, before: int) -> bool:
    """Whether the last message to `ops` of this hub was made before this instant, and did not arrive."""
    row = deliveries.c
    last = select(row.state, row.created_at).where(row.hub == hub, row.purpose == Purpose.OPS.value)
    found = connection.execute(last.order_by(row.id.desc()).limit(1)).first()
    return found is not None and found.state in _LOST and found.created_at < before


def attempts_of(connection: Connection, ids: Collection[int]) -> dict[int, list[Row[Any]]]:
    """Every try to send these deliveries, by delivery, in order."""
    found: dict[int, list[Row[Any]]] = {}
    for chunk in batches(ids):
        tried = (
            select(attempts).where(attempts.c.delivery_id.in_(chunk)).order_by(attempts.c.delivery_id, attempts.c.fence)
        )
        for row in connection.execute(tried):
            found.setdefault(row.delivery_id, []).append(row)
    return found
