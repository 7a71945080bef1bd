"""What faults are played on: processes that start in milliseconds, and stages with a state database of their own."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.faults.launcher import Launcher
from tests.faults.record import Record
from tests.faults.stage import Stage, staged

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """Whoever starts the program."""
    with Launcher() as made:
        yield made


@pytest.fixture(scope="session")
def record() -> Iterator[Record]:
    """What was seen in this run; an exhaustive one is written down."""
    seen = Record()
    yield seen
    if os.environ.get("MASH_FAULTS_ALL") == "1":
        seen.write()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """A migrated database, to be copied."""
    from mash_monitor.state.database import connect, locate
    from mash_monitor.state.migrate import upgrade

    _on(postgres_server, "CREATE DATABASE faults")
    made = connect(locate(_named(postgres_server, "faults"), Path()))
    upgrade(made)
    made.dispose()
    yield "faults"
    _on(postgres_server, "DROP DATABASE faults WITH (FORCE)")


@dataclass(slots=True)
class Stages:
    """Makes stages, each in a folder and on a state database of its own, sqlite or postgresql."""

    request: pytest.FixtureRequest
    folder: Path
    _made: list[str] = field(default_factory=list)
    _number: int = 0

    def open(self, kind: str, when: str, *, migrated: bool = True, **settings: Any) -> AbstractContextManager[Stage]:
        """A stage at this local time; `settings` are those of `staged`."""
        self._number += 1
        folder = self.folder / str(self._number)
        folder.mkdir()
        url = self.state(kind, folder, migrated=migrated)
        return staged(folder, self.request.getfixturevalue("launcher"), url, when, **settings)

    def state(self, kind: str, folder: Path, *, migrated: bool = True) -> str:
        """The URL of a new state database."""
        if kind == "sqlite":
            if migrated:
                shutil.copy(self.request.getfixturevalue("_sqlite_state"), folder / "state.db")
            return f"sqlite:///{folder}/state.db"
        template = self.request.getfixturevalue("postgres_template") if migrated else "template1"
        name = f"f_{secrets.token_hex(6)}"
        _on(self._server, f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(name)
        return _named(self._server, name)

    def close(self) -> None:
        """Drop what was made."""
        for name in self._made:
            _on(self._server, f"DROP DATABASE {name} WITH (FORCE)")

    @property
    def _server(self) -> str:
        server: str = self.request.getfixturevalue("postgres_server")
        return server


@pytest.fixture
def stages(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stages]:
    """As many stages as a test wants."""
    made = Stages(request, tmp_path)
    yield made
    made.close()


def _on(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(server: str, database: str) -> str:
    return server.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{database}?")
