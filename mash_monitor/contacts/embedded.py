"""The contact store of our own, for hubs that bring files: one SQLite table, written by imports only."""

import os
import sqlite3
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    bindparam,
    create_engine,
    delete,
    event,
    inspect,
    select,
)  # fmt: skip
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.pool import StaticPool

from mash_monitor.contacts.connection import begin_explicitly
from mash_monitor.contacts.errors import StoreMisconfigured
from mash_monitor.contacts.rows import EVIDENCE

_BUSY_SECONDS = 20

CONTACTS = Table(
    "contacts",
    MetaData(),
    Column("contact_id", String, primary_key=True),
    Column("person_id", String, primary_key=True),  # an empty text where a file names no child
    Column("occurrence", Integer, primary_key=True),  # several rows of one file may say the same of both
    Column("received_at", String),  # ISO 8601; of an unreadable time only its shape
    Column("decided_at", String),
    Column("source_code", String),
    Column("source_desc", String),
    Column("risk", String),
    Column("team", String),
    Column("worker", String),
    Column("outcome", String),
    Column("imported_at", Integer),  # the first import that brought the row, in epoch seconds
    Column("seen_open_at", Integer),  # where a file has no decision times: the last import that saw it open,
    Column("seen_decided_at", Integer),  # and the first that saw it decided
    Column("volume_only", Integer, nullable=False, server_default="0"),
    Index("ix_contacts_decided", "decided_at"),
    Index("ix_contacts_received", "received_at"),
    sqlite_with_rowid=False,
)
_KEY = ("contact_id", "person_id", "occurrence")

Stored = dict[str, Any]
"""A row of the table, by column."""

Key = tuple[str, str, int]
"""Contact id, person id, and which of the rows with both: 0 is the first of a file."""


def importing_engine(file: Path) -> Engine:
    """The embedded store in this file, made if it is not there. Raises StoreMisconfigured on another's."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_WRONLY, 0o600))  # it names children's contacts
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _BUSY_SECONDS, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")  # an import does not stop a pass from reading
        connection.execute("PRAGMA synchronous = NORMAL")

    begin_explicitly(engine, "BEGIN IMMEDIATE")  # two imports wait for each other instead of failing half-way
    with engine.begin() as connection:
        _create(connection, str(file))
    return engine


def memory_engine() -> Engine:
    """An embedded store in memory, for as long as the engine lives."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"isolation_level": None, "check_same_thread": False}
    )
    begin_explicitly(engine)
    with engine.begin() as connection:
        _create(connection, "memory")
    return engine


def stored_rows(connection: Connection, ids: Collection[str]) -> dict[Key, Stored]:
    """The rows of these contacts, by key."""
    found = connection.execute(select(CONTACTS).where(CONTACTS.c.contact_id.in_(ids))).mappings()
    return {(row["contact_id"], row["person_id"], row["occurrence"]): dict(row) for row in found}


def repeated_rows(connection: Connection) -> list[Key]:
    """The keys of all rows that are not the first of their contact and person."""
    keys = select(*(CONTACTS.c[name] for name in _KEY)).where(CONTACTS.c.occurrence > 0)
    return [(contact, person, occurrence) for contact, person, occurrence in connection.execute(keys)]


def remove(connection: Connection, keys: Sequence[Key]) -> None:
    """Delete these rows."""
    if keys:
        one = and_(*(CONTACTS.c[name] == bindparam(f"the_{name}") for name in _KEY))
        values = [{f"the_{name}": value for name, value in zip(_KEY, key, strict=True)} for key in keys]
        connection.execute(delete(CONTACTS).where(one), values)


def write(connection: Connection, rows: Sequence[Stored]) -> None:
    """Insert or replace whole rows."""
    if rows:
        statement = insert(CONTACTS)
        replaced = {column.name: statement.excluded[column.name] for column in CONTACTS.c if column.name not in _KEY}
        connection.execute(statement.on_conflict_do_update(index_elements=_KEY, set_=replaced), rows)


def _create(connection: Connection, where: str) -> None:
    inspector = inspect(connection)
    if inspector.has_table(CONTACTS.name):
        found = {column["name"] for column in inspector.get_columns(CONTACTS.name)}
        if not found.issuperset(EVIDENCE):
            raise StoreMisconfigured(
                where,
                "a table contacts that no import made",
                "an embedded store, or a new file",
                "import into another store.url",
            )
        if not found.issuperset(_KEY):
            raise StoreMisconfigured(
                where,
                "an embedded store made by an older version, which keeps one row of a child only",
                "one of this version, or a new file",
                "import all files again into a new store.url",
            )
    CONTACTS.metadata.create_all(connection)
