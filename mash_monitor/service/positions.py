"""Where a hub stands: put together from the ledger after a pass, or from the store for a reading command."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from mash_monitor.contacts import ContactStore, StoreUnavailable
from mash_monitor.domain.contact import Contact, Mark, distrust_future
from mash_monitor.domain.entry import Entry
from mash_monitor.domain.message import Counts, Item
from mash_monitor.domain.position import Position, Quality, StoreSeen, Subject, watch
from mash_monitor.domain.rating import Level, timeline, urgency
from mash_monitor.domain.transition import State
from mash_monitor.domain.words import clock_time, count
from mash_monitor.service import changes
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.measuring import Measured, measured, with_observations
from mash_monitor.state import alarms, hubs, ledger, maintenance, services, slots, undelivered
from mash_monitor.state.database import reading

_NOTICE_SECONDS = 86_400
"""How long a missed report or a failed message stays on every view."""

_REACH = 180 * 86_400
"""How far before an instant a contact is looked for that may have stood open then."""


def from_ledger(connection: Connection, hub: WatchedHub, now: int, counted: Measured | None = None) -> Position:
    """The position as the ledger has it: after a pass, or while the store cannot be read."""
    seen = hubs.seen(connection, hub.name)
    lost_since = seen.last_look_at if seen.trouble else None
    subjects = [entry.subject(lost_since) for entry in ledger.watched(connection, hub.name)]
    store = _Store(StoreSeen(seen.last_look_at, seen.trouble), seen.set_aside, seen.set_aside_examples)
    position = _position(hub, now, subjects, store, counted, said=tuple(notices(connection, hub, now)))
    past = changes.recorded(connection, hub, now)
    return position if past is None else replace(position, changes=past.until(now), reported=past.reported)


def counts(connection: Connection, hub: WatchedHub, now: int) -> Counts:
    """The open contacts by level as the ledger has them, counted in the database."""
    levels = ledger.levels(connection, hub.name, now)
    return Counts(levels[Level.OVERDUE], levels[Level.RED], levels[Level.AMBER], levels[Level.GREEN])


def items(connection: Connection, hub: WatchedHub, ids: Collection[str], now: int) -> tuple[Item, ...]:
    """These contacts as a message names them, the most urgent first."""
    seen, calendar = hubs.seen(connection, hub.name), hub.calendar
    lost_since = seen.last_look_at if seen.trouble else None
    found = sorted(
        ledger.outlooks(connection, hub.name, ids),
        key=lambda item: ((item.parked_until or 0) > now, *urgency(item.contact_id, item.future, now, calendar)),
    )
    return tuple(
        Item(
            item.contact_id, item.future.level(now), due.at if due else None,
            calendar.staffed(now, due.at) if due else None, last_seen=item.missing_since or lost_since,
        )
        for item in found for due in (item.future.deadline,)
    )  # fmt: skip


def as_of_now(hub: WatchedHub, engine: Engine | None, now: int, *, shares: bool = True) -> Position:
    """The position of now, read from the store, with what only the ledger knows.

    Where the store cannot be read, the contacts are those last known, and the position says so. `engine` is
    None before the state database exists. Without `shares` nothing is read but what is open.
    """
    known: dict[str, Entry] = {}
    said: tuple[str, ...] = ()
    seen, past = hubs.Seen(), None
    if engine is not None:
        with reading(engine) as connection:
            known = {entry.contact_id: entry for entry in ledger.watched(connection, hub.name)}
            said = tuple(notices(connection, hub, now))
            seen, past = hubs.seen(connection, hub.name), changes.recorded(connection, hub, now)

    def work(store: ContactStore) -> _Read:
        with store.look(now) as view:
            contacts = {item.contact_id: item for item in view.contacts_maybe_open(now) if item.is_open(now)}
            aside, examples = (
                view.set_aside_total,
                tuple(f"{row.where}: {row.reason}" for row in view.set_aside[:5]),
            )
            elsewhere = view.contacts_of([contact_id for contact_id in known if contact_id not in contacts])
            notes = tuple(view.notes)
        standing = sum(entry.state is State.OPEN for entry in known.values())
        if standing and not contacts and not elsewhere:
            raise StoreUnavailable(emptied(standing))
        contacts.update((key, item) for key, item in elsewhere.items() if item.is_open(now))
        return _Read(contacts, elsewhere.keys(), aside, examples, notes)

    try:
        read = hub.store.read(work)
    except StoreUnavailable as error:
        if engine is None:
            raise
        with reading(engine) as connection:
            position = from_ledger(connection, hub, now)
        lost = [replace(item.subject, seen_at=item.subject.seen_at or seen.last_look_at) for item in position.watched]
        store = _Store(StoreSeen(seen.last_look_at, str(error)), seen.set_aside, seen.set_aside_examples)
        unseen = _position(hub, now, lost, store, None, said=said)
        return replace(unseen, changes=position.changes, reported=position.reported)
    subjects = [subject_of(hub, contact, known.get(key)) for key, contact in read.contacts.items()]
    since = seen.last_look_at or now
    subjects += [
        replace(entry, state=State.MISSING, missing_since=entry.missing_since or since).subject(None)
        for key, entry in known.items() if key not in read.contacts and key not in read.elsewhere
    ]  # fmt: skip
    store = _Store(StoreSeen(now), read.set_aside, read.examples)
    counted = measured(hub, engine, now) if shares else None
    position = _position(hub, now, subjects, store, counted, said=(*read.notes, *said))
    if engine is None or past is None:
        return position
    with reading(engine) as connection:
        decided = ledger.observed(connection, hub.name, read.contacts.keys() - known.keys())
    fresh = changes.unrecorded(position.watched, known, decided)
    return replace(position, changes=past.until(now, fresh), reported=past.reported)


def emptied(standing: int) -> str:
    """What is wrong with a store that has none of the contacts that stood open in it."""
    return f"the contact store answers, but has none of the {count(standing, 'contact')} that stood open"


class _Store(NamedTuple):
    """How a store was read: when, and what could not be watched."""

    seen: StoreSeen
    set_aside: int = 0
    examples: tuple[str, ...] = ()


class _Read(NamedTuple):
    """What a reading command takes from a store: open contacts by id, and which others it has."""

    contacts: dict[str, Contact]
    elsewhere: Collection[str]
    set_aside: int
    examples: tuple[str, ...]
    notes: tuple[str, ...]


def as_of(hub: WatchedHub, engine: Engine | None, at: int, now: int, *, shares: bool = True) -> Position:
    """The position at another instant, reconstructed from the rows as they are now."""
    contacts = hub.store.read(lambda store: list(contacts_at(store, hub, engine, at, now)))
    subjects = [subject_of(hub, contact, None) for contact in contacts]
    counted = measured(hub, engine, at) if shares else None
    position = _position(hub, at, subjects, _Store(StoreSeen(now)), counted)
    return replace(position, reconstructed=True)


def contacts_at(store: ContactStore, hub: WatchedHub, engine: Engine | None, at: int, now: int) -> Iterator[Contact]:
    """Contacts received by `at` and not decided by then, as the rows tell it now."""
    shown: set[str] = set()
    for contact in with_observations(store.contacts_open(now, at), hub, engine, seen_by=at):
        if contact.is_open(at):
            shown.add(contact.contact_id)
            yield contact
    if not store.observed:
        return
    # Rows without a decision time do not tell what was open then, but what the watch observed of them does.
    for contact in with_observations(store.contacts_received(at - _REACH, at + 1, now), hub, engine):
        if contact.contact_id not in shown and contact.is_open(at) and Mark.VOLUME_ONLY not in contact.marks:
            yield contact


def notices(connection: Connection, hub: WatchedHub, now: int) -> Iterator[str]:
    """What must be seen on every view: alarms, missed reports, messages that did not arrive."""
    for kind, detail, _ in alarms.standing(connection, hub.name):
        if kind != alarms.STORE:  # the position itself says how its store was seen
            yield detail
    if (planned := maintenance.planned(connection, hub.name, now)) is not None:
        until = clock_time(planned.until, now, hub.zone)
        yield f"maintenance until {until}: ops is not told of alarms about the service, alerts about contacts go on"
    missed = slots.missed_since(connection, hub.name, now - _NOTICE_SECONDS)
    if missed:
        when = ", ".join(clock_time(slot, now, hub.zone) for slot in missed)
        yield f"{count(len(missed), 'report')} missed: {when}"
    if failed := undelivered.number(connection, hub.name, now - _NOTICE_SECONDS):
        yield f"{count(failed, 'message')} not known to have arrived: see mash-monitor outbox --failed"
    last = services.newest(connection)
    if last is not None and not last.alive(now):
        yield f"the service is not running since {clock_time(last.stopped_at or last.last_tick_at, now, hub.zone)}"


def subject_of(hub: WatchedHub, contact: Contact, entry: Entry | None) -> Subject:
    """A contact of the store as a position shows it, with what only the ledger knows of it."""
    if entry is not None:
        contact = distrust_future(contact, entry.first_seen)
    future = timeline(contact.received, contact.risk, contact.source_group, hub.rules.policy)
    return Subject(
        contact_id=contact.contact_id, children=contact.children, received=contact.received,
        precision=contact.precision, source_code=contact.source_code, source_group=contact.source_group,
        risk=contact.risk, teams=contact.teams, marks=contact.marks, future=future,
        parked_until=entry.parked_until if entry else None, source_desc=contact.source_desc, worker=contact.worker,
    )  # fmt: skip


def _position(
    hub: WatchedHub,
    now: int,
    subjects: Iterable[Subject],
    store: _Store,
    counted: Measured | None,
    *,
    said: tuple[str, ...] = (),
) -> Position:
    watched = watch(subjects, now, hub.rules.policy)
    next_report = hub.schedule.after(now)
    marks = Counter(mark for item in watched for mark in item.subject.marks)
    quality = Quality(
        set_aside=store.set_aside, set_aside_examples=store.examples,
        time_unreadable=marks[Mark.TIME_UNREADABLE], date_only=marks[Mark.DATE_ONLY],
        # only a decided contact can have been decided too early, so these are found among the counted ones
        decided_before_received=counted.decided_before_received if counted else None,
        received_this_month=counted.received_this_month if counted else None,
        unknown_source=marks[Mark.UNKNOWN_SOURCE],
        vanished=sum(item.subject.state is State.MISSING for item in watched),
    )  # fmt: skip
    return Position(
        hub=hub.name, title=hub.title, zone=hub.zone, now=now, next_report=next_report,
        after_next=hub.schedule.after(next_report), watched=watched, quality=quality, store=store.seen,
        calendar=hub.calendar, performance=None if counted is None else tuple(counted.performance),
        intake=None if counted is None else counted.intake, notices=said,
    )  # fmt: skip
