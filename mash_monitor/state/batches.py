"""Many values at once: in batches, because drivers limit how many one statement may carry."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert

T = TypeVar("T")

_NOTHING = "[]"  # what most lists of marks and steps are: the json module would take longer than the driver


def batches(values: Iterable[T], size: int = 1_000) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    source = iter(values)
    while batch := list(islice(source, size)):
        yield batch


def insert_all(connection: Connection, into: Table | Insert, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows, each with the same columns, by the driver alone: SQLAlchemy would take twice as long.

    `into` is a table, or a statement that is built once. Values go in as the driver takes them; a value of a
    JSON column is its text, made by `json_text`.
    """
    source = iter(rows)
    if (first := next(source, None)) is None:
        return
    columns, everything = tuple(first), chain((first,), source)
    if isinstance(into, Table) and connection.dialect.driver == "psycopg":
        _copy(connection, into, columns, everything)
        return
    compiled = _compiled(into, connection.dialect, columns)
    ordered = map(itemgetter(*compiled.positiontup), everything) if compiled.positiontup else everything
    for batch in batches(ordered):  # a driver with `positiontup` wants values in order
        connection.exec_driver_sql(str(compiled), batch)


@lru_cache(64)
def _compiled(into: Table | Insert, dialect: Dialect, columns: tuple[str, ...]) -> SQLCompiler:
    statement = insert(into) if isinstance(into, Table) else into
    return statement.compile(dialect=dialect, column_keys=list(columns))


def _copy(connection: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> None:
    """PostgreSQL's own way for many rows, three times as fast as statements."""
    quote = connection.dialect.identifier_preparer.quote
    statement = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
    driver_error = connection.dialect.loaded_dbapi.Error
    try:
        with connection.connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            for values in map(itemgetter(*columns), rows):
                copy.write_row(values)
    except driver_error as error:  # as SQLAlchemy says it of every other statement
        raise DBAPIError.instance(
            statement, None, error, driver_error, hide_parameters=True, dialect=connection.dialect
        ) from error


@lru_cache(1_024)
def json_text(values: tuple[str, ...]) -> str:
    """A list for a JSON column; the same few come again and again."""
    return json.dumps(values)


def from_json(text: str) -> Any:
    """What stands in a JSON column."""
    return [] if text == _NOTHING else json.loads(text)
