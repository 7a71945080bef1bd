"""What must hold of a hub's records, beside what its providers know to be true."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, func, select

from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.rating import Level
from mash_monitor.service import auditor
from mash_monitor.state import audit as chain
from mash_monitor.state.database import reading
from mash_monitor.state.oversight import Amiss
from mash_monitor.state.schema import (
    alerts,
    attempts,
    audit,
    deliveries,
    delivery_alerts,
    ledger,
    maintenance,
    slots,
    transitions,
)  # fmt: skip
from tests.faults.carrier import Mail, Taken
from tests.integration.service.town import Town

_FALLS_TO: Mapping[str, set[str]] = {
    "accepted": {"accepted", "delivered", "undelivered"},
    **{state.value: {state.value} for state in DeliveryState if state.is_final},
}
"""From which state only which can follow; from all others anything may."""
_CANARIES = ("Canary", "+4477")


def alerts_match(town: Town) -> None:
    """Each red or overdue contact that is not parked has one open alert, of its level; no other has one."""
    should = {
        row.contact_id: row.level
        for row in town.rows(ledger, ledger.c.state.in_(("open", "missing")), ledger.c.parked_until.is_(None))
        if row.level in ("red", "overdue")
    }
    standing = [(row.contact_id, row.level) for row in town.rows(alerts, alerts.c.ended_at.is_(None))]
    assert sorted(standing) == sorted(should.items())


def red_is_never_dropped(town: Town) -> None:
    """A red alert that ended has another in its place since then, or was no longer needed."""
    told = town.rows(alerts)
    changes = {(row.contact_id, row.at, row.kind) for row in town.rows(transitions)}
    for row in told:
        if row.ended_at is None or row.level != Level.RED.value:
            continue
        followed = any(
            later.contact_id == row.contact_id and later.raised_at == row.ended_at and later.id > row.id
            for later in told
        )
        needless = row.end_reason in ("parked", "now green", "now amber") or (
            (row.contact_id, row.ended_at, "decided") in changes
        )
        assert followed or needless, (row.contact_id, row.end_reason)


def states_never_fall(before: dict[int, str], rows: Iterable[Row[Any]]) -> None:
    """What is known of a delivery is never less than before; `before` is brought up to date."""
    for row in rows:
        known = before.get(row.id)
        assert known is None or row.state in _FALLS_TO.get(known, {row.state}), (row.id, known, row.state)
        before[row.id] = row.state


def repeats_say_so(town: Town, channels: Iterable[Mail]) -> None:
    """Nobody gets a message twice but for an attempt whose outcome was unknown, and the second says what it is."""
    rows = {row.id: row for row in town.rows(deliveries)}
    unknown = Counter(row.delivery_id for row in town.rows(attempts) if row.result in (None, "unknown"))
    copies: dict[int, list[Taken]] = {}
    for channel in channels:
        for taken in channel.taken:
            copies.setdefault(taken.envelope.delivery_id, []).append(taken)
    for key, several in copies.items():
        row = rows[key]
        assert len(several) <= 1 + unknown[key], (key, several)
        plain = [taken for taken in several if not taken.envelope.body.startswith("REPEAT ")]
        assert len(plain) <= 1, (key, several)
        assert all(taken.envelope.body.removeprefix("REPEAT ") == row.body for taken in several)
        if row.short_ref is not None and row.purpose == "alert":
            assert all(taken.envelope.body.endswith(f"Reply ACK {row.short_ref}") for taken in several)


def every_slot_is_accounted_for(town: Town, came: set[int]) -> None:
    """No report slot that came is forgotten."""
    assert not came - {row.slot_at for row in town.rows(slots)}


def slots_done(town: Town) -> set[int]:
    """Slots whose report was made."""
    return {row.slot_at for row in town.rows(slots, slots.c.state == "done")}


def reports(town: Town) -> int:
    """How many full passes were ever written."""
    return len(town.rows(audit, audit.c.event == "report"))


def nothing_personal(town: Town, channels: Iterable[Mail]) -> None:
    """No name, and no telephone number, in any record or message."""
    for table, rows in town.everything().items():
        for row in rows:
            assert not any(canary in str(value) for value in row for canary in _CANARIES), (table, row)
    for channel in channels:
        for taken in channel.taken:
            assert "Canary" not in f"{taken.envelope.subject}{taken.envelope.body}{taken.envelope.text}"


def all_is_well(town: Town, now: int) -> None:
    """The auditor finds nothing, and the audit chain is whole. What is held back by maintenance `ops` hears later."""
    held_back = {(town.name, Amiss.OPS)} if town.rows(maintenance) else set()
    with reading(town.engine) as connection:
        seen = auditor.inspect(connection, {town.name: town.hub}, now, up_since=now - 86_400)
        assert seen.found.keys() <= held_back, seen.found
        assert chain.verify(connection)[1] is None


def live(town: Town) -> set[int]:
    """Alerts that stand and that nobody has acknowledged."""
    return {row.id for row in town.rows(alerts, alerts.c.ended_at.is_(None), alerts.c.acknowledged_at.is_(None))}


def reached(town: Town, channels: Iterable[Mail]) -> set[int]:
    """Alerts of which a message really arrived."""
    arrived = {taken.envelope.delivery_id for channel in channels for taken in channel.taken if taken.arrived}
    return {row.alert_id for row in town.rows(delivery_alerts) if row.delivery_id in arrived}


def still_wanted(town: Town, delivery_id: int) -> bool:
    """Whether something that an alert message names still stands, and nobody has acknowledged it."""
    with reading(town.engine) as connection:
        standing = (
            select(func.count())
            .select_from(delivery_alerts.join(alerts, alerts.c.id == delivery_alerts.c.alert_id))
            .where(delivery_alerts.c.delivery_id == delivery_id, alerts.c.ended_at.is_(None),
                   alerts.c.acknowledged_at.is_(None))
        )  # fmt: skip
        purpose = connection.scalar(select(deliveries.c.purpose).where(deliveries.c.id == delivery_id))
        return purpose != "alert" or bool(connection.scalar(standing))
