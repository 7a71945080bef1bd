"""One look at a contact store: everything it reads, it reads at one position."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy import URL

from mash_monitor.contacts.errors import NotInBulk, store_errors
from mash_monitor.contacts.notices import SetAside
from mash_monitor.contacts.rows import Chunks, Marked, RawRow, RowParser, contact_id
from mash_monitor.contacts.times import read_time
from mash_monitor.domain.contact import FUTURE_TOLERANCE, Contact, Row, merge

if TYPE_CHECKING:
    from mash_monitor.contacts.chunks import Columns, Visits
    from mash_monitor.contacts.visits import Seen
    from mash_monitor.domain.case import Plain

_KEPT = 100
_AT_ONCE = 5_000

_Chunk = TypeVar("_Chunk")


class RawRows(Protocol):
    """What a table and a query both can give."""

    def open(self, now: int) -> Chunks: ...
    def unknown(self, now: int, known: set[int]) -> Chunks: ...
    def marked(self, chunk: Sequence[RawRow]) -> Iterable[Marked]: ...
    def observed(self, since: int) -> Chunks: ...
    def keyed(self, ids: Sequence[str], *, worker: bool = False) -> Chunks: ...
    def keyed_trimmed(self, ids: Sequence[str], *, worker: bool = False) -> Chunks: ...
    def siblings_of_open(self, now: int, *, worker: bool) -> Chunks: ...
    def siblings_of_received(self, start: int, end: int) -> Chunks: ...
    def received(self, start: int, end: int) -> "Iterator[Columns] | None": ...
    def visits(self, start: int, end: int) -> "Iterator[Visits]": ...
    def without_time(self, now: int) -> Chunks: ...
    def first_receipt(self) -> object: ...


class Look:
    """Reads rows and parses them. `now` is the moment of reading.

    `set_aside` keeps the first rows that could not be watched, `set_aside_total` counts all; `notes` says
    what people should know about the look itself. Exhaust one stream before starting another: some drivers
    hold only one. Every method raises StoreUnavailable or StoreMisconfigured.
    """

    def __init__(self, rows: RawRows, parser: RowParser, url: URL, now: int, *, absent: set[str]) -> None:
        self.now = now
        self.notes: list[str] = []
        self.set_aside: list[SetAside] = []
        self.set_aside_total = 0
        self._rows = rows
        self._parser = parser
        self._url = url
        self._spellings: dict[str, set[str]] = {}
        self._absent = absent

    def tell(self, notes: Sequence[str], set_aside: Sequence[SetAside]) -> None:
        """Add what was found before the first row could be read."""
        self.notes.extend(notes)
        for row in set_aside:
            self._set_aside(row)

    def open_rows(self) -> Chunks:
        """Raw rows that may be open now, in chunks; in doubt they are included."""
        return self._guarded(self._rows.open(self.now))

    def unknown_rows(self, known: set[int]) -> Iterator[RawRow]:
        """Those of `open_rows` whose fingerprint is not known. That of each other is struck from the set."""
        return (raw for chunk in self._guarded(self._rows.unknown(self.now, known)) for raw in chunk)

    def open_siblings(self) -> Iterator[list[Marked]]:
        """The raw rows that `open_rows` gives with all others of their contacts: a list for each contact.

        For a first look, in which all are new. A contact whose id stands in several spellings, with blanks
        around it, may lack rows: `rows_of` finds them. Rows without an id come in lists as well.
        """
        chunks = self._guarded(self._rows.siblings_of_open(self.now, worker=False))
        marked = (each for chunk in chunks for each in self._rows.marked(chunk))
        return (list(rows) for _, rows in groupby(marked, key=lambda each: self.contact_id(each[0])))

    def observed_rows(self, since: int) -> Chunks:
        """Raw rows with an outcome, received since then; nothing where the store has decision times."""
        return self._guarded(self._rows.observed(since)) if self._parser.observed else iter(())

    def rows_of(self, ids: Sequence[str]) -> Iterator[Marked]:
        """All raw rows, open or decided, of these contacts. An id not found is tried with blanks around it.

        That reads the whole store, and so is done once for an id.
        """
        return (each for chunk in self._rows_of(ids, worker=False) for each in self._rows.marked(chunk))

    def contacts_of(self, ids: Sequence[str]) -> dict[str, Contact]:
        """The contacts with these ids, workers included, by id; those not in the store are missing."""
        return {key: merge(rows) for key, rows in self._found(ids).items() if rows}

    def contacts_maybe_open(self, at: int) -> Iterator[Contact]:
        """Contacts with a row that may have been open at `at`, all their rows merged, workers included."""
        return self._merged(self._rows.siblings_of_open(at, worker=True))

    def contacts_maybe_received(self, start: int, end: int) -> Iterator[Contact]:
        """Contacts with a row that may have been received in a window, all their rows merged."""
        return self._merged(self._rows.siblings_of_received(start, end))

    def received_in_bulk(self, start: int, end: int, at: int, doubted: frozenset[str]) -> "Iterator[Plain | Contact]":
        """The same in columns where nothing about them is doubtful, for which decisions after `at` are to come.

        `doubted` are ids of contacts that never go in columns. Raises NotInBulk, at once or in the midst.
        """
        chunks = self._rows.received(start, end)
        if chunks is None:
            raise NotInBulk
        from mash_monitor.contacts.bulk import Bulk  # only scorecards count columns

        bulk = Bulk(self._parser, (start, end), self.now, at, doubted)
        with closing(self._guarded(chunks)) as columns:
            yield from bulk.sort(columns)
        rest = bulk.rest()
        for first in range(0, len(rest), _AT_ONCE):
            ids = rest[first : first + _AT_ONCE]
            found = self._found(ids)  # and perhaps others, whose ids this database takes for the same
            if not found.keys() >= set(ids):
                raise NotInBulk
            yield from bulk.inside(merge(found[key]) for key in ids if found[key])

    def visits(self, start: int, end: int) -> "Iterator[Seen]":
        """Which children were seen when, by the rows received in [start, end), give or take a day."""
        from mash_monitor.contacts.visits import seen

        return seen(self._guarded(self._rows.visits(start, end)), self._parser.zone)

    def contacts_maybe_without_time(self, also: Collection[str]) -> Iterator[Contact]:
        """Contacts with a row whose time of receipt cannot be read or is to come, and `also` these, all rows merged."""
        ids = set(also)
        for chunk in self._guarded(self._rows.without_time(self.now)):
            for raw in chunk:
                reading = read_time(raw[1], self._parser.zone)
                if reading is None or reading.earliest > self.now + FUTURE_TOLERANCE:
                    ids.add(self.contact_id(raw) or "")
        wanted = sorted(ids - {""})
        for first in range(0, len(wanted), _AT_ONCE):
            yield from self.contacts_of(wanted[first : first + _AT_ONCE]).values()

    def first_receipt(self) -> int | None:
        """When the first contact of this store was received; None where there is none, or the store cannot tell."""
        with store_errors(self._parser.where, self._url):
            found = read_time(self._rows.first_receipt(), self._parser.zone)
        return None if found is None else found.earliest

    def parse(self, raw: RawRow) -> Row | SetAside:
        """The row, or why it cannot be watched; the latter is kept and counted."""
        row = self._parser.parse(raw, self.now)
        if isinstance(row, SetAside):
            self._set_aside(row)
        return row

    def contact_id(self, raw: RawRow) -> str | None:
        """The contact id of a raw row as trimmed text; None where it has none."""
        key = contact_id(raw)
        if key is not None and isinstance(raw[0], str) and raw[0] != key:
            self._spellings.setdefault(key, set()).add(raw[0])  # so that rows_of finds it under its own key
        return key

    def _set_aside(self, row: SetAside) -> None:
        self.set_aside_total += 1
        if len(self.set_aside) < _KEPT:
            self.set_aside.append(row)

    def _rows_of(self, ids: Sequence[str], *, worker: bool) -> Chunks:
        missing = set(ids)
        spelled = [spelling for key in ids for spelling in (key, *self._spellings.get(key, ()))]
        for chunk in self._guarded(self._rows.keyed(spelled, worker=worker)):
            missing.difference_update(map(contact_id, chunk))
            yield chunk
        unseen = sorted(missing - self._absent)
        for chunk in self._guarded(self._rows.keyed_trimmed(unseen, worker=worker)) if unseen else ():
            missing.difference_update(map(self.contact_id, chunk))
            yield chunk
        self._absent |= missing

    def _merged(self, chunks: Chunks) -> Iterator[Contact]:
        raws = (raw for chunk in self._guarded(chunks) for raw in chunk)
        rows = (row for raw in raws if isinstance(row := self.parse(raw), Row))
        for _, siblings in groupby(rows, key=lambda row: row.contact_id):
            yield merge(list(siblings))

    def _found(self, ids: Sequence[str]) -> dict[str, list[Row]]:
        """The rows that can be watched of each of these contacts that has any row at all."""
        found: dict[str, list[Row]] = {}
        for raw in (raw for chunk in self._rows_of(ids, worker=True) for raw in chunk):
            row = self.parse(raw)
            rows = found.setdefault(self.contact_id(raw) or "", [])
            if isinstance(row, Row):
                rows.append(row)
        return found

    def _guarded(self, chunks: Iterator[_Chunk]) -> Generator[_Chunk, None, None]:
        with store_errors(self._parser.where, self._url):
            yield from chunks
