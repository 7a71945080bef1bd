"""One look at a contact store: what is new, changed or gone since the last one.

Only rows whose fingerprint is not in the ledger are parsed, and only contacts of such rows, and of
fingerprints that no row answers to any more, are read whole. So the cost of a look is one streamed read of
the open rows, whatever the store's history.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Engine

from mash_monitor.contacts import ContactStore, Look, RawRow, SetAside, StoreUnavailable, fingerprint, fingerprints
from mash_monitor.domain.contact import Contact, Row, distrust_future, merge
from mash_monitor.domain.transition import State
from mash_monitor.service.hub import WatchedHub
from mash_monitor.service.positions import emptied
from mash_monitor.state import ledger
from mash_monitor.state.database import reading
from mash_monitor.state.hubs import Seen

_EXAMPLES = 5
_LATE_ENTRY = 7 * 86_400
"""How far back a decision is looked for whose contact was recorded late and never seen open."""


@dataclass(slots=True)
class Sighting:
    """What a look found. `contacts` maps each contact that may have changed to what the store now says of
    it, None where the store no longer has it; `prints` gives the fingerprints of its open rows.

    With `trouble` the store could not be read, and nothing else is known.
    """

    contacts: dict[str, Contact | None] = field(default_factory=dict)
    prints: dict[str, tuple[int, ...]] = field(default_factory=dict)
    partly_decided: set[str] = field(default_factory=set)
    set_aside: int = 0
    set_aside_examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    trouble: str | None = None


def look(hub: WatchedHub, engine: Engine, last: Seen, now: int) -> Sighting:
    """Look at a hub's store. Never raises for what is wrong with the store: that is `trouble`."""
    return _bounded(hub, engine, now, lambda store: _all(store, _Memory(hub.name, engine), last.last_look_at, now))


def look_again(hub: WatchedHub, engine: Engine, ids: Collection[str], now: int) -> Sighting:
    """Read just these contacts by key, as before telling that one is overdue."""

    def these(store: ContactStore) -> Sighting:
        found = Sighting()
        with store.look(now) as view:
            _collect(found, view, ids, now)
        return found

    return _bounded(hub, engine, now, these, patience=1)


def _bounded(
    hub: WatchedHub, engine: Engine, now: int, work: Callable[[ContactStore], Sighting], patience: int = 3
) -> Sighting:
    try:
        found = hub.store.read(work, patience)
    except StoreUnavailable as error:
        return Sighting(trouble=str(error))
    first_seen = _Memory(hub.name, engine).first_seen(found.contacts)
    for contact_id, contact in found.contacts.items():
        if contact is not None:
            found.contacts[contact_id] = distrust_future(contact, first_seen.get(contact_id, now))
    return found


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the ledger remembers of one hub; each question is a short look at it."""

    hub: str
    engine: Engine

    def known(self) -> tuple[set[int], set[str]]:
        """The fingerprints of open rows, and the contacts to be read again whatever their rows say."""
        with reading(self.engine) as connection:
            return ledger.fingerprints(connection, self.hub), ledger.to_reread(connection, self.hub)

    def owners(self, prints: Collection[int]) -> set[str]:
        with reading(self.engine) as connection:
            return ledger.contacts_with(connection, self.hub, prints)

    def first_seen(self, ids: Collection[str]) -> dict[str, int]:
        with reading(self.engine) as connection:
            return {key: seen.first_seen for key, seen in ledger.observed(connection, self.hub, ids).items()}

    def open_contacts(self) -> int:
        with reading(self.engine) as connection:
            return ledger.count(connection, self.hub, State.OPEN)


def _all(store: ContactStore, memory: _Memory, last_look: int | None, now: int) -> Sighting:
    found, any_row = Sighting(), False
    known, wanted = memory.known()
    with store.look(now) as view:
        for chunk in view.open_rows():
            any_row = True
            wanted.update(_news(chunk, known, view, now))
        found.set_aside = view.set_aside_total
        found.set_aside_examples = tuple(f"{row.where}: {row.reason}" for row in view.set_aside[:_EXAMPLES])
        wanted |= memory.owners(known)  # what is left of the known rows, no open row answered to
        _collect(found, view, wanted, now)
        if store.observed:
            _collect(found, view, _decided_unseen(view, memory, wanted, (last_look or now) - _LATE_ENTRY), now)
        found.notes = tuple(view.notes)
    if not any_row and not any(found.contacts.values()) and (were := memory.open_contacts()):
        raise StoreUnavailable(emptied(were))
    return found


def _news(chunk: Sequence[RawRow], known: set[int], view: Look, now: int) -> Iterable[str]:
    """The contacts of open rows that are not among the known; known ones are struck from the set."""
    strike = known.remove
    for raw, mark in zip(chunk, fingerprints(chunk), strict=True):
        try:
            strike(mark)  # one search instead of two: nearly every row is known
            continue
        except KeyError:
            pass
        view.contact_id(raw)  # an id with blanks around it is then found again without reading the whole store
        row = view.parse(raw)
        if not isinstance(row, SetAside) and (row.decided is None or row.decided.latest > now):
            yield row.contact_id


def _decided_unseen(view: Look, memory: _Memory, but: set[str], since: int) -> set[str]:
    """Contacts with an outcome that nobody saw open: their decision is observed now."""
    ids = {view.contact_id(raw) for chunk in view.observed_rows(since) for raw in chunk}
    fresh = {contact_id for contact_id in ids if contact_id is not None} - but
    return fresh - memory.first_seen(fresh).keys()


def _collect(found: Sighting, view: Look, ids: Collection[str], now: int) -> None:
    """Read these contacts whole into the sighting; None for each that the store does not have."""
    rows: dict[str, list[Row]] = {}
    ordered = sorted(ids)  # so that the same look is written the same way
    for raw in view.rows_of(ordered):
        row = view.parse(raw)
        if isinstance(row, SetAside):
            continue
        rows.setdefault(row.contact_id, []).append(row)
        if row.decided is None or row.decided.latest > now:
            found.prints[row.contact_id] = (*found.prints.get(row.contact_id, ()), fingerprint(raw))
        if row.decided is not None:  # also where the decision is still to come: then the row will not change
            found.partly_decided.add(row.contact_id)
    for contact_id in ordered:
        found.contacts[contact_id] = merge(rows[contact_id]) if contact_id in rows else None
