"""Contact stores of any size, made in the database by SQL of its own, as a council's native table is indexed.

Times are those of a January, when local time is UTC. History was decided long before `NOW`; the open
contacts were received in the week before it.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

NOW = int(datetime(2026, 1, 20, 13, tzinfo=UTC).timestamp())
_WEEK = 7 * 86_400
_HISTORY_ENDS = NOW - 10 * 86_400
_HISTORY = 10 * 365 * 86_400

_COLUMNS = "contact_id, person_id, received_at, decided_at, source_code, source_desc, risk, team, outcome"
_READ = f"SELECT {_COLUMNS} FROM contacts WHERE decided_at IS NULL"
INDEXES = (
    "CREATE INDEX ix_contacts_contact_id ON contacts (contact_id)",
    "CREATE INDEX ix_contacts_received_at ON contacts (received_at)",
    "CREATE INDEX ix_contacts_decided_at ON contacts (decided_at)",
)
"""What `check` asks a council for."""

_FETCH = 1_000

_DECIDE = "UPDATE contacts SET decided_at = ?, outcome = 'advice' WHERE contact_id = ?"
_CORRECT = "UPDATE contacts SET risk = 'red' WHERE contact_id = ?"
_ADD = """
INSERT INTO contacts (contact_id, person_id, received_at, source_code, source_desc, team)
VALUES (?, ?, ?, '6', 'Police', 'North')
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many contacts a store holds, one row each."""

    open: int
    decided: int

    @property
    def changed(self) -> int:
        """One in a thousand of the open ones."""
        return max(3, self.open // 1_000)


@dataclass(frozen=True, slots=True)
class Store:
    """A store by its SQLAlchemy URL, and what can be done to it by the raw driver.

    `read` streams the open rows; `change(turn)` decides, corrects and adds one in a thousand.
    """

    url: str
    read: Callable[[], None]
    change: Callable[[int], None]


# SQLite: ISO text

_SQLITE_TABLE = """
CREATE TABLE contacts (contact_id TEXT NOT NULL, person_id TEXT, received_at TEXT, decided_at TEXT,
source_code TEXT, source_desc TEXT, risk TEXT, team TEXT, worker TEXT, outcome TEXT)
"""
_SQLITE_ROWS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :last)
INSERT INTO contacts SELECT
  printf(:key, i), printf('P-%08d', i),
  strftime('%Y-%m-%dT%H:%M:%S', :ends - i * :span / :last, 'unixepoch'),
  CASE WHEN :decided THEN strftime('%Y-%m-%dT%H:%M:%S', :ends - i * :span / :last + 18000, 'unixepoch') END,
  CASE i % 3 WHEN 0 THEN '6' WHEN 1 THEN '2A' ELSE '3A' END,
  CASE i % 3 WHEN 0 THEN 'Police' WHEN 1 THEN 'Schools' ELSE 'General practitioner' END,
  CASE i % 4 WHEN 0 THEN 'amber' WHEN 1 THEN 'green' END,
  CASE i % 2 WHEN 0 THEN 'North' ELSE 'South' END, printf('worker %d', i % 40),
  CASE WHEN :decided THEN 'nfa' END
FROM n
"""


def sqlite_store(file: Path, size: Size) -> Store:
    """A store in a new SQLite file."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_SQLITE_TABLE)
        connection.execute("BEGIN")
        for values in _parts(size, "C-%08d", "O-%08d"):
            connection.execute(_SQLITE_ROWS, values)
        connection.execute("COMMIT")
        for statement in (*INDEXES, "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"):
            connection.execute(statement)
    return sqlite_store_at(file, size)


def sqlite_store_at(file: Path, size: Size) -> Store:
    """The store that another process made in this file."""

    def read() -> None:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            cursor = connection.execute(_READ)
            while cursor.fetchmany(_FETCH):
                pass

    def change(turn: int) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            for statement, values in _changes(turn, size):
                connection.executemany(statement, values)

    return Store(f"sqlite:///{file}", read, change)


# PostgreSQL: typed timestamps

_POSTGRES_TABLE = """
CREATE TABLE contacts (contact_id varchar(40) NOT NULL, person_id varchar(40), received_at timestamp,
decided_at timestamp, source_code varchar(10), source_desc varchar(100), risk varchar(10), team varchar(40),
worker varchar(40), outcome varchar(40))
"""
_POSTGRES_ROWS = """
INSERT INTO contacts SELECT
  %(key)s || lpad(i::text, 8, '0'), 'P-' || lpad(i::text, 8, '0'),
  to_timestamp(%(ends)s - i * %(span)s / %(last)s) AT TIME ZONE 'UTC',
  CASE WHEN %(decided)s THEN to_timestamp(%(ends)s - i * %(span)s / %(last)s + 18000) AT TIME ZONE 'UTC' END,
  CASE i %% 3 WHEN 0 THEN '6' WHEN 1 THEN '2A' ELSE '3A' END,
  CASE i %% 3 WHEN 0 THEN 'Police' WHEN 1 THEN 'Schools' ELSE 'General practitioner' END,
  CASE i %% 4 WHEN 0 THEN 'amber' WHEN 1 THEN 'green' END,
  CASE i %% 2 WHEN 0 THEN 'North' ELSE 'South' END, 'worker ' || i %% 40,
  CASE WHEN %(decided)s THEN 'nfa' END
FROM generate_series(%(first)s::bigint, %(last)s::bigint - 1) AS i
"""


def postgres_store(uri: str, size: Size) -> Store:
    """A store in an empty PostgreSQL database, by its libpq URI."""
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(_POSTGRES_TABLE)
        for values in _parts(size, "C-", "O-"):
            connection.execute(_POSTGRES_ROWS, values)
        for statement in (*INDEXES, "VACUUM ANALYZE contacts"):
            connection.execute(sql.SQL(statement))
    return postgres_store_at(uri, size)


def postgres_store_at(uri: str, size: Size) -> Store:
    """The store that another process made in this database."""

    def read() -> None:
        with psycopg.connect(uri) as connection, connection.cursor("raw") as cursor:
            cursor.execute(sql.SQL(_READ))
            while cursor.fetchmany(_FETCH):
                pass

    def change(turn: int) -> None:
        with psycopg.connect(uri) as connection, connection.cursor() as cursor:
            for statement, values in _changes(turn, size):
                cursor.executemany(sql.SQL(statement.replace("?", "%s")), values)

    return Store(uri.replace("postgresql://", "postgresql+psycopg://"), read, change)


@contextmanager
def postgres_database(server: str, name: str) -> Iterator[str]:
    """The libpq URI of a new database, gone afterwards: stores of ten million rows must not pile up."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def settled(url: str) -> None:
    """What a PostgreSQL server does by itself within minutes of so many writes; SQLite has nothing of the kind."""
    if url.startswith("postgresql"):
        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def _parts(size: Size, decided: str, undecided: str) -> Iterator[dict[str, Any]]:
    if size.decided:
        history = {"ends": _HISTORY_ENDS, "span": _HISTORY, "decided": True}
        yield {"key": decided, "first": 0, "last": size.decided, **history}
    yield {"key": undecided, "first": 0, "last": size.open, "ends": NOW - 60, "span": _WEEK, "decided": False}


def _changes(turn: int, size: Size) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """A third of the changes each: decided, corrected, new; the number of open contacts stays."""
    each = size.changed // 3
    moment = datetime.fromtimestamp(NOW + 60 * turn, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    decided = [f"O-{number:08d}" for number in range(turn * each, (turn + 1) * each)]
    corrected = [f"O-{size.open // 2 + number:08d}" for number in range(turn * each, (turn + 1) * each)]
    fresh = [f"O-{size.open + number:08d}" for number in range(turn * each, (turn + 1) * each)]
    yield _DECIDE, [(moment, key) for key in decided]
    yield _CORRECT, [(key,) for key in corrected]
    yield _ADD, [(key, key, moment) for key in fresh]
