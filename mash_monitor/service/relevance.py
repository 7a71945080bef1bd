"""Whether a message still says something when its turn comes: by then its contacts may be decided, or its time over.

A backlog helps nobody: what could not be sent is cancelled, or becomes one message with the truth of now.
"""

from typing import Any

from sqlalchemy import Connection, Row

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.service import telling
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, claims, outbox, told
from mash_monitor.state.outbox import Purpose

_RENEWED_AFTER = 600
"""Seconds after which an alert that could not be sent is written anew, with the truth of then."""
_ONLY_THEN = (Purpose.SUMMARY, Purpose.HANDOVER, Purpose.ANSWER)
"""What is of no use after its time: a newer report, or the morning, says it better."""
_SUPERSEDED: dict[str, Any] = {"next_action_at": None, "code": "superseded"}


def still_wanted(connection: Connection, row: Row[Any]) -> bool:
    """Whether there is still something to tell: nobody is told of what is decided or acknowledged."""
    return row.purpose != Purpose.ALERT or alerts.still_open(connection, row.id)


def worth_sending(connection: Connection, hub: WatchedHub | None, row: Row[Any], now: int) -> bool:
    """Whether this pending delivery is to be sent as it is; where not, it is cancelled or renewed in the same moment.

    `hub` None: it is no longer configured.
    """
    if hub is None or not still_wanted(connection, row):
        # a hub that is no longer configured has nobody to be told
        _cancel(connection, row, "hub gone" if hub is None else "no longer so", now)
        return False
    if row.purpose in _ONLY_THEN and row.valid_until is not None and row.valid_until <= now:
        _cancel(connection, row, "out of date", now)
        return False
    if row.purpose == Purpose.ALERT:
        waiting = outbox.pending_alerts(connection, row.hub, row.person, row.channel)
        if row.id not in {each.id for each in waiting}:
            return False  # sent or renewed meanwhile
        if row.repeat and told.overtaken(connection, row):
            _cancel(connection, row, "superseded", now)
            return False
        if len(waiting) > 1 or now - row.created_at > _RENEWED_AFTER:
            _renew(connection, hub, waiting, now)
            return False
    return True


def _renew(connection: Connection, hub: WatchedHub, waiting: list[Row[Any]], now: int) -> None:
    """One message with the truth of now in place of those that could not be sent."""
    # another sender may be renewing the same: what it took is its own
    taken = [row for row in waiting if claims.move(connection, row, DeliveryState.CANCELLED, **_SUPERSEDED)]
    for row in taken:
        audit.record(connection, now, row.hub, "cancelled", delivery=row.id, why=_SUPERSEDED["code"])
    standing = [alert for row in taken for alert in alerts.of_delivery(connection, row.id)]
    if standing:
        telling.renew_alert(connection, hub, taken, standing, now)


def _cancel(connection: Connection, row: Row[Any], why: str, now: int) -> None:
    if claims.move(connection, row, DeliveryState.CANCELLED, next_action_at=None, code=why):
        audit.record(connection, now, row.hub, "cancelled", delivery=row.id, why=why)
