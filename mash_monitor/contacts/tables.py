"""Raw rows out of a table."""

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from sqlite3 import sqlite_version_info
from struct import unpack_from
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    Executable,
    Inspector,
    Select,
    and_,
    bindparam,
    func,
    inspect,
    literal,
    or_,
    select,
    text,
)
from sqlalchemy.exc import NoSuchTableError, SAWarning

from mash_monitor.contacts.chunks import Columns, Visits
from mash_monitor.contacts.errors import NotInBulk, StoreMisconfigured
from mash_monitor.contacts.layout import FILLERS_END, Layout
from mash_monitor.contacts.matching import FoundTable, lay_out
from mash_monitor.contacts.presets import PRESETS, Preset
from mash_monitor.contacts.rows import EVIDENCE, Chunks, Marked, RawRow, fingerprints, unknown_of
from mash_monitor.contacts.settings import StoreSettings
from mash_monitor.contacts.several import Range, range_of, several_of

if TYPE_CHECKING:
    from mash_monitor.contacts.packed import PackedRows

CHUNK = 1_000
_KEYS = 500
"""Ids in one statement: SQL Server takes some 2,000 parameters, Oracle 1,000 in a list."""

_HASHES = text("SELECT count(*) > 0 FROM pg_catalog.pg_proc WHERE proname = 'hashtextextended'")
"""PostgreSQL 11 and later, and what is made of it."""

_SQLITE_WITH_JSON = (3, 38)


def stream(connection: Connection, statement: Executable, values: Mapping[str, object] | None = None) -> Chunks:
    """The rows of a statement in chunks of plain driver tuples: Row objects would double the cost."""
    options = {"stream_results": connection.dialect.name != "sqlite"}  # SQLite streams unasked
    with connection.execute(statement, dict(values or {}), execution_options=options) as result:
        fetching, cursor = result.cursor_strategy, result.cursor
        rows: Sequence[Any] = fetching.fetchmany(result, cursor, CHUNK)  # with what SQLAlchemy has read ahead
        while rows:
            yield rows
            if result.cursor_strategy is not fetching:  # SQLAlchemy has met the end
                return
            try:
                rows = cursor.fetchmany(CHUNK)  # past its buffer, through which every row would go one by one
            except Exception as error:
                fetching.handle_exception(result, cursor, error)


def reflect(connection: Connection, preset: Preset, settings: StoreSettings) -> Layout:
    """The layout of the store's table. Raises NoSuchTableError, StoreMisconfigured."""
    *parents, name = (settings.table or preset.table).split(".")
    dialect = connection.dialect.name
    schema = {"mssql": ".".join(parents), "sqlite": ""}.get(dialect, parents[-1] if parents else "") or None
    inspector = inspect(connection)
    if not inspector.has_table(name, schema):
        known = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        alike = next((other for other in known if other.lower() == name.lower()), None)
        if alike is None:
            _refuse_embedded(inspector, known, preset)
            raise NoSuchTableError(settings.table or preset.table)
        name = alike
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # a column of a type that SQLAlchemy does not know
        found = {column["name"]: column["type"] for column in inspector.get_columns(name, schema)}
    hashes = dialect == "postgresql" and bool(connection.scalar(_HASHES))
    json = dialect == "postgresql" or (dialect == "sqlite" and sqlite_version_info >= _SQLITE_WITH_JSON)
    return lay_out(FoundTable(dialect, name, schema, found, hashes, json), preset, settings)


def _refuse_embedded(inspector: Inspector, known: Sequence[str], preset: Preset) -> None:
    """Tell of a preset that is right for the files which were imported, but not for the store they are in."""
    ours = PRESETS["native"]
    if inspector.dialect.name != "sqlite" or preset is ours or ours.table not in known:
        return
    if {column["name"] for column in inspector.get_columns(ours.table)}.issuperset(EVIDENCE):
        raise StoreMisconfigured(
            "store.preset",
            f'"{preset.name}" for the embedded store, which imports write',
            'preset = "native", whatever was imported',
            'set store.preset = "native"',
        )


class TableRows:
    """Reads raw rows from the table of a layout, by one connection."""

    def __init__(self, connection: Connection, layout: Layout, lookback: int) -> None:
        self._connection = connection
        self._layout = layout
        self._lookback = lookback

    def open(self, now: int) -> Chunks:
        """Rows that may be open at `now`."""
        return stream(self._connection, select(*self._layout.row(worker=False)).where(self._recent(now)))

    def unknown(self, now: int, known: set[int]) -> Chunks:
        """Those of `open` whose fingerprint is not among the known; that of each other is struck from the set.

        A database that makes the fingerprints itself gives them all as one value. That takes half as long as
        the rows would, and a row that has changed is then looked for by its fingerprint.
        """
        if not self._layout.hashes:
            yield from unknown_of(self.open(now), known)
            return
        mark, open_ones = self._layout.fingerprint(), self._recent(now)
        packed = self._connection.scalar(select(func.string_agg(func.int8send(mark), literal(b""))).where(open_ones))
        fresh = set[int]()
        for marks in _unpacked(packed or b""):
            if not known.issuperset(marks):
                fresh.update(mark for mark in marks if mark not in known)
        for marks in _unpacked(packed or b""):  # only now: two rows may be alike
            known.difference_update(marks)
        if fresh:
            wanted = select(func.unnest(bindparam("fresh", [*fresh], ARRAY(BigInteger))))
            rows = select(*self._layout.row(worker=False)).where(open_ones, mark.in_(wanted))
            yield from stream(self._connection, rows)

    def marked(self, chunk: Sequence[RawRow]) -> Iterable[Marked]:
        """Rows that were read without workers, by key or as siblings, each with its fingerprint."""
        if self._layout.hashes:
            return ((raw[:-1], raw[-1]) for raw in chunk)  # type: ignore[misc]
        return zip(chunk, fingerprints(chunk), strict=True)

    def observed(self, since: int) -> Chunks:
        """Rows received since then that may have an outcome."""
        layout = self._layout
        wanted = layout.received_since(since) & layout.has_outcome()
        return stream(self._connection, select(*layout.row(worker=False)).where(wanted))

    def keyed(self, ids: Sequence[str], *, worker: bool = False) -> Chunks:
        """All rows of these contacts."""
        for batch in _batches(ids):
            yield from stream(self._connection, self._whole(worker=worker).where(self._layout.keyed(batch)))

    def keyed_trimmed(self, ids: Sequence[str], *, worker: bool = False) -> Chunks:
        """The same for ids that stand in the store with blanks around them; reads every row."""
        if self._layout.key_is_text:
            for batch in _batches(ids):
                wanted = self._layout.trimmed_key().in_(batch)
                yield from stream(self._connection, self._whole(worker=worker).where(wanted))

    def siblings_of_open(self, now: int, *, worker: bool) -> Chunks:
        """All rows, side by side, of contacts that may be open; and rows without an id."""
        return self._siblings(self._recent(now), worker=worker)

    def siblings_of_received(self, start: int, end: int) -> Chunks:
        """The same, with workers, for contacts with a row received in a window."""
        return self._siblings(self._layout.received_within(start, end), worker=True)

    def received(self, start: int, end: int) -> Iterator[Columns] | None:
        """Rows with an id received in a window, give or take a day.

        None where rows carry evidence, or say less than when they were decided.
        """
        layout = self._layout
        if layout.observed or layout.embedded:
            return None
        return self._packed(start, end).columns() if self._packs(start, end) else self._received(start, end)

    def visits(self, start: int, end: int) -> Iterator[Visits]:
        """Person and time of receipt of the rows received in a window, give or take a day; some perhaps twice."""
        layout = self._layout
        if self._packs(start, end):
            with suppress(NotInBulk):
                yield from self._packed(start, end).visits()
                return
        wanted = (layout.columns[name].label(name) for name in ("person_id", "received_at"))
        for rows in stream(self._connection, select(*wanted).where(layout.received_within(start, end))):
            persons, received = zip(*rows, strict=True)
            yield Visits(persons, received)

    def without_time(self, now: int) -> Chunks:
        """Id and time of receipt of rows with an id, where that time may be one that nobody can tell."""
        layout = self._layout
        wanted = (layout.columns[name].label(name) for name in ("contact_id", "received_at"))
        outside = and_(layout.key.is_not(None), layout.without_time(now))
        return stream(self._connection, select(*wanted).where(outside))

    def first_receipt(self) -> object:
        """The earliest time of receipt that the table can tell, as it stands there; None where it cannot."""
        received, least = self._layout.comparable("received_at"), self._layout.typed("received_at", FILLERS_END)
        return self._connection.scalar(select(func.min(received)).where(received >= least)) if least else None

    def _received(self, start: int, end: int) -> Iterator[Columns]:
        layout = self._layout
        inside = layout.received_within(start, end)
        ids = Range(*self._connection.execute(select(*range_of(layout)).where(inside)).one())
        several = several_of(self._connection, layout, inside, ids)
        rows = select(*layout.row(worker=False)).where(layout.key.is_not(None), inside)
        for chunk in stream(self._connection, rows):
            yield Columns.of_rows(chunk, several)

    def _packed(self, start: int, end: int) -> "PackedRows":
        from mash_monitor.contacts.packed import PackedRows  # only scorecards do

        return PackedRows(self._connection, self._layout, start, end)

    def _packs(self, start: int, end: int) -> bool:
        """Whether all rows of a window can be packed."""
        layout = self._layout
        otherwise = [*layout.written_otherwise(start, end)]
        if not layout.packs or not otherwise:
            return layout.packs
        some = select(literal(1)).select_from(layout.table).where(or_(*otherwise)).limit(1)
        return self._connection.scalar(some) is None

    def _recent(self, now: int) -> Any:
        return self._layout.may_be_open(now) & self._layout.received_since(now - self._lookback)

    def _whole(self, *, worker: bool) -> Select[*tuple[Any, ...]]:
        """Rows for people, with the worker; or for a pass, with the fingerprint where the database makes it."""
        marks = [self._layout.fingerprint()] if self._layout.hashes and not worker else []
        return select(*self._layout.row(worker=worker), *marks)

    def _siblings(self, wanted: Any, *, worker: bool) -> Chunks:
        layout = self._layout
        rows = self._whole(worker=worker)
        ids = select(layout.key).where(wanted)
        yield from stream(self._connection, rows.where(layout.key.in_(ids)).order_by(layout.trimmed_key()))
        yield from stream(self._connection, rows.where(layout.key.is_(None) & wanted))


def _unpacked(packed: bytes) -> Iterator[tuple[int, ...]]:
    """Fingerprints that a database has put side by side, some at a time: all would take five times the memory."""
    for start in range(0, len(packed), 8 * CHUNK):
        yield unpack_from(f">{min(CHUNK, (len(packed) - start) // 8)}q", packed, start)


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + _KEYS] for start in range(0, len(ids), _KEYS))
