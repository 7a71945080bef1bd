"""Records of a file into an embedded store: each one new, changed, known already, or rejected."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from mash_monitor.contacts import sources
from mash_monitor.contacts.embedded import CONTACTS, Stored, stored_rows, write
from mash_monitor.contacts.formats import FileFormat
from mash_monitor.contacts.notices import Notice, SetAside
from mash_monitor.contacts.occurrences import Occurrences
from mash_monitor.contacts.presets import UNCLEAR
from mash_monitor.contacts.records import Record
from mash_monitor.contacts.rows import RawRow, RowParser
from mash_monitor.contacts.text import shape
from mash_monitor.contacts.times import is_blank, read_time, to_text
from mash_monitor.domain.contact import UNRATED, Mark, Outcome, Row
from mash_monitor.domain.words import duration

_AT_ONCE = 500
_EMPTY: Stored = {column.name: None for column in CONTACTS.c} | {"volume_only": 0}
_NO_CHANGE = {"imported_at", "seen_open_at"}
"""Columns that may differ although the file says nothing new."""

_REASONS: dict[Mark, tuple[str, str]] = {
    Mark.TIME_UNREADABLE: (
        "received_at",
        "time missing, unreadable or in the future: watched from first sight",
    ),
    Mark.DATE_ONLY: ("received_at", "a date without a time: counted from its first minute"),
    Mark.DECIDED_BEFORE_RECEIVED: ("decided_at", "decided before it was received"),
    Mark.UNKNOWN_SOURCE: ("source_code", "unknown source"),
    Mark.UNKNOWN_OUTCOME: ("outcome", "unknown outcome"),
    Mark.UNKNOWN_RISK: ("risk", "unknown risk: the strictest timescale applies"),
    Mark.CLEANED: ("contact_id", "control characters, binary or over-long values were cleaned"),
}
_SHIFTED = "fields may stand in the wrong columns"
_PLACES = {"contact_id": 0, "received_at": 2, "decided_at": 3, "source_code": 4, "risk": 6, "outcome": 8}


class Intake:
    """Takes one file in, within the caller's transaction. `now` is the moment of the import.

    `lookback` is how far back, in seconds, a pass looks for open contacts. Without `remember` the store is
    only for one look: it records no sightings.
    """

    def __init__(
        self,
        connection: Connection,
        form: FileFormat,
        parser: RowParser,
        zone: ZoneInfo,
        now: int,
        *,
        lookback: int,
        remember: bool,
    ) -> None:
        self.imported = self.updated = self.unchanged = 0
        self.marked: list[Notice] = []
        self.rejected: list[Notice] = []
        self._connection = connection
        self._form = form
        self._parser = parser
        self._zone = zone
        self._now = now
        self._lookback = lookback
        self._remember = remember
        self._occurrences = Occurrences()
        self._given = set(form.places)
        if form.has_outcomes:
            self._given.add("outcome")
        if "source_desc" in form.places:
            self._given.add("source_code")  # a description tells it

    def take(self, records: Iterable[Record], width: int) -> None:
        """Take all records; `width` is the number of columns in the header."""
        for batch in _batches(self._readable(records, width)):
            stored = stored_rows(self._connection, {row.contact_id for _, row, _ in batch})
            fresh: list[Stored] = []
            for line, row, raw in batch:
                contact, person = row.contact_id, row.person_id or ""
                occurrence = self._occurrences.number(contact, person, line)
                old = stored.get((contact, person, occurrence))
                new = self._stored(row, raw, old) | {"occurrence": occurrence}
                if self._is_out_of_sight(row, new):
                    self.marked.append(Notice(line, "received_at", shape(raw[2]), self._out_of_sight))
                if old is None:
                    self.imported += 1
                elif any(new[name] != old[name] for name in new.keys() - _NO_CHANGE):
                    self.updated += 1
                else:
                    self.unchanged += 1
                if new != old:
                    fresh.append(new)
            write(self._connection, fresh)
        if self._remember:
            self.marked.extend(self._occurrences.remove_surplus(self._connection))
        self.marked.sort(key=lambda notice: notice.line)

    def _is_out_of_sight(self, row: Row, new: Stored) -> bool:
        """Whether a row stands open, but was received too long ago for a pass to find it."""
        if row.received is None or row.received >= self._now - self._lookback or new["volume_only"]:
            return False
        if self._form.observed and not self._form.has_outcomes:
            return new["decided_at"] is None  # only what was imported before can tell
        return row.decided is None or row.decided.latest > self._now

    @property
    def _out_of_sight(self) -> str:
        start = f"the look-back of {duration(self._lookback)}"
        return f"received before {start} begins: not watched while it stands open"

    def _readable(self, records: Iterable[Record], width: int) -> Iterator[tuple[int, Row, RawRow]]:
        for line, cells in records:
            raw = self._form.raw(cells)
            row = self._parser.parse(raw, self._now)
            if isinstance(row, SetAside):
                self.rejected.append(Notice(line, row.column, row.shape, row.reason))
                continue
            if len(cells) != width:
                found = f"{len(cells)} fields, {width} in the header"
                self.marked.append(Notice(line, "", found, _SHIFTED))
            self.marked.extend(self._notices(line, row, raw))
            yield line, row, raw

    def _notices(self, line: int, row: Row, raw: RawRow) -> Iterator[Notice]:
        for mark in sorted(row.marks):
            if mark is Mark.DECISION_UNREADABLE:
                column = "outcome" if is_blank(raw[3]) else "decided_at"
                yield Notice(line, column, shape(raw[_PLACES[column]]), "decision unreadable: watched as open")
            elif mark is not Mark.DATE_ONLY or not self._form.volume_only:
                column, reason = _REASONS[mark]
                yield Notice(line, column, shape(raw[_PLACES[column]]), reason)

    def _stored(self, row: Row, raw: RawRow, old: Stored | None) -> Stored:
        values: dict[str, Any] = {
            "received_at": self._time_text(raw[2]),
            "source_code": _source_code(row),
            "source_desc": row.source_desc,
            "risk": None if row.risk == UNRATED else row.risk,
            "team": row.team,
            "worker": row.worker,
            "outcome": _outcome_text(row),
        }
        new = (old or {**_EMPTY, "contact_id": row.contact_id, "person_id": row.person_id or ""}) | {
            name: value for name, value in values.items() if name in self._given
        }
        if self._remember and old is None:
            new["imported_at"] = self._now
        if self._form.volume_only:
            return new | {
                "volume_only": 1,
                "decided_at": new["received_at"] or "2000-01-01",
            }  # never among the open
        if not self._form.observed:
            return new | {
                "decided_at": self._time_text(raw[3]),
                "seen_open_at": None,
                "seen_decided_at": None,
                "volume_only": 0,
            }
        return new | self._seen(row, old)

    def _seen(self, row: Row, old: Stored | None) -> Stored:
        """What this sighting tells of a decision whose time the file does not give."""
        if not self._remember or not self._form.has_outcomes:
            return {}
        if row.outcome is None:
            return {"decided_at": None, "seen_open_at": self._now, "seen_decided_at": None}
        if old is not None and old["decided_at"] is not None:
            return {}  # known already, and better
        seen = datetime.fromtimestamp(self._now, self._zone).isoformat()
        return {"decided_at": seen, "seen_decided_at": self._now}

    def _time_text(self, value: object) -> str | None:
        """A time as ISO 8601. Of an unreadable one only the shape is kept: it may be anything, a name too."""
        if is_blank(value):
            return None
        reading = read_time(value, self._zone)
        return shape(value) if reading is None else to_text(reading, self._zone)


def _outcome_text(row: Row) -> str | None:
    """A word that reads back as the same outcome with the same doubt."""
    if row.outcome is None:
        return UNCLEAR if Mark.DECISION_UNREADABLE in row.marks else None
    return "unknown" if row.outcome is Outcome.OTHER and Mark.UNKNOWN_OUTCOME in row.marks else row.outcome.value


def _source_code(row: Row) -> str | None:
    """The code of a source, or a local one; but no number of theirs that only looks like the department's."""
    code = row.source_code
    return None if code and Mark.UNKNOWN_SOURCE in row.marks and sources.of_code(code) else code


def _batches(rows: Iterator[tuple[int, Row, RawRow]]) -> Iterator[list[tuple[int, Row, RawRow]]]:
    batch: list[tuple[int, Row, RawRow]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
