"""Which contacts have several rows: siblings, of whom a store has one row each."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Integer, String, and_, func, literal, null, select

from mash_monitor.contacts.layout import Layout

_NEAR = 4


class Range(NamedTuple):
    """The lowest and the highest id of some rows, and how many rows; ids of a type that has no order have None."""

    lowest: Any
    highest: Any
    rows: int


def range_of(layout: Layout) -> list[ColumnElement[Any]]:
    """What to select for a Range."""
    key = layout.key
    ordered = isinstance(key.type, String | Integer)
    # with the count, PostgreSQL does not look for the lowest id of all by the index on the id
    return [*((func.min(key), func.max(key)) if ordered else (null(), null())), func.count()]


def several_of(connection: Connection, layout: Layout, inside: ColumnElement[bool], ids: Range) -> Mapping[Any, int]:
    """How many rows each contact with a row inside has, wherever they are, if more than one; perhaps others' too.

    `ids` is the range of the rows inside; ids are as they are spelled. An index on the id serves. Most systems
    count their ids up, so that those of a window lie side by side in it, and need only be counted; where they do
    not, each is looked up.
    """
    key = layout.key
    wanted: ColumnElement[bool] = key.in_(select(key).where(inside))
    if ids.lowest is not None:
        between = key.between(ids.lowest, ids.highest)
        some = select(literal(1).label("one")).select_from(layout.table).where(between).limit(_NEAR * ids.rows + 1)
        near = connection.scalar(select(func.count()).select_from(some.subquery())) or 0
        wanted = between if near <= _NEAR * ids.rows else and_(between, wanted)
    rows_of = select(key, func.count()).where(wanted).group_by(key).having(func.count() > 1)
    # not streamed: PostgreSQL plans a cursor for its first rows, and would take four times as long for all
    with connection.execute(rows_of) as result:
        return dict(result.cursor.fetchall())  # past SQLAlchemy's rows
