"""The account of one contact, and of the outbox: what happened, why, and who was told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, Row

from mash_monitor.contacts import ContactStore, StoreUnavailable
from mash_monitor.domain.account import Account, Attempt, Change, Sent, TimescaleAccount
from mash_monitor.domain.contact import FUTURE_TOLERANCE, Contact, distrust_future
from mash_monitor.domain.decision import decision
from mash_monitor.domain.delivery import DeliveryState
from mash_monitor.domain.entry import Entry, first_decision
from mash_monitor.domain.message import safe_reference
from mash_monitor.domain.position import Watched, watch
from mash_monitor.domain.timescale import deadline, steps
from mash_monitor.domain.words import clock_time
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.positions import subject_of
from mash_monitor.state import ledger, told, transitions, undelivered
from mash_monitor.state.database import reading


def named(hub: WatchedHub, engine: Engine | None, reference: str) -> str:
    """The contact id that a message meant by this reference; the reference itself where it is an id."""
    if engine is None or not reference.startswith("#"):
        return reference
    with reading(engine) as connection:
        ids = (entry.contact_id for entry in ledger.watched(connection, hub.name))
        return next((contact_id for contact_id in ids if safe_reference(contact_id) == reference), reference)


def account(hub: WatchedHub, engine: Engine | None, contact_id: str, now: int, at: int | None = None) -> Account | None:
    """Everything about one contact, from the store and from the records; None where nobody knows it.

    With `at` the contact stands as it did then, by its rows as they are now; history and messages are all
    there are. Raises StoreUnavailable only where the records do not know it either.
    """
    at = now if at is None else at
    entry: Entry | None = None
    history: tuple[Change, ...] = ()
    sent: tuple[Sent, ...] = ()
    if engine is not None:
        with reading(engine) as connection:
            entry = ledger.entries(connection, hub.name, [contact_id]).get(contact_id)
            history = tuple(transitions.history(connection, hub.name, contact_id))
            rows = told.of_contact(connection, hub.name, contact_id)
            tried = told.attempts_of(connection, [row.id for row in rows])
            sent = tuple(sent_of(row, tried.get(row.id, ())) for row in rows)

    def work(store: ContactStore) -> Contact | None:
        contact = store.contacts([contact_id], now).get(contact_id)
        if contact and entry:
            contact = _observed(contact, entry)
        return _as_at(contact, at) if contact and at < now else contact

    unread = False
    try:
        contact = hub.store.read(work)
    except StoreUnavailable:
        if entry is None:
            raise
        contact, unread = None, True
    if contact is None and entry is None:
        return None
    received = contact.received if contact else entry.received if entry else None
    risk, group = (
        (contact.risk, contact.source_group) if contact else (entry.risk, entry.source_group) if entry else ("", "")
    )
    return Account(
        contact_id=contact_id, hub=hub.name, title=hub.title, now=at, contact=contact, received=received,
        timescales=() if received is None else _timescales(hub, received, risk, group),
        watched=_watched(hub, contact, entry, at),
        status=_status(hub, contact, entry, unread, at),
        history=history, deliveries=sent,
    )  # fmt: skip


def _observed(contact: Contact, entry: Entry) -> Contact:
    """The contact as the watch saw it. One that was reopened stands as it does now, whichever decision counts."""
    trusted = distrust_future(contact, entry.first_seen)
    return trusted if entry.reopened else first_decision(trusted, entry.decided, reopened=False)


def _as_at(contact: Contact, at: int) -> Contact:
    """The contact without what came later."""
    if contact.decided is None or contact.decided.earliest <= at:
        return contact
    return replace(contact, decided=None, outcome=None, converted=False)


def _timescales(hub: WatchedHub, received: int, risk: str, group: str) -> tuple[TimescaleAccount, ...]:
    return tuple(
        TimescaleAccount(
            timescale, tuple(steps(timescale, received, hub.calendar)), deadline(timescale, received, hub.calendar)
        )
        for timescale in hub.rules.policy.timescales
        if timescale.applies(risk, group)
    )


def _watched(hub: WatchedHub, contact: Contact | None, entry: Entry | None, now: int) -> Watched | None:
    if contact is not None:
        if not contact.is_open(now) or (contact.received or now) > now + FUTURE_TOLERANCE:
            return None
        subject = subject_of(hub, contact, entry)
    elif entry is not None and entry.watched:
        subject = entry.subject(None)
    else:
        return None
    return watch([subject], now, hub.rules.policy)[0]


def _status(hub: WatchedHub, contact: Contact | None, entry: Entry | None, unread: bool, now: int) -> str:
    if unread and entry is not None:
        return f"{entry.standing}, as last known: the contact store cannot be read now"
    if contact is None:
        if entry is None or entry.missing_since is None:
            return "not in the store"
        return f"not in the store since {clock_time(entry.missing_since, now, hub.zone)}"
    if contact.received is not None and contact.received > now + FUTURE_TOLERANCE:
        return f"not received until {clock_time(contact.received, now, hub.zone)}"
    said = "open" if contact.is_open(now) else decision(contact, hub.rules.policy, now)
    if entry is None or not entry.reopened or entry.decided is None or entry.decided.earliest > now:
        return said
    first = decision(replace(contact, decided=entry.decided, early=None), hub.rules.policy, now)
    return f"{'open again' if said == 'open' else said}; first {first}, and that decision counts"


def deliveries(
    hub: WatchedHub, engine: Engine | None, *, failed: bool = False, pending: bool = False
) -> tuple[list[Sent], int]:
    """The outbox, the newest first, and how many older ones are left out; only failed ones, or unsettled ones."""
    if engine is None:
        return [], 0
    states = (*(undelivered.FAILED if failed else ()), *(told.UNSETTLED if pending else ()))
    with reading(engine) as connection:
        found = [sent_of(row) for row in told.listing(connection, hub.name, states)]
        return found, told.number(connection, hub.name, states) - len(found)


def sent_of(row: Row[Any], tried: Sequence[Row[Any]] = ()) -> Sent:
    """A delivery as people see it, with its attempts where they are given."""
    evidence = " ".join(part for part in (row.evidence, row.code) if part)
    return Sent(
        id=row.id, at=row.created_at, person=row.person, channel=row.channel, purpose=row.purpose, level=row.level,
        state=row.state, short_ref=row.short_ref, contacts=row.contacts, evidence=evidence,
        next_action_at=row.next_action_at, attempts=tuple(_attempts(row, tried)),
    )  # fmt: skip


_CAME_OF_IT = {
    DeliveryState.PENDING: "not taken, tried again", DeliveryState.FAILED: "not taken",
    DeliveryState.UNKNOWN: "no answer, it may have gone out",
}  # fmt: skip


def _attempts(row: Row[Any], tried: Sequence[Row[Any]]) -> Iterator[Attempt]:
    """An attempt after one that may have gone out says that it repeats; so do all where the delivery began as such."""
    unsure = (None, DeliveryState.UNKNOWN)
    repeat = row.repeat and not any(each.result in unsure for each in tried[:-1])
    for each in tried:
        result = None if each.result is None else DeliveryState(each.result)
        said = "no end is known" if result is None else _CAME_OF_IT.get(result, result.value)
        yield Attempt(each.started_at, f"{said} ({each.code})" if each.code else said, repeat)
        repeat = repeat or each.result in unsure
