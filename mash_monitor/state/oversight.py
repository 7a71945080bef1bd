"""What the records themselves show to be amiss, in one question to the database."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, Select, bindparam, exists, func, literal, null, or_, select, union_all

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.rating import Level
from mash_monitor.state.ledger import WATCHED
from mash_monitor.state.outbox import Purpose
from mash_monitor.state.schema import alarms, alerts, deliveries, delivery_alerts, ledger, slots


class Amiss(StrEnum):
    """What can be amiss; its value names the alarm that is raised."""

    UNALERTED = "audit_unalerted"
    """An open contact is red or overdue, and no alert stands for it."""
    UNRAISED = "audit_unraised"
    """A contact has passed its deadline, and is not recorded as overdue."""
    UNHEARD = "audit_unheard"
    """Of a live alert there is no evidence of delivery, and nothing more is going to be done."""
    UNSPOKEN = "audit_unspoken"
    """The ladder should have spoken by now."""
    UNSENT = "audit_unsent"
    """A message should have been sent, or asked about, by now."""
    UNREPORTED = "audit_unreported"
    """A report has come due and is not done."""
    OPS = "audit_ops"
    """The last message to `ops` did not arrive; and once that stands, none has gone out for a while since."""


class Found(NamedTuple):
    """How often something is amiss in a hub; None for `number` where an alarm about it stands already."""

    what: Amiss
    hub: str
    number: int | None


class LatestSlot(NamedTuple):
    """The newest report slot that is accounted for."""

    hub: str
    slot_at: int


_NOW, _LATE, _SLOT_LATE, _LATELY, _SLOTS_SINCE = (
    bindparam(name, type_=Integer) for name in ("now", "late", "slot_late", "lately", "slots_since")
)
_STATE = DeliveryState
_TAKEN = [_STATE.DELIVERED.value, _STATE.SHOWN.value, _STATE.ACCEPTED.value]
_LIVE = (alerts.c.ended_at.is_(None), alerts.c.acknowledged_at.is_(None))


def _count(what: Amiss, hub: Any, *conditions: Any) -> Select[Any]:
    return select(literal(what.value), hub, func.count()).where(*conditions).group_by(hub)


_HAS_ALERT = exists().where(
    alerts.c.hub == ledger.c.hub, alerts.c.contact_id == ledger.c.contact_id, alerts.c.level == ledger.c.level,
    alerts.c.ended_at.is_(None),
)  # fmt: skip
_EVIDENCE_OR_ACTION = (
    exists()
    .where(
        delivery_alerts.c.alert_id == alerts.c.id,
        deliveries.c.id == delivery_alerts.c.delivery_id,
        or_(
            deliveries.c.state.in_(_TAKEN),
            deliveries.c.state.in_([_STATE.PENDING.value, _STATE.SENDING.value, _STATE.UNKNOWN.value])
            & deliveries.c.next_action_at.is_not(None),
        ),
    )
    .correlate(alerts)
)
_LOST = [_STATE.FAILED.value, _STATE.UNDELIVERED.value]
_later = deliveries.alias("later")
_OPS_STANDS = exists().where(
    alarms.c.hub == _later.c.hub, alarms.c.kind == Amiss.OPS.value, alarms.c.ended_at.is_(None)
)
# While it does not stand, one on its way is given its time. Once it does, only one that was taken, and for some
# minutes has not come back, is a reason to say that it is over: else it would end and stand by turns, and nobody hear.
_OPS_HEARD_SINCE = exists().where(
    _later.c.hub == deliveries.c.hub, _later.c.purpose == Purpose.OPS.value, _later.c.id > deliveries.c.id,
    or_(
        _later.c.state.not_in([*_LOST, _STATE.CANCELLED.value]) & ~_OPS_STANDS,
        _later.c.state.in_(_TAKEN) & (_later.c.created_at <= _LATE),
    ),
)  # fmt: skip

_QUERY = union_all(
    _count(
        Amiss.UNALERTED, ledger.c.hub, ledger.c.state.in_(WATCHED),
        ledger.c.level.in_([Level.RED.value, Level.OVERDUE.value]),
        or_(ledger.c.parked_until.is_(None), ledger.c.parked_until <= _LATE), ~_HAS_ALERT,
    ),
    _count(
        Amiss.UNRAISED, ledger.c.hub, ledger.c.next_change_at <= _LATE, ledger.c.overdue_at <= _LATE,
        or_(ledger.c.parked_until.is_(None), ledger.c.parked_until <= _NOW),
    ),
    _count(Amiss.UNHEARD, alerts.c.hub, *_LIVE, alerts.c.next_step_at.is_(None), ~_EVIDENCE_OR_ACTION),
    _count(Amiss.UNSPOKEN, alerts.c.hub, *_LIVE, alerts.c.next_step_at <= _LATE),
    _count(
        Amiss.UNSENT, deliveries.c.hub, deliveries.c.next_action_at <= _LATE,
        deliveries.c.state.in_([_STATE.PENDING.value, _STATE.SENDING.value, _STATE.UNKNOWN.value,
                                _STATE.ACCEPTED.value]),
    ),
    _count(Amiss.UNREPORTED, slots.c.hub, slots.c.state.in_(("due", "running")), slots.c.slot_at < _SLOT_LATE),
    _count(
        Amiss.OPS, deliveries.c.hub, deliveries.c.purpose == Purpose.OPS.value, deliveries.c.state.in_(_LOST),
        deliveries.c.created_at >= _LATELY, ~_OPS_HEARD_SINCE,
    ),
    select(alarms.c.kind, alarms.c.hub, null()).where(
        alarms.c.ended_at.is_(None), alarms.c.kind.in_([each.value for each in Amiss])
    ),
    select(literal("slot"), slots.c.hub, func.max(slots.c.slot_at))
    .where(slots.c.slot_at >= _SLOTS_SINCE)
    .group_by(slots.c.hub),
)  # fmt: skip


def oversee(
    connection: Connection, now: int, *, late: int, slot_late: int, lately: int, slots_since: int
) -> tuple[Sequence[Found], Sequence[LatestSlot]]:
    """What is amiss at `now`, and the newest slot of each hub that had one at `slots_since` or later.

    What should have been done at `late` or before, a report before `slot_late`, is late. Messages to `ops` count
    from `lately` on.
    """
    asked = {"now": now, "late": late, "slot_late": slot_late, "lately": lately, "slots_since": slots_since}
    rows = connection.execute(_QUERY, asked).all()
    found = [Found(Amiss(what), hub, number) for what, hub, number in rows if what != "slot"]
    return found, [LatestSlot(hub, at) for what, hub, at in rows if what == "slot"]
