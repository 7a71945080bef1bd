"""Many values at once: in batches, because drivers limit how many one statement may carry."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.sql.dml import Insert

T = TypeVar("T")

_NOTHING = "[]"  # what most lists of marks and steps are: the json module would take longer than the driver


def batches(values: Iterable[T], size: int = 1_000) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


def insert_all(connection: Connection, statement: Insert, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, each with the same columns, by the driver alone: SQLAlchemy would take twice as long.

    Values go in as the driver takes them; a value of a JSON column is its text, made by `json_text`.
    """
    source = iter(rows)
    if (first := next(source, None)) is None:
        return
    compiled = statement.compile(dialect=connection.dialect, column_keys=list(first))
    everything: Iterable[Any] = chain((first,), source)
    if compiled.positiontup:  # a driver that wants values in order
        everything = map(itemgetter(*compiled.positiontup), everything)
    for batch in batches(everything):
        connection.exec_driver_sql(str(compiled), batch)


@lru_cache(1_024)
def json_text(values: tuple[str, ...]) -> str:
    """A list for a JSON column; the same few come again and again."""
    return json.dumps(values)


def from_json(text: str) -> Any:
    """What stands in a JSON column."""
    return [] if text == _NOTHING else json.loads(text)
