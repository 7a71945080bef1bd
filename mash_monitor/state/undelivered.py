"""Messages of which nothing shows that they arrived. Apart from the outbox, of which a view needs no more."""

from sqlalchemy import Connection, func, select

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.state.schema import deliveries

FAILED = (DeliveryState.FAILED, DeliveryState.UNDELIVERED, DeliveryState.UNKNOWN)


def number(connection: Connection, hub: str, since: int) -> int:
    """How many messages of a hub made after `since` are not known to have arrived."""
    row = deliveries.c
    lost = select(func.count()).where(
        row.hub == hub, row.created_at > since, row.state.in_([state.value for state in FAILED])
    )
    return connection.execute(lost).scalar_one()
