"""One look at a contact store: what is new, changed or gone since the last one.

Only rows whose fingerprint is not in the ledger are parsed, and only contacts of such rows, and of
fingerprints that no row answers to any more, are read whole. So the cost of a look is one streamed read of
the open rows, or of their fingerprints where the database makes them, whatever the store's history.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from sqlalchemy import Engine

from mash_monitor.contacts import ContactStore, Look, Marked, StoreUnavailable
from mash_monitor.domain.contact import Contact, Row, merge
from mash_monitor.domain.transition import State
from mash_monitor.service.folded import Folded
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.positions import emptied
from mash_monitor.state import ledger, sightings
from mash_monitor.state.batches import batches
from mash_monitor.state.database import reading
from mash_monitor.state.hubs import Seen

_EXAMPLES = 5
_LATE_ENTRY = 7 * 86_400
"""How far back a decision is looked for whose contact was recorded late and never seen open."""
_PORTION = 5_000
"""Contacts that are read, and later written, together."""


@dataclass(slots=True)
class Portion:
    """Some of the contacts that may have changed: what the store now says of each, None where it has it no longer.

    `prints` gives the fingerprints of their open rows. `unknown`: nobody has looked at any of them before.
    """

    contacts: dict[str, Contact | None] = field(default_factory=dict)
    prints: dict[str, tuple[int, ...]] = field(default_factory=dict)
    partly_decided: set[str] = field(default_factory=set)
    unknown: bool = False

    def found(self) -> "Portion":
        """Those of them that the store has."""
        found = {key: contact for key, contact in self.contacts.items() if contact is not None}
        return Portion({**found}, self.prints, self.partly_decided, self.unknown)


@dataclass(slots=True)
class Sighting:
    """What a look found. A contact may come in two portions; the later one then holds.

    `any_contact` tells whether the store had any of those it was asked for. With `trouble` it could not be
    read, and nothing else is known.
    """

    portions: Folded[Portion] = field(default_factory=Folded)
    any_contact: bool = False
    set_aside: int = 0
    set_aside_examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    trouble: str | None = None


def look(hub: WatchedHub, engine: Engine, last: Seen, now: int) -> Sighting:
    """Look at a hub's store. Never raises for what is wrong with the store: that is `trouble`."""
    memory = _Memory(hub.name, engine)
    return _bounded(hub, lambda store: _all(store, memory, last.last_look_at, now))


def look_again(hub: WatchedHub, engine: Engine, ids: Collection[str], now: int) -> Sighting:
    """Read just these contacts by key, as before telling that one is overdue."""

    def these(store: ContactStore) -> Sighting:
        with store.look(now) as view:
            read = _Reading(view, _Memory(hub.name, engine), now)
            read.by_key(ids)
            return read.found

    return _bounded(hub, these, patience=1)


def _bounded(hub: WatchedHub, work: Callable[[ContactStore], Sighting], patience: int = 3) -> Sighting:
    try:
        return hub.store.read(work, patience)
    except StoreUnavailable as error:
        return Sighting(trouble=str(error))


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the ledger remembers of one hub; each question is a short look at it."""

    hub: str
    engine: Engine

    def known(self) -> tuple[set[int], set[str]]:
        """The fingerprints of open rows, and the contacts to be read again whatever their rows say."""
        with reading(self.engine) as connection:
            return sightings.fingerprints(connection, self.hub), ledger.to_reread(connection, self.hub)

    def owners(self, prints: Collection[int]) -> set[str]:
        with reading(self.engine) as connection:
            return sightings.owners(connection, self.hub, prints)

    def first_seen(self, ids: Collection[str]) -> dict[str, int]:
        with reading(self.engine) as connection:
            return {key: seen.first_seen for key, seen in ledger.observed(connection, self.hub, ids).items()}

    def open_contacts(self) -> int:
        with reading(self.engine) as connection:
            return ledger.count(connection, self.hub, State.OPEN)


def _all(store: ContactStore, memory: _Memory, last_look: int | None, now: int) -> Sighting:
    known, wanted = memory.known()
    with store.look(now) as view:
        read = _Reading(view, memory, now)
        found = read.found
        if last_look is not None or store.observed:
            wanted |= read.news(known)
        else:
            wanted = read.side_by_side()
        found.set_aside = view.set_aside_total
        found.set_aside_examples = tuple(f"{row.where}: {row.reason}" for row in view.set_aside[:_EXAMPLES])
        if known:
            wanted |= memory.owners(known)  # what is left of the known rows, no open row answered to
        read.by_key(wanted)
        if store.observed:
            read.by_key(_decided_unseen(view, memory, wanted, (last_look or now) - _LATE_ENTRY))
        found.notes = tuple(view.notes)
    if not found.any_contact and (were := memory.open_contacts()):
        raise StoreUnavailable(emptied(were))
    return found


def _is_open(row: Row, now: int) -> bool:
    return row.decided is None or row.decided.latest > now


def _decided_unseen(view: Look, memory: _Memory, but: set[str], since: int) -> set[str]:
    """Contacts with an outcome that nobody saw open: their decision is observed now."""
    ids = {view.contact_id(raw) for chunk in view.observed_rows(since) for raw in chunk}
    fresh = {contact_id for contact_id in ids if contact_id is not None} - but
    return fresh - memory.first_seen(fresh).keys()


@dataclass(slots=True)
class _Reading:
    """Reads contacts whole, portion by portion, into what was found."""

    view: Look
    memory: _Memory
    now: int
    found: Sighting = field(default_factory=Sighting)

    def news(self, known: set[int]) -> set[str]:
        """The contacts of open rows that are not among the known, from which those are struck that are."""
        were, ids = len(known), set[str]()
        for raw in self.view.unknown_rows(known):
            self.found.any_contact = True
            self.view.contact_id(raw)  # an id in blanks is then found again without reading the whole store
            row = self.view.parse(raw)
            if isinstance(row, Row) and _is_open(row, self.now):
                ids.add(row.contact_id)
        self.found.any_contact |= len(known) < were
        return ids

    def by_key(self, ids: Collection[str]) -> None:
        """Read these contacts; None for each that the store does not have."""
        for some in batches(sorted(ids), _PORTION):  # sorted, so that the same look is written the same way
            rows: dict[str, list[Marked]] = {contact_id: [] for contact_id in some}
            for each in self.view.rows_of(some):
                if (contact_id := self.view.contact_id(each[0])) in rows:  # a database may find C-1 for c-1
                    rows[contact_id].append(each)
            self._add(rows)

    def side_by_side(self) -> set[str]:
        """Read all contacts that may be open, none of which is known. Returns those to be read by key all the same."""
        shown, again = set[str](), set[str]()
        for some in batches(self.view.open_siblings(), _PORTION):
            rows: dict[str, list[Marked]] = {}
            for siblings in some:
                contact_id = self.view.contact_id(siblings[0][0])
                if contact_id is None:
                    for raw, _ in siblings:
                        self.view.parse(raw)  # sets it aside: nobody can watch it
                elif (
                    contact_id in shown
                    or contact_id in rows
                    or any(isinstance(raw[0], str) and raw[0] != contact_id for raw, _ in siblings)
                ):
                    again.add(contact_id)  # not all of its rows came together: c-1 beside C-1, or in two spellings
                else:
                    rows[contact_id] = siblings
            shown.update(rows)
            self._add(rows, unknown=True)
        return again

    def _add(self, rows: dict[str, list[Marked]], *, unknown: bool = False) -> None:
        portion = Portion(unknown=unknown)
        for contact_id, of_contact in rows.items():
            parsed = [(mark, row) for raw, mark in of_contact if isinstance(row := self.view.parse(raw), Row)]
            still_open = tuple(mark for mark, row in parsed if _is_open(row, self.now))
            if unknown and not still_open:
                continue
            portion.contacts[contact_id] = merge([row for _, row in parsed]) if parsed else None
            if still_open:
                portion.prints[contact_id] = still_open
            if any(row.decided is not None for _, row in parsed):  # also one to come: that row will not change
                portion.partly_decided.add(contact_id)
        self.found.any_contact |= any(portion.contacts.values())
        self.found.portions.append(portion)
