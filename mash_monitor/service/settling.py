"""What follows from what became known of a delivery: it is written down, and whoever else must hear is told.

What that is decides `domain.delivery`; here the next channel, the ladder and `ops` learn of it, in one transaction.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from mash_monitor.channels.base import Outcome
from mash_monitor.domain.delivery import DeliveryState, Next
from mash_monitor.domain.escalation import speaking_steps
from mash_monitor.service import ops
from mash_monitor.service.hub import WatchedHub
from mash_monitor.state import alerts, audit, claims, outbox, stops, told
from mash_monitor.state.claims import Claimed
from mash_monitor.state.outbox import Message, Purpose

_TRY_ALL_AGAIN = 600
_STOPPED = "21610"
"""Twilio's word for somebody who has told their carrier STOP."""


def settle(
    connection: Connection, hubs: Mapping[str, WatchedHub], held: Claimed, coming: Next, outcome: Outcome, *, now: int
) -> bool:  # fmt: skip
    """Write what is known and do what follows; False, and nothing done, when another process took over."""
    row = held.row
    values: dict[str, Any] = {
        "next_action_at": None if coming.after is None else now + coming.after,
        "code": outcome.code or (row.code if coming.state is DeliveryState.UNKNOWN else None),
        "evidence": outcome.evidence or row.evidence,
        "repeat": row.repeat or coming.repeat,
    }
    if coming.state is DeliveryState.UNKNOWN:
        # each attempt has its own time: or a second unknown one would be repeated at once, and again
        values["unknown_since"] = now if held.state is DeliveryState.SENDING else row.unknown_since or now
    elif coming.state is DeliveryState.ACCEPTED:
        values |= {"accepted_at": row.accepted_at or now, "unknown_since": None}
    if coming.elsewhere:
        values |= {"otherwise": [], "sought_at": row.sought_at or now}
    if not claims.settle(connection, held, coming.state, now, **values):
        return False
    hub = hubs[row.hub]
    if outcome.code == _STOPPED:
        _stopped(connection, hub, row, now)
    elif row.purpose == Purpose.TEST and coming.state in (DeliveryState.ACCEPTED, DeliveryState.DELIVERED):
        _heard_again(connection, hub, row, now)
    if coming.elsewhere:
        surely_lost = held.state is DeliveryState.SENDING or coming.state is DeliveryState.UNDELIVERED
        may_have_arrived = values["repeat"] or not surely_lost
        if row.otherwise:
            _next_channel(connection, row, now, repeat=may_have_arrived)
        else:
            _nobody_left(connection, hub, row, coming, now)
    return True


def _stopped(connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
    if stops.stop(connection, row.hub, row.person, row.channel, now):
        audit.record(connection, now, row.hub, "stopped", person=row.person)
        said = f"{row.person} has stopped text messages and no longer hears alarms by {row.channel}"
        ops.tell(connection, hub, said, now)


def _heard_again(connection: Connection, hub: WatchedHub, row: Row[Any], now: int) -> None:
    """A test is let through: the carrier knows of no STOP any more, whether or not anybody read the START."""
    if stops.start(connection, row.hub, row.person, row.channel):
        audit.record(connection, now, row.hub, "started", person=row.person)
        ops.tell(connection, hub, f"{row.person} hears alarms by {row.channel} again", now)


def _next_channel(connection: Connection, row: Row[Any], now: int, *, repeat: bool) -> None:
    outbox.put(connection, Message(
        hub=row.hub, purpose=Purpose(row.purpose), person=row.person, channels=tuple(row.otherwise),
        level=row.level, short_ref=row.short_ref, subject=row.subject, body=row.body,
        long_text=row.long_text, html=row.html, contacts=row.contacts, valid_until=row.valid_until,
        alert_ids=told.alert_ids(connection, row.id), follows=row.id, repeat=repeat,
    ), now)  # fmt: skip


def _nobody_left(connection: Connection, hub: WatchedHub, row: Row[Any], coming: Next, now: int) -> None:
    """This person has no further channel: tell `ops`, and press the ladder where nobody else was told."""
    lost = coming.state in (DeliveryState.FAILED, DeliveryState.UNDELIVERED)
    event = "undelivered" if lost else "unconfirmed"
    audit.record(connection, now, row.hub, event, delivery=row.id, person=row.person)
    if row.purpose != Purpose.OPS:  # a message to `ops` that does not arrive is not told to `ops`
        said = f"{row.purpose} {row.short_ref or row.id} to {row.person} by {row.channel} "
        said += "did not arrive" if lost else "is not known to have arrived"
        ops.tell(connection, hub, said, now)
    for alert in alerts.of_delivery(connection, row.id):
        if told.nobody_else_told(connection, alert.id, but=row.id):
            # those for other hours do not help: a ladder that only waits for them tells nobody until then
            steps = speaking_steps(hub.ladder, alert.level, is_open=hub.calendar.is_open(now))
            if not alert.steps_done.issuperset(steps):
                alerts.press(connection, alert, alert.steps_done, now)
            elif coming.after is None:  # nothing more is done about this one
                alerts.press(connection, alert, (), now + _TRY_ALL_AGAIN)
