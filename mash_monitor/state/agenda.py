"""What is to be done now, in one question to the database: an idle tick asks no other."""

from dataclasses import dataclass

from sqlalchemy import Connection, Integer, bindparam, literal, or_, select, union_all

from mash_monitor.state import outbox
from mash_monitor.state.ledger import WATCHED
from mash_monitor.state.schema import alerts, deliveries, hubs, ledger, maintenance, services, slots

_NOW = bindparam("now", type_=Integer)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Hubs for which something is due, and whether any message is.

    `reports`: a slot may be claimed; `contacts`: one has passed its deadline, or is parked no longer; `ladder`: it
    may have something to say, or an acknowledgement lapses; `maintenance`: it is over; `stores`: the last look at
    it failed. `as_left`: the last sign of life of the process that asks stands as it was written; it does not where
    another one has put the records right since.
    """

    reports: frozenset[str]
    contacts: frozenset[str]
    ladder: frozenset[str]
    maintenance: frozenset[str]
    stores: frozenset[str]
    messages: bool
    as_left: bool

    def concerns(self, hub: str) -> bool:
        """Whether anything but a report is to be done for this hub."""
        return hub in self.contacts or hub in self.ladder or hub in self.maintenance


_CONTACT, _SLOT, _ALERT = ledger.c, slots.c, alerts.c

_QUERY = union_all(
    select(literal("reports"), _SLOT.hub).where(
        or_(_SLOT.state == "due", (_SLOT.state == "running") & (_SLOT.lease_until < _NOW))
    ),
    select(literal("contacts"), _CONTACT.hub).where(_CONTACT.next_change_at <= _NOW, _CONTACT.overdue_at <= _NOW),
    select(literal("contacts"), _CONTACT.hub).where(_CONTACT.parked_until <= _NOW, _CONTACT.state.in_(WATCHED)),
    select(literal("ladder"), _ALERT.hub).where(_ALERT.next_step_at <= _NOW, _ALERT.ended_at.is_(None)),
    select(literal("maintenance"), maintenance.c.hub).where(maintenance.c.until <= _NOW),
    select(literal("stores"), hubs.c.hub).where(hubs.c.trouble.is_not(None)),
    select(literal("as_left"), services.c.instance).where(
        services.c.instance == bindparam("instance"), services.c.last_tick_at == bindparam("signed_at", type_=Integer)
    ),
    select(literal("messages"), literal("")).where(select(deliveries.c.id).where(outbox.due(_NOW)).exists()),
)


def agenda(connection: Connection, now: int, instance: str, signed_at: int) -> Agenda:
    """What is due at `now`, for all hubs, asked by a process that gave its last sign of life at `signed_at`."""
    due: dict[str, set[str]] = {}
    for what, hub in connection.execute(_QUERY, {"now": now, "instance": instance, "signed_at": signed_at}):
        due.setdefault(what, set()).add(hub)
    reports, contacts, ladder, over, stores = (
        frozenset(due.get(what, ())) for what in ("reports", "contacts", "ladder", "maintenance", "stores")
    )
    return Agenda(reports, contacts, ladder, over, stores, "messages" in due, "as_left" in due)
