"""The outbox: each message waits here, put in by the transaction that made it, until something is to be done for it.

Whoever does it takes it first (claims.py). What became of messages is read in told.py.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Integer, Row, bindparam, case, insert, select

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.reply import REFERENCE_LENGTH, REFERENCE_LETTERS, is_reference
from mash_monitor.state.batches import insert_all
from mash_monitor.state.schema import deliveries, delivery_alerts


class Purpose(StrEnum):
    """What a message is for."""

    ALERT = "alert"
    SUMMARY = "summary"
    HANDOVER = "handover"
    OPS = "ops"
    TEST = "test"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, before it is in the outbox. `channels` in the order to be tried."""

    hub: str
    purpose: Purpose
    person: str
    channels: tuple[str, ...]
    subject: str
    body: str
    level: str | None = None
    short_ref: str | None = None
    long_text: str | None = None
    html: str | None = None
    contacts: int = 0
    valid_until: int | None = None
    alert_ids: tuple[int, ...] = ()
    follows: int | None = None
    repeat: bool = False


_TO_BE_DONE = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED)
_ROW = deliveries.c


def due(now: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition that something is to be done for a delivery now; a sender's own are due when its lease is over."""
    abandoned = (_ROW.state == DeliveryState.SENDING.value) & (_ROW.lease_until < now)
    return (_ROW.next_action_at <= now) & (_ROW.state.in_([state.value for state in _TO_BE_DONE]) | abandoned)


# Statements are built once: to build one takes longer than to run it.
_URGENCY = case(
    (_ROW.level == "overdue", 0), (_ROW.level == "red", 1), (_ROW.purpose == Purpose.OPS.value, 2),
    (_ROW.level == "amber", 3), else_=4,
)  # fmt: skip
_ASKED = case((_ROW.state == DeliveryState.ACCEPTED.value, 1), else_=0)
"""Sending comes before asking."""
_WAITING = (
    select(deliveries).where(due(bindparam("now", type_=Integer))).order_by(_ASKED, _URGENCY, _ROW.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_PENDING_ALERTS = (
    select(deliveries)
    .where(_ROW.hub == bindparam("of_hub"), _ROW.person == bindparam("of_person"),
           _ROW.channel == bindparam("of_channel"), _ROW.state == DeliveryState.PENDING.value,
           _ROW.purpose == Purpose.ALERT.value)
    .order_by(_ROW.id)
)  # fmt: skip


def new_reference(connection: Connection) -> str:
    """A short reference that no delivery carries yet."""
    while True:
        reference = "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
        taken = select(deliveries.c.id).where(deliveries.c.short_ref == reference).limit(1)
        if is_reference(reference) and connection.execute(taken).first() is None:
            return reference


def put(connection: Connection, message: Message, now: int, tries: int = 0) -> int:
    """Add a message to the outbox, to be sent at once. Returns the delivery's id.

    `tries` are those already made of the delivery that this one follows.
    """
    added = connection.execute(insert(deliveries).values(
        hub=message.hub, purpose=message.purpose.value, level=message.level, person=message.person,
        channel=message.channels[0], otherwise=list(message.channels[1:]), short_ref=message.short_ref,
        subject=message.subject, body=message.body, long_text=message.long_text, html=message.html,
        contacts=message.contacts, state=DeliveryState.PENDING.value, created_at=now,
        valid_until=message.valid_until, next_action_at=now, follows=message.follows, tries=tries,
        repeat=message.repeat,
    ).returning(deliveries.c.id))  # fmt: skip
    delivery_id: int = added.scalar_one()
    insert_all(connection, delivery_alerts, (
        {"hub": message.hub, "delivery_id": delivery_id, "alert_id": alert_id} for alert_id in message.alert_ids
    ))  # fmt: skip
    return delivery_id


def waiting(connection: Connection, now: int, limit: int = 200) -> list[Row[Any]]:
    """Deliveries for which something is to be done now: the most urgent first."""
    return list(connection.execute(_WAITING, {"now": now, "most": limit}))


def pending_alerts(connection: Connection, hub: str, person: str, channel: str) -> list[Row[Any]]:
    """Alert messages to one person by one channel that have not been sent, the oldest first."""
    return list(connection.execute(_PENDING_ALERTS, {"of_hub": hub, "of_person": person, "of_channel": channel}))
