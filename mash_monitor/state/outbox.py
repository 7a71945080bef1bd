"""The outbox: messages from the transaction that made them to evidence that they went out.

A delivery is claimed by compare-and-set with a lease and a fence; the attempt is on record before the call;
and what the call gave is written only while the fence still matches.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Row,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.reply import REFERENCE_LENGTH, REFERENCE_LETTERS, is_reference
from mash_monitor.state.batches import batches, insert_all
from mash_monitor.state.schema import alerts, attempts, deliveries, delivery_alerts
from mash_monitor.state.undelivered import FAILED


class Purpose(StrEnum):
    """What a message is for."""

    ALERT = "alert"
    SUMMARY = "summary"
    HANDOVER = "handover"
    OPS = "ops"
    TEST = "test"
    ANSWER = "answer"


_TO_BE_DONE = (DeliveryState.PENDING, DeliveryState.UNKNOWN, DeliveryState.ACCEPTED)
_LOST = (DeliveryState.FAILED, DeliveryState.UNDELIVERED, DeliveryState.CANCELLED)
_NOT_OUT = {*FAILED, DeliveryState.PENDING}
UNSETTLED = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


_ROW = deliveries.c


def due(now: int | BindParameter[int]) -> ColumnElement[bool]:
    """The condition that something is to be done for a delivery now; a sender's own are due when its lease is over."""
    row = deliveries.c
    abandoned = (row.state == DeliveryState.SENDING.value) & (row.lease_until < now)
    return (row.next_action_at <= now) & (row.state.in_([state.value for state in _TO_BE_DONE]) | abandoned)


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
_AS_IT_WAS = update(deliveries).where(
    _ROW.id == bindparam("of_id"), _ROW.fence == bindparam("of_fence"), _ROW.state == bindparam("of_state")
)
"""Compare-and-set: only what nobody has changed since it was read."""
_CLAIM = _AS_IT_WAS.values({
    name: bindparam(f"to_{name}")
    for name in ("fence", "state", "owner", "tries", "sent_at", "lease_until", "next_action_at")
})  # fmt: skip
_ATTEMPT = insert(attempts).values({
    name: bindparam(name) for name in ("hub", "delivery_id", "fence", "started_at")
})  # fmt: skip
_ATTEMPT_ENDED = (
    update(attempts)
    .where(attempts.c.delivery_id == bindparam("of_id"), attempts.c.fence == bindparam("of_fence"))
    .values({name: bindparam(f"to_{name}") for name in ("finished_at", "result", "code")})
)


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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process may send, or ask about, under a fence."""

    row: Row[Any]
    fence: int
    state: DeliveryState


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


def claim(connection: Connection, row: Row[Any], owner: str, now: int, lease: int) -> Claimed | None:
    """Take a pending delivery and put the attempt on record; None when another process has it."""
    fence, until = row.fence + 1, now + lease
    taken = connection.execute(_CLAIM, {
        **_as_it_was(row), "to_fence": fence, "to_state": DeliveryState.SENDING.value, "to_owner": owner,
        "to_tries": row.tries + 1, "to_sent_at": now, "to_lease_until": until, "to_next_action_at": until + 1,
    })  # fmt: skip
    if taken.rowcount != 1:
        return None
    connection.execute(_ATTEMPT, {"hub": row.hub, "delivery_id": row.id, "fence": fence, "started_at": now})
    return Claimed(row, fence, DeliveryState.SENDING)


def hold(connection: Connection, row: Row[Any], now: int, lease: int) -> Claimed | None:
    """Take a delivery of which the provider is to be asked; its state stays. None when another process has it."""
    taken = _take(connection, row, next_action_at=now + lease)
    return Claimed(row, row.fence + 1, DeliveryState(row.state)) if taken else None


def settle(connection: Connection, held: Claimed, state: DeliveryState, now: int, **values: Any) -> bool:
    """Write what became known of a delivery; False, and nothing written, when the fence has moved on.

    `values` are further columns: next_action_at, evidence, code and so on.
    """
    written = connection.execute(
        _AS_IT_WAS.values(state=state.value, lease_until=None, **values),
        {"of_id": held.row.id, "of_fence": held.fence, "of_state": held.state.value},
    )
    if written.rowcount != 1:
        return False
    if held.state is DeliveryState.SENDING:
        connection.execute(_ATTEMPT_ENDED, {
            "of_id": held.row.id, "of_fence": held.fence, "to_finished_at": now, "to_result": state.value,
            "to_code": values.get("code"),
        })  # fmt: skip
    return True


def move(connection: Connection, row: Row[Any], state: DeliveryState, **values: Any) -> bool:
    """Change a delivery that nobody is sending; False when it changed in between."""
    return _take(connection, row, state=state.value, **values)


def _take(connection: Connection, row: Row[Any], **values: Any) -> bool:
    """Change a delivery by compare-and-set, and move its fence."""
    taken = connection.execute(_AS_IT_WAS.values(fence=row.fence + 1, **values), _as_it_was(row))
    return taken.rowcount == 1


def _as_it_was(row: Row[Any]) -> dict[str, Any]:
    return {"of_id": row.id, "of_fence": row.fence, "of_state": row.state}


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


def pending_alerts(connection: Connection, hub: str, person: str, channel: str) -> list[Row[Any]]:
    """Alert messages to one person by one channel that have not been sent, the oldest first."""
    return list(connection.execute(_PENDING_ALERTS, {"of_hub": hub, "of_person": person, "of_channel": channel}))


def ailing(connection: Connection, since: int) -> set[str]:
    """Channels by which the last message, sent at `since` or later, is not known to have gone out."""
    row, lately = deliveries.c, 100
    tried = select(row.channel, row.state, row.sent_at).where(row.sent_at.is_not(None))  # not so one written anew
    last: dict[str, bool] = {}
    for channel, state, sent_at in connection.execute(tried.order_by(row.id.desc()).limit(lately)):
        last.setdefault(channel, sent_at >= since and state in _NOT_OUT)
    return {channel for channel, not_out in last.items() if not_out}


def give_up(connection: Connection, owner: str, now: int) -> int:
    """Mark what this process was sending as unknown: it may have gone out. Returns how many."""
    return connection.execute(
        update(deliveries)
        .where(deliveries.c.owner == owner, deliveries.c.state == DeliveryState.SENDING.value)
        .values(state=DeliveryState.UNKNOWN.value, fence=deliveries.c.fence + 1, lease_until=None,
                code="stopped", unknown_since=now, next_action_at=now)
    ).rowcount  # fmt: skip


def alert_ids(connection: Connection, delivery_id: int) -> tuple[int, ...]:
    """The alerts that a delivery names."""
    rows = connection.execute(select(delivery_alerts.c.alert_id).where(delivery_alerts.c.delivery_id == delivery_id))
    return tuple(rows.scalars())


def listing(
    connection: Connection, hub: str, states: Collection[DeliveryState] = (), limit: int = 200
) -> Sequence[Row[Any]]:
    """Deliveries of a hub, the newest first; with `states`, only those."""
    query = select(deliveries).where(deliveries.c.hub == hub)
    if states:
        query = query.where(deliveries.c.state.in_([state.value for state in states]))
    return connection.execute(query.order_by(deliveries.c.id.desc()).limit(limit)).all()


def tally(connection: Connection, hub: str, since: int) -> dict[DeliveryState, int]:
    """How many of the messages of a hub made at `since` or later stand in each state."""
    made = (deliveries.c.hub == hub) & (deliveries.c.created_at >= since)
    found = connection.execute(select(deliveries.c.state, func.count()).where(made).group_by(deliveries.c.state))
    numbers = {row[0]: row[1] for row in found}
    return {state: numbers.get(state.value, 0) for state in DeliveryState}


def delivery(connection: Connection, delivery_id: int) -> Row[Any] | None:
    """One delivery; None where there is none of this id."""
    return connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).first()


def of_contact(connection: Connection, hub: str, contact_id: str) -> Sequence[Row[Any]]:
    """The deliveries that named a contact, in order."""
    return connection.execute(
        select(deliveries).where(deliveries.c.id.in_(
            select(delivery_alerts.c.delivery_id)
            .join(alerts, alerts.c.id == delivery_alerts.c.alert_id)
            .where(alerts.c.hub == hub, alerts.c.contact_id == contact_id)
        )).order_by(deliveries.c.id)
    ).all()  # fmt: skip


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
