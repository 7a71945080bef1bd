"""What should be known about a store before anybody relies on it."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, inspect, select, text

from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.look import Look
from mash_monitor.domain.calendar import DAY, local, local_midnight
from mash_monitor.domain.contact import Mark, Row
from mash_monitor.domain.finding import Finding, Severity
from mash_monitor.domain.words import count

_SAMPLE = 1_000


@dataclass(frozen=True, slots=True)
class TableCheck:
    """Looks into a table that could be opened."""

    where: str
    connection: Connection
    layout: Layout
    since: int
    """Where the look-back of a pass made now begins."""

    def findings(self) -> Iterator[Finding]:
        """Columns, indexes, what is in it, and whether this account could change it."""
        absent = [ours for ours in self.layout.absent if ours != "decided_at"]
        if absent:
            yield Finding(Severity.INFO, self.where, f"no {', '.join(absent)} in {self.layout.table}")
        yield from self._indexes()
        yield from self._older()
        if self.connection.execute(select(self.layout.key).limit(1)).first() is None:
            yield Finding(
                Severity.WARNING,
                self.where,
                f"{self.layout.table} is empty",
                "import contacts, or correct store.table",
            )
        if self.layout.embedded:
            yield from self._volumes()
        yield from self._writable()

    def _older(self) -> Iterator[Finding]:
        """Contacts that no pass ever shows, because they came before its look-back begins."""
        if self.layout.observed:
            return  # where decisions are only observed, old rows without an outcome are history, not contacts
        undecided = self.layout.columns["decided_at"].is_(None) & ~self.layout.received_since(self.since)
        query = select(func.count(self.layout.key.distinct())).where(undecided)
        if older := self.connection.scalar(query):
            found = f"{count(older, 'contact')} without a decision came before the look-back begins: not watched"
            yield Finding(Severity.WARNING, self.where, found, "record their decisions, or lengthen store.lookback")

    def _indexes(self) -> Iterator[Finding]:
        table = self.layout.table
        name, schema = table.name, table.schema
        inspector = inspect(self.connection)
        if name not in inspector.get_table_names(schema):
            return  # a view: its owner knows what stands behind it
        leading = {index["column_names"][0] for index in inspector.get_indexes(name, schema)}
        leading.update(inspector.get_pk_constraint(name, schema)["constrained_columns"][:1])
        for ours in ("contact_id", "received_at", "decided_at"):
            column = getattr(self.layout.columns[ours], "name", None)
            if column is not None and column in table.c and column not in leading:
                found = f"no index begins with {table}.{column}, so that a pass may read the whole table"
                remedy = f"ask its owner for CREATE INDEX ix_{name}_{column} ON {table} ({column})"
                yield Finding(Severity.WARNING, self.where, found, remedy)

    def _volumes(self) -> Iterator[Finding]:
        only = select(func.count()).select_from(self.layout.table).where(self.layout.columns["volume_only"] == 1)
        if rows := self.connection.scalar(only):
            found = f"{count(rows, 'row')} of Annex A: they serve volumes only, and are never rated or alerted"
            yield Finding(Severity.INFO, self.where, found)

    def _writable(self) -> Iterator[Finding]:
        if self.layout.dialect != "postgresql":
            return
        asked = text("SELECT has_table_privilege(:name, 'INSERT, UPDATE, DELETE')")
        if self.connection.scalar(asked, {"name": str(self.layout.table)}):
            found = f"this account may write to {self.layout.table}; one that can only read is enough"
            yield Finding(Severity.INFO, self.where, found)


def of_rows(where: str, look: Look, zone: ZoneInfo, *, observed: bool) -> Iterator[Finding]:
    """What a thousand rows that may be open, and as many observed as decided, tell about the store."""
    if observed:
        found = "no decision times: they are observed between two looks, and shares have two bounds"
        yield Finding(Severity.INFO, where, found)
    chunks = (next(look.open_rows(), ()), next(look.observed_rows(look.now - 90 * DAY), ()))
    parsed = [look.parse(raw) for chunk in chunks for raw in chunk[:_SAMPLE]]
    rows = [row for row in parsed if isinstance(row, Row)]
    if look.set_aside_total:
        found = f"{count(look.set_aside_total, 'row')} without a contact id, which nobody can watch"
        remedy = f"give them an id, first the one in {look.set_aside[0].where}"
        yield Finding(Severity.WARNING, where, found, remedy)
    unreadable = sum(Mark.TIME_UNREADABLE in row.marks for row in rows)
    if unreadable:
        found = f"received time unreadable or to come in {unreadable:,} of {count(len(rows), 'row')} looked at"
        remedy = "check store.columns.received_at; these contacts are watched from first sight"
        yield Finding(Severity.WARNING, where, found, remedy)
    if doubtful := sum(Mark.DECISION_UNREADABLE in row.marks for row in rows):
        found = f"decision unreadable in {doubtful:,} of {count(len(rows), 'row')} looked at: watched as open"
        yield Finding(Severity.WARNING, where, found, "check store.columns.decided_at and store.columns.outcome")
    if unreadable < len(rows) and all(_is_date(row, zone) for row in rows):
        found = "every received time is only a date: it counts from its first minute, nothing finer can be said"
        yield Finding(Severity.WARNING, where, found, "ask the supplier for an extract with the time of day")
    if observed and rows and not any(row.decided is None for row in rows):
        found = "no open contact is to be seen; some systems (Eclipse) extract only completed forms"
        remedy = "make sure that the extract holds contacts still open, or nothing will ever be rated"
        yield Finding(Severity.WARNING, where, found, remedy)


def _is_date(row: Row, zone: ZoneInfo) -> bool:
    """Whether a time has no time of day: a date, or a datetime that was made of one."""
    return row.received is None or row.received == local_midnight(local(row.received, zone).date(), zone)
