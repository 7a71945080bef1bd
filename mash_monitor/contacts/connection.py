"""Connections to stores: read-only where the database knows that, and never waiting for ever."""

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from mash_monitor.contacts.errors import StoreMisconfigured

_DRIVERS = {"postgresql": ("psycopg", "postgres"), "mssql": ("pymssql", "mssql"), "oracle": ("oracledb", "oracle")}
"""For each database the driver that is tested, and the extra of ours that brings it."""


def reading_engine(url: URL, timeout: int, folder: Path) -> Engine:
    """An engine that only reads; nothing is connected yet. Raises StoreMisconfigured."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(file_of(url, folder), timeout)
    options: dict[str, Any] = {"connect_args": _connect_args(url, timeout)}
    if url.get_backend_name() == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # one position for all statements of a look
    try:
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, **options)
    except NoSuchModuleError as error:
        raise StoreMisconfigured(
            "store.url",
            f"no database called {url.drivername!r}",
            "a dialect that SQLAlchemy knows",
            "correct the part before ://",
        ) from error
    except ImportError as error:
        remedy = "install its SQLAlchemy driver"
        if (backend := url.get_backend_name()) in _DRIVERS:
            driver, extra = _DRIVERS[backend]
            remedy = (
                f"pip install {driver} (it is the extra mash-monitor[{extra}]), and begin with {backend}+{driver}://"
            )
        raise StoreMisconfigured(
            "store.url",
            f"{url.drivername} needs a driver that is not installed ({error.name})",
            "an installed driver",
            remedy,
        ) from error
    except (ArgumentError, TypeError) as error:
        raise StoreMisconfigured(
            "store.url",
            "options that the driver does not take",
            "a URL as its documentation gives it",
            "correct store.url",
        ) from error
    _limit_statements(engine, url, timeout)
    if url.get_driver_name() == "psycopg":
        event.listen(engine, "connect", _times_as_text)
    return engine


def file_of(url: URL, folder: Path) -> Path:
    """The file or folder that a sqlite or csv URL names; a relative one counts from `folder`."""
    if not url.database or url.database == ":memory:" or url.host:
        raise StoreMisconfigured(
            "store.url",
            "no path",
            "three slashes before a relative path, four before an absolute one",
            "for example sqlite:///var/contacts.db",
        )
    return folder / url.database


def _sqlite(file: Path, timeout: int) -> Engine:
    if not file.is_file():
        raise StoreMisconfigured(
            str(file), "no such file", "a contact store",
            "make one with `mash-monitor import FILE`, or correct store.url",
        )  # fmt: skip

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"file:{quote(str(file.absolute()))}?mode=ro",
            uri=True,
            timeout=timeout,
            isolation_level=None,
            check_same_thread=False,
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    begin_explicitly(engine)
    return engine


def begin_explicitly(engine: Engine, statement: str = "BEGIN") -> None:
    """Let SQLite really begin a transaction, so that all its statements see one position."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


def _connect_args(url: URL, timeout: int) -> dict[str, Any]:
    match url.drivername:
        case "postgresql" | "postgresql+psycopg" | "postgresql+psycopg2":
            return {
                "connect_timeout": timeout,
                "tcp_user_timeout": timeout * 1000,  # a server that went away without a word
                "options": f"-c statement_timeout={timeout * 1000} -c default_transaction_read_only=on"
                " -c datestyle=ISO",
            }
        case "mssql+pymssql":
            return {"login_timeout": timeout, "timeout": timeout}
        case "mssql" | "mssql+pyodbc":
            return {"timeout": timeout}
        case "oracle+oracledb":
            return {"tcp_connect_timeout": timeout}
        case "mysql+pymysql" | "mariadb+pymysql":
            return {"connect_timeout": timeout, "read_timeout": timeout}
        case _:
            return {}


def _times_as_text(connection: Any, _: object) -> None:
    """Take times as PostgreSQL writes them: it knows some that no datetime can hold ("infinity", 10000-01-01).

    They are parsed with every other store's texts, and only where a row is new.
    """
    from psycopg.types.string import TextLoader

    for kind in ("timestamp", "timestamptz", "date"):
        connection.adapters.register_loader(kind, TextLoader)


def _limit_statements(engine: Engine, url: URL, timeout: int) -> None:
    """Where a driver takes the limit of a statement only from an open connection."""
    attribute, limit = {
        "oracle+oracledb": ("call_timeout", timeout * 1000),
        "mssql": ("timeout", timeout),
        "mssql+pyodbc": ("timeout", timeout),
    }.get(url.drivername, (None, 0))
    if attribute is not None:
        event.listen(engine, "connect", lambda connection, _: setattr(connection, attribute, limit))
