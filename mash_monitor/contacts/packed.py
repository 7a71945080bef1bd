"""Columns of rows packed by the database, some days at a time, which takes half as long as rows do.

Each column comes as one JSON array. PostgreSQL's timestamps come as numbers, see Columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.exc import OperationalError

from mash_monitor.contacts.chunks import Columns, Visits
from mash_monitor.contacts.errors import NotInBulk
from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.presets import COLUMNS
from mash_monitor.contacts.several import several_of

_AT_ONCE = 32_000
_MOST = 200_000
_IN_CACHE = 1_000
"""Every column is gone through several times: some thousand texts stay in the processor's cache."""
_Item = TypeVar("_Item")
_TIMES = frozenset({"received_at", "decided_at"})
_WORDS = COLUMNS.index("source_code")
_ONE_DAY = timedelta(days=1)


class _Stretch(NamedTuple):
    """Values of the column of receipts: from the first, to before the end."""

    first: object
    end: object


class PackedRows:
    """Reads the rows of a layout that packs, received in [start, end), give or take a day.

    Raises NotInBulk where some of them cannot be packed.
    """

    def __init__(self, connection: Connection, layout: Layout, start: int, end: int) -> None:
        self._connection = connection
        self._layout = layout
        self._first, last = layout.days_within(start, end)
        self._days = (last - self._first).days
        self._received = layout.comparable("received_at")
        first, end_of = (bindparam(name, type_=self._received.type) for name in _Stretch._fields)
        self._inside = and_(self._received >= first, self._received < end_of)
        self._wall = layout.dialect == "postgresql"

    def columns(self) -> Iterator[Columns]:
        """Rows with an id."""
        for several, (keys, persons, received, decided), words in _ahead(self._with_several()):
            for part in _parts(len(keys)):
                yield Columns(
                    keys[part], persons[part], received[part], decided[part], words[part], several, self._wall
                )

    def visits(self) -> Iterator[Visits]:
        """Person and time of receipt."""
        statement = select(self._packed("person_id"), self._packed("received_at")).where(self._inside)
        for persons, received in _ahead(_decoded(self._texts(statement, stretch)) for stretch in self._stretches()):
            for part in _parts(len(persons)):
                yield Visits(persons[part], received[part], self._wall)

    def _with_several(self) -> Iterator[tuple[Mapping[Any, int], list[list[Any]], Sequence[tuple[Any, ...] | str]]]:
        ids_and_times, words = COLUMNS[:_WORDS], (self._layout.columns[name] for name in COLUMNS[_WORDS:])
        statement = (
            select(*map(self._packed, ids_and_times), self._array(self._tuple(*words)))
            .where(self._inside, self._layout.key.is_not(None))
        )  # fmt: skip
        for stretch in self._stretches():
            inside = and_(self._received >= stretch.first, self._received < stretch.end)
            several = several_of(self._connection, self._layout, inside)
            *texts, of_words = self._texts(statement, stretch)
            columns = _decoded(texts)
            yield several, columns, _tuples(of_words, "], [" if self._wall else "],[", len(columns[0]))

    def _packed(self, name: str) -> ColumnElement[Any]:
        column = self._layout.columns[name]
        if self._wall and name in _TIMES:
            column = cast(func.floor(func.date_part("epoch", column)), BigInteger)
        return self._array(column)

    def _array(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        return cast(func.json_agg(value), Text) if self._wall else func.json_group_array(value)

    def _tuple(self, *values: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.json_build_array(*values) if self._wall else func.json_array(*values)

    def _texts(self, statement: Select[Any], stretch: _Stretch) -> Sequence[str | None]:
        try:
            return self._connection.execute(statement, stretch._asdict()).one()
        except OperationalError as error:
            if "BLOB" not in str(error.orig):
                raise
            raise NotInBulk from None

    def _stretches(self) -> Iterator[_Stretch]:
        """The window in parts of some thousand rows, as whole days."""
        number = select(func.count()).where(self._inside)
        rows = self._connection.scalar(number, self._between(0, self._days)._asdict()) or 0
        step = max(1, self._days * _AT_ONCE // max(rows, 1))
        for first in range(0, self._days, step):
            stretch = self._between(first, min(first + step, self._days))
            if rows > _MOST and (self._connection.scalar(number, stretch._asdict()) or 0) > _MOST:
                raise NotInBulk
            yield stretch

    def _between(self, first: int, end: int) -> _Stretch:
        return _Stretch(*(self._layout.typed("received_at", self._first + day * _ONE_DAY) for day in (first, end)))


def _ahead(items: Iterator[_Item]) -> Iterator[_Item]:
    """The same items, each asked for while the one before it is looked at: a database packs without our processor."""
    with ThreadPoolExecutor(1) as lane:
        following = lane.submit(next, items, None)
        while (item := following.result()) is not None:
            following = lane.submit(next, items, None)
            yield item


def _decoded(texts: Sequence[str | None]) -> list[list[Any]]:
    return [msgspec.json.decode(text, type=list) if text else [] for text in texts]


def _tuples(text: str | None, between: str, number: int) -> Sequence[tuple[Any, ...] | str]:
    """So many arrays in an array, unread as far as possible: most have been read before."""
    if not text:
        return ()
    found = text[2:-2].split(between)
    if len(found) == number:  # else it stands within a text as well
        return found
    return [tuple(values) for values in msgspec.json.decode(text, type=list)]


def _parts(number: int) -> Iterator[slice]:
    return (slice(first, first + _IN_CACHE) for first in range(0, number, _IN_CACHE))
