"""Migrations: which revision a database is at, and bringing it up to this version's.

Comparing revisions does without Alembic, which is slow to import: every command compares, few upgrade.
"""

import re
import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from mash_monitor.state.database import StateError, writing

_HERE = Path(__file__).parent / "migrations"


class Level(StrEnum):
    """How a database compares to this version of the program."""

    ABSENT = "absent"
    BEHIND = "behind"
    CURRENT = "current"
    NEWER = "newer"


class Status(NamedTuple):
    """A database's revision beside the one this version needs."""

    level: Level
    found: str | None
    needed: str


def revisions() -> list[str]:
    """Every revision this version knows, the oldest first."""
    follows: dict[str | None, str] = {}
    for path in (_HERE / "versions").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        own = re.search(r'^revision = "(\w+)"', source, re.MULTILINE)
        before = re.search(r'^down_revision = (?:"(\w+)"|None)', source, re.MULTILINE)
        if own and before:
            follows[before[1]] = own[1]
    ordered: list[str] = []
    while (following := follows.get(ordered[-1] if ordered else None)) is not None:
        ordered.append(following)
    return ordered


def status(engine: Engine) -> Status:
    """How the database stands; a missing SQLite file is absent and is not created. Raises StateError."""
    known = revisions()
    if engine.url.get_backend_name() == "sqlite" and not Path(engine.url.database or "").exists():
        return Status(Level.ABSENT, None, known[-1])
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return Status(Level.ABSENT, None, known[-1])
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        raise StateError(unreachable(engine, error)) from None
    if found is None:
        return Status(Level.ABSENT, None, known[-1])
    if found == known[-1]:
        return Status(Level.CURRENT, found, known[-1])
    return Status(Level.BEHIND if found in known else Level.NEWER, found, known[-1])


def unreachable(engine: Engine, error: Exception) -> str:
    """What to tell people when the database does not answer; never a password."""
    where = engine.url.render_as_string(hide_password=True)
    cause = str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__]
    sqlite = engine.dialect.name == "sqlite"
    remedy = "correct the path, or restore a copy" if sqlite else "check the address, the account and that it runs"
    return f"state.url: {where} cannot be used: {cause[0]}; {remedy}"


def require(engine: Engine, now: Status | None = None) -> None:
    """Make sure that the database is this version's. Raises StateError with the command that helps.

    `now` is how the database stands, for those who have asked already.
    """
    now = now or status(engine)
    where = engine.url.render_as_string(hide_password=True)
    if now.level is Level.NEWER:
        raise StateError(
            f"state.url: {where} was made by a newer version (revision {now.found}, this one knows {now.needed}); "
            "run that version, or restore a copy"
        )
    if now.level is not Level.CURRENT:
        found = "has no tables yet" if now.found is None else f"is at revision {now.found}, {now.needed} is needed"
        raise StateError(f"state.url: {where} {found}; run: mash-monitor db upgrade")


def upgrade(engine: Engine, copy_to: Path | None = None) -> Status:
    """Bring the database to this version's revision; a SQLite one is copied to `copy_to` first.

    Returns the status before. Raises StateError where it is newer or cannot be reached.
    """
    before = status(engine)
    if before.level is Level.CURRENT:
        return before
    if before.level is Level.NEWER:
        require(engine)
    if before.level is Level.BEHIND and copy_to is not None:
        with (
            closing(sqlite3.connect(engine.url.database or "")) as source,
            closing(sqlite3.connect(copy_to)) as copy,
        ):
            source.backup(copy)
    if engine.url.get_backend_name() == "sqlite":
        file = Path(engine.url.database or "")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # it holds references: for this account alone
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    try:
        with writing(engine) as connection:
            if engine.url.get_backend_name() == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7262741)"))  # one replica migrates
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise StateError(unreachable(engine, error)) from None
    return before
