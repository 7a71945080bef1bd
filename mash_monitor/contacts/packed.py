"""Columns of rows packed by the database, some days at a time, which takes half as long as rows do.

Each column comes as one JSON array. PostgreSQL's timestamps come as numbers, see Columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, wait
from datetime import timedelta
from threading import Thread
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, Text, and_, bindparam, cast, func, select
from sqlalchemy.exc import OperationalError

from mash_monitor.contacts.chunks import Columns, Visits
from mash_monitor.contacts.errors import NotInBulk
from mash_monitor.contacts.layout import Layout
from mash_monitor.contacts.presets import COLUMNS
from mash_monitor.contacts.several import Range, range_of, several_of

_AT_ONCE = 24_000
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
        for several, texts in _ahead(self._with_several()):
            keys, persons, received, decided = _decoded(texts[:_WORDS])
            words = self._words(texts[_WORDS:], len(keys))
            for part in _parts(len(keys)):
                yield Columns(
                    keys[part], persons[part], received[part], decided[part], words[part], several, self._wall
                )

    def visits(self) -> Iterator[Visits]:
        """Person and time of receipt."""
        statement = select(self._packed("person_id"), self._packed("received_at")).where(self._inside)
        for persons, received in map(
            _decoded, _ahead(self._texts(statement, stretch) for stretch in self._stretches())
        ):
            for part in _parts(len(persons)):
                yield Visits(persons[part], received[part], self._wall)

    def _with_several(self) -> Iterator[tuple[Mapping[Any, int], Sequence[str | None]]]:
        packed = (*map(self._packed, COLUMNS[:_WORDS]), *self._packed_words())
        statement = select(*range_of(self._layout), *packed).where(self._inside, self._layout.key.is_not(None))
        for stretch in self._stretches():
            lowest, highest, rows, *texts = self._texts(statement, stretch)
            inside = and_(self._received >= stretch.first, self._received < stretch.end)
            yield several_of(self._connection, self._layout, inside, Range(lowest, highest, rows)), texts

    def _packed_words(self) -> list[ColumnElement[Any]]:
        """SQLite gives the words of a row as one array as fast as each apart; PostgreSQL takes half as long again."""
        if self._wall:
            return list(map(self._packed, COLUMNS[_WORDS:]))
        return [func.json_group_array(func.json_array(*(self._layout.columns[name] for name in COLUMNS[_WORDS:])))]

    def _words(self, texts: Sequence[str | None], number: int) -> Sequence[tuple[Any, ...] | str]:
        if self._wall or not texts[0]:
            return list(zip(*_decoded(texts), strict=True))
        found = texts[0][2:-2].split("],[")  # unread: most have been read before
        if len(found) == number:  # else that stands within a word as well
            return found
        return list(map(tuple, *_decoded(texts)))

    def _packed(self, name: str) -> ColumnElement[Any]:
        column = self._layout.columns[name]
        if not self._wall:
            return func.json_group_array(column)
        if name in self._layout.absent:
            column = cast(column, Text)  # PostgreSQL makes no JSON of a null that has no type
        elif name in _TIMES:
            column = cast(func.floor(func.date_part("epoch", column)), BigInteger)
        return cast(func.json_agg(column), Text)

    def _texts(self, statement: Select[Any], stretch: _Stretch) -> Sequence[Any]:
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
    following = _asked_for(items)
    try:
        while (item := following.result()) is not None:
            following = _asked_for(items)
            yield item
    finally:
        wait([following])  # until then the connection is in use


def _asked_for(items: Iterator[_Item]) -> "Future[_Item | None]":
    """The next item, or None after the last. A database that does not answer must keep no process alive."""
    coming: Future[_Item | None] = Future()

    def ask() -> None:
        try:
            coming.set_result(next(items, None))
        except BaseException as error:
            coming.set_exception(error)

    Thread(target=ask, name="packing", daemon=True).start()
    return coming


def _decoded(texts: Sequence[str | None]) -> list[list[Any]]:
    try:
        return [msgspec.json.decode(text, type=list) if text else [] for text in texts]
    except msgspec.DecodeError:  # SQLite writes numbers without end as such
        raise NotInBulk from None


def _parts(number: int) -> Iterator[slice]:
    return (slice(first, first + _IN_CACHE) for first in range(0, number, _IN_CACHE))
