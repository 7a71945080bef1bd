"""An INSERT that knows ON CONFLICT, in the dialect of the database at hand."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Table

if TYPE_CHECKING:
    from sqlalchemy.dialects.sqlite import Insert


def insert_into(connection: Connection, table: Table) -> "Insert":
    """An insert with `on_conflict_do_nothing` and `on_conflict_do_update`; only this dialect is imported."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Table) -> "Insert":
    """The same for a statement that is built once for each dialect."""
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql

        return insert_postgresql(table)  # type: ignore[return-value]  # the same two methods
    from sqlalchemy.dialects.sqlite import insert

    return insert(table)
