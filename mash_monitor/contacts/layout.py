"""How one store's table answers our questions: its columns under our names, and SQL conditions on them.

A condition errs on the side of reading a row too many; RowParser then decides precisely. Each is written so
that an index on the plain column can serve it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import reduce
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnClause,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Numeric,
    String,
    TableClause,
    Text,
    Uuid,
    and_,
    cast,
    false,
    func,
    literal_column,
    or_,
    true,
    type_coerce,
)  # fmt: skip
from sqlalchemy.types import NullType

from mash_monitor.contacts.presets import COLUMNS, Preset
from mash_monitor.contacts.rows import EVIDENCE
from mash_monitor.contacts.times import YEARS, utc_day
from mash_monitor.domain.calendar import DAY

Column = ColumnElement[object]
_ISO = "____-__-__%"
FILLERS_END = date(YEARS.start, 1, 1)


@dataclass(frozen=True, slots=True)
class Layout:
    """A table whose columns are known. `columns` holds SQL NULL where the store has no such column.

    `hashes`: its database can make fingerprints. `packs`: it can give columns as JSON, with nothing lost.
    """

    table: TableClause
    columns: Mapping[str, Column]
    absent: tuple[str, ...]
    preset: Preset
    dialect: str
    observed: bool
    embedded: bool
    hashes: bool
    packs: bool

    @property
    def key(self) -> Column:
        """The contact id."""
        return self.columns["contact_id"]

    @property
    def key_is_text(self) -> bool:
        """Whether ids may carry blanks."""
        return isinstance(self.key.type, String | NullType)

    def row(self, *, worker: bool) -> list[Column]:
        """The columns of a raw row, in their order."""
        names = (*COLUMNS, *(EVIDENCE if self.embedded else ()), *(("worker",) if worker else ()))
        return [self.columns[name].label(name) for name in names]

    def fingerprint(self) -> ColumnElement[int]:
        """A signed 64-bit hash of a raw row, made by PostgreSQL of each value as it writes it.

        The place of a value is mixed in, and stands for it where it is null. Hashed as one text, with all the
        quotes and commas that a row needs, it would take twice as long.
        """
        hashes: list[ColumnElement[int]] = []
        for number, name in enumerate(COLUMNS):
            if name not in self.absent:
                place = literal_column(str(number), BigInteger)
                exact = cast(self.columns[name], Text).collate("C")  # else a collation may take a capital for a small
                hashes.append(func.coalesce(func.hashtextextended(exact, place), place))
        return reduce(ColumnElement.bitwise_xor, hashes)

    def may_be_open(self, now: int) -> ColumnElement[bool]:
        """Rows without a decision that is surely past."""
        if self.observed:
            undecided = self.preset.undecided(self.columns["outcome"])
        else:
            undecided = self._not_before("decided_at", now)
        return and_(undecided, self.columns["volume_only"] == 0) if self.embedded else undecided

    def has_outcome(self) -> ColumnElement[bool]:
        """Rows of an observed store that may be decided."""
        return self.columns["outcome"].is_not(None)

    def received_since(self, since: int) -> ColumnElement[bool]:
        """Rows received at or after an instant, or at a time that nobody can tell here.

        Where an index on the decision serves, the receipt is compared so that none on it can: a planner that
        combined the two would walk the whole look-back for the few rows that are open.
        """
        indexed = self.observed or not isinstance(self.columns["decided_at"], ColumnClause)
        return self._not_before("received_at", since, indexed=indexed)

    def days_within(self, start: int, end: int) -> tuple[date, date]:
        """The first and the end of the days of a window, give or take a day."""
        return utc_day(max(start - DAY, 0)), utc_day(max(end + 2 * DAY, 0))

    def received_within(self, start: int, end: int) -> ColumnElement[bool]:
        """Rows that may have been received in a window, give or take a day."""
        received = self.comparable("received_at")
        first, last = (self.typed("received_at", day) for day in self.days_within(start, end))
        if first is None:
            return true()
        inside = and_(received >= first, received < last)
        if self._is_text("received_at") and self.dialect != "sqlite" and not self.embedded:
            return inside | received.not_like(_ISO)
        return or_(inside, *self.written_otherwise(start, end))

    def written_otherwise(self, start: int, end: int) -> Iterator[ColumnElement[bool]]:
        """Receipts in a window that may not be written as YYYY-MM-DD, where texts sort bytewise, as in SQLite.

        So they are ranges of an index: dd/mm/yyyy, numbers and blanks come before 2000 or after 2099, "20260306"
        and "2026-W10-5" after the last "2026-12-31". The year of a week may be the one before or after.
        """
        if self.dialect != "sqlite" or self.embedded:  # the embedded store writes ISO 8601 only
            return
        received = self.comparable("received_at")
        yield received < "2000-"
        yield received >= "21/"
        for year in range(utc_day(max(start, 0)).year - 1, utc_day(max(end, 0)).year + 2):
            yield and_(received >= f"{year}-:", received < f"{year + 1}")

    def without_time(self, now: int) -> ColumnElement[bool]:
        """Rows whose receipt lies at the ends of the column's order, where times are that nobody can tell or that are
        to come: ranges of an index.
        """
        received, end = self.comparable("received_at"), self._bound("received_at", now - DAY)
        if end is None:
            return true()
        outside = or_(received.is_(None), received < self.typed("received_at", FILLERS_END), received >= end)
        otherwise = self._is_text("received_at") and self.dialect != "sqlite"  # there all else is in these ranges
        return outside | received.not_like(_ISO) if otherwise else outside

    def keyed(self, ids: Sequence[str]) -> ColumnElement[bool]:
        """Rows of these contacts, each id in the column's own type; what cannot be an id finds nothing."""
        kind = self.key.type
        if isinstance(kind, Integer | Numeric):
            numbers = [int(key) for key in ids if key.isdecimal() and len(key) < 19]
            return type_coerce(self.key, BigInteger).in_(numbers) if numbers else false()
        if isinstance(kind, Uuid):
            uuids = [
                UUID(key)
                for key in ids
                if re.fullmatch(r"[0-9a-fA-F-]{32,36}", key) and len(key.replace("-", "")) == 32
            ]
            return self.key.in_(uuids) if uuids else false()
        return self.key.in_(ids)

    def trimmed_key(self) -> Column:
        """The contact id without blanks around it."""
        return func.ltrim(func.rtrim(self.key)) if self.key_is_text else self.key

    def _not_before(self, name: str, instant: int, *, indexed: bool = True) -> ColumnElement[bool]:
        moment, bound = self.comparable(name), self._bound(name, instant - DAY)
        if bound is None:
            return true()
        if not self._is_text(name):
            doubtful = moment < self.typed(name, FILLERS_END)
        elif self.dialect == "sqlite" and name == "decided_at":
            doubtful = moment < "2000-"  # sorted bytewise, this and the bound hold "" and dd/mm/yyyy as well
        else:
            doubtful = moment.not_like(_ISO)
        if not indexed:
            return or_(func.coalesce(moment, bound) >= bound, doubtful)
        return or_(moment.is_(None), moment >= bound, doubtful)

    def comparable(self, name: str) -> Column:
        """A column of times, as text where it is compared so."""
        return type_coerce(self.columns[name], String) if self._is_text(name) else self.columns[name]

    def _is_text(self, name: str) -> bool:
        return self.dialect == "sqlite" or isinstance(self.columns[name].type, String)

    def _bound(self, name: str, instant: int) -> object:
        return self.typed(name, utc_day(max(instant, 0)))

    def typed(self, name: str, day: date) -> object:
        """A day to compare a column of times with; None where the type of an expression is not known."""
        kind = self.columns[name].type
        if self._is_text(name):
            return day.isoformat()
        if isinstance(kind, DateTime):
            return datetime.combine(day, time())
        return day if isinstance(kind, Date) else None
