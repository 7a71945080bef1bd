"""Our own database: SQLite (WAL) or PostgreSQL behind the same code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from mash_monitor.state.batches import from_json

_BUSY_SECONDS = 10
_MOUNTS = Path("/proc/mounts")
_NETWORK_FILE_SYSTEMS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "fuse.sshfs",
    "afs",
    "glusterfs",
    "ceph",
}


class StateError(Exception):
    """The state database cannot be used: one message with place, what was found and the remedy."""


def locate(url: str, folder: Path) -> URL:
    """The database's URL with a relative SQLite path counted from `folder`. Raises StateError."""
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        raise StateError(
            "state.url: not a database URL that is known here, expected sqlite:///var/state.db or postgresql+psycopg://…"
        ) from None
    except ModuleNotFoundError as error:
        raise StateError(
            f"state.url: the driver {error.name} is not installed; install mash-monitor with its extra `postgres`"
        ) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise StateError("state.url: a database in memory would forget everything; name a file")
        return parsed.set(database=str((folder / parsed.database).resolve()))
    if backend != "postgresql":
        raise StateError(f"state.url: found {backend}, expected sqlite or postgresql")
    return parsed


def connect(url: URL) -> Engine:
    """An engine for the state database; nothing is opened yet. Raises StateError."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        return create_engine(
            url,
            pool_pre_ping=True,
            pool_size=10,
            json_deserializer=from_json,
            connect_args={
                "connect_timeout": 5,
                # the last: a machine that sleeps in a transaction would hold its locks, and all others, until it wakes
                "options": "-c statement_timeout=60000 -c lock_timeout=10000"
                " -c idle_in_transaction_session_timeout=60000",
            },
        )
    except ModuleNotFoundError as error:
        raise StateError(
            f"state.url: the driver {error.name} is not installed; install mash-monitor with its extra `postgres`"
        ) from None


def _sqlite(url: URL) -> Engine:
    path = Path(url.database or "")
    if (kind := _file_system(path)) in _NETWORK_FILE_SYSTEMS:
        raise StateError(
            f"state.url: {path} lies on a network file system ({kind}), where SQLite's WAL loses data; "
            "put it on a local disk, or use PostgreSQL"
        )
    engine = create_engine(
        url,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        json_deserializer=from_json,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun by us, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a committed alert survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write transaction takes its lock at once: it then waits its turn instead of failing half-way.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _file_system(path: Path) -> str:
    """The kind of file system a path lies on, as Linux names it; empty where that cannot be told."""
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in mounts:
        _, point, this_kind, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        if str(path).startswith(point.rstrip("/") + "/") and len(point) >= len(best):
            best, kind = point, this_kind
    return kind


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent look at the database."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it or nothing."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


@contextmanager
def trying(engine: Engine) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    with engine.connect().execution_options(writing=True) as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
